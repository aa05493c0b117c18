"""A wheel holds all that an installation needs, and is not built without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from house.files import PROJECT


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the build reads, in a folder of its own."""
    root = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(PROJECT / name, root / name)
    shutil.copytree(PROJECT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def build(root: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).parent / "hatchling"
    return subprocess.run(
        [tool, "build", "-t", "wheel", "-d", "dist"], cwd=root, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def names(clone: Path) -> set[str]:
    done = build(clone)
    assert done.returncode == 0, done.stderr
    (wheel,) = (clone / "dist").glob("kept-*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_it_holds_the_pages_and_the_front_end_files(names: set[str]) -> None:
    assert {
        "kept/web/templates/base.html",
        "kept/web/templates/web/map.html",
        "kept/web/static/kept/kept.css",
        "kept/web/static/vendor/manifest.json",
        "kept/web/static/vendor/tabler.min.css",
        "kept/web/static/vendor/htmx.min.js",
        "kept/web/static/vendor/cytoscape.min.js",
        "kept/py.typed",
    } <= names


def test_it_holds_every_file_of_the_package_and_its_licence(names: set[str]) -> None:
    package = PROJECT / "src"
    ours = {
        str(path.relative_to(package))
        for path in (package / "kept").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert not ours - names
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.parametrize("lost", ["manifest.json", "htmx.min.js"])
def test_without_the_front_end_files_there_is_no_wheel(clone: Path, tmp_path: Path, lost: str) -> None:
    shutil.copytree(clone, tmp_path / "bare", ignore=shutil.ignore_patterns("dist", lost))
    done = build(tmp_path / "bare")
    assert done.returncode != 0
    assert "make setup" in done.stderr + done.stdout
    assert not list((tmp_path / "bare").glob("dist/*.whl"))
