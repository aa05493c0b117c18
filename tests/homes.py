"""Homes for `kept` that take long to make, made once a run, whichever of its processes asks first; tests copy them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.installation import Installation

OfTheRun = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def of_the_run(tmp_path_factory: pytest.TempPathFactory) -> OfTheRun:
    """Gives the folder of a name, and has it made where no process of this run did yet."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        whole = shared / f"once-{name}"
        with (shared / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not whole.exists():
                begun = shared / f"begun-{name}"
                shutil.rmtree(begun, ignore_errors=True)
                begun.mkdir()
                make(begun)
                begun.rename(whole)
        return whole

    return folder


@pytest.fixture(scope="session")
def new_home(of_the_run: OfTheRun) -> Callable[[Path], Path]:
    """Puts a home there in which `kept manage migrate` has been said and nothing else; it makes its own key."""

    def make(folder: Path) -> None:
        Installation(folder).kept("manage", "migrate", "--verbosity", "0")

    def home(path: Path) -> Path:
        path.mkdir(parents=True)
        shutil.copy(of_the_run("migrated", make) / "kept.sqlite3", path)
        return path

    return home


@pytest.fixture(scope="session")
def example_home(of_the_run: OfTheRun) -> Path:
    """A folder to copy from: `home`, with the example company, and `said`, what `kept demo` said when it laid that."""

    def make(folder: Path) -> None:
        (folder / "said").write_text(Installation(folder / "home").kept("demo", "--no-serve").stdout)

    return of_the_run("example", make)
