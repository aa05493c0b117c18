"""Imports point one way; and each contract that says so can fail: a violation is planted in a copy and caught."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from house.files import PROJECT

LINT = Path(sys.executable).parent / "lint-imports"
CONTRACTS = configparser.ConfigParser()
CONTRACTS.read(PROJECT / ".importlinter", encoding="utf-8")
NAMES = tuple(section.split(":")[2] for section in CONTRACTS.sections() if section.startswith("importlinter:contract:"))


def lint(root: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """What lint-imports says of the copy of Kept at `root`/src."""
    chosen = [option for name in contracts for option in ("--contract", name)]
    return subprocess.run(
        [LINT, "--no-cache", "--config", PROJECT / ".importlinter", *chosen],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("one-way")
    shutil.copytree(
        PROJECT / "src", root / "src", ignore=lambda at, names: {n for n in names if n in {"static", "templates"}}
    )
    return root


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "copy")
    return tmp_path / "copy"


def plant(root: Path, room: str, text: str) -> None:
    """Write a module into a room of the copy, building the room where it isn't there yet."""
    folder = root / "src" / "kept" / room
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").touch()
    (folder / "planted.py").write_text(text, encoding="utf-8")


def test_the_house_as_it_stands_keeps_every_contract(original: Path) -> None:
    said = lint(original)
    assert said.returncode == 0, said.stdout


VIOLATIONS = [
    ("one-way", "core", "import kept.history"),
    ("one-way", "ledger", "import kept.people"),
    ("one-way", "people", "import kept.promises"),
    ("one-way", "promises", "import kept.web"),
    ("one-way", "customers", "import kept.promises"),
    ("one-way", "notify", "import kept.example"),
    ("one-way", "example", "import kept.cli"),
    ("one-way", "gossip", "import kept.core"),
    ("doors", "web", "import kept.cli"),
    ("doors", "api", "import kept.web"),
    ("doors", "cli", "import kept.web"),
    ("history", "insight", "import kept.ledger"),
    ("history", "history", "import kept.insight"),
    ("history", "history", "import kept.people"),
    ("ledger", "ledger", "import kept.insight"),
    ("insight", "promises", "import kept.insight"),
    ("insight", "people", "import kept.insight"),
    ("insight", "notify", "import kept.insight"),
    ("insight", "customers", "import kept.insight"),
    ("settings", "promises", "import kept.config"),
    ("settings", "example", "import kept.config"),
    ("no-django", "history", "import django.db"),
    ("no-django", "insight", "from django.utils import timezone"),
    ("no-django", "core", "import django"),
    ("core", "core", "import pydantic"),
    ("core", "core", "import pandas"),
]


@pytest.mark.parametrize(("contract", "room", "text"), VIOLATIONS)
def test_a_planted_violation_is_caught(copy: Path, contract: str, room: str, text: str) -> None:
    plant(copy, room, text)
    said = lint(copy, contract)
    assert said.returncode == 1
    assert "BROKEN" in said.stdout


def test_every_contract_has_a_violation_that_it_catches() -> None:
    assert {contract for contract, _, _ in VIOLATIONS} == set(NAMES)


def test_rooms_yet_to_be_built_fit_without_a_change(copy: Path) -> None:
    plant(copy, "customers", "import kept.people")
    plant(copy, "outlook", "import kept.insight, kept.promises, kept.history")
    plant(copy, "complaints", "import kept.insight, kept.customers")
    plant(copy, "programme", "import kept.complaints, kept.outlook")
    plant(copy, "notify", "import kept.outlook, kept.promises")
    plant(copy, "api", "import kept.notify, kept.insight, kept.example")
    plant(copy, "ledger", "import kept.history")
    said = lint(copy)
    assert said.returncode == 0, said.stdout
