"""Every command with its options, and every setting, is in the documentation; and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from kept.cli.commands import COMMANDS, Command
from kept.cli.main import build

PROJECT = Path(__file__).resolve().parents[2]
READ = re.compile(r"environ(?:\.get|\.setdefault)?[(\[]\s*\"([A-Z_]+)\"|stated = environ\.get\(\"([A-Z_]+)\"")
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "JAVA_HOME", "NO_COLOR"}


def page(name: str) -> str:
    return (PROJECT / "docs" / name).read_text(encoding="utf-8")


def settings_read() -> set[str]:
    found = set[str]()
    for path in (PROJECT / "src" / "kept").rglob("*.py"):
        found |= {name for pair in READ.findall(path.read_text(encoding="utf-8")) for name in pair if name}
    return found - NOT_OURS


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    documented = set(re.findall(r"`((?:KEPT_[A-Z_]+)|DATABASE_URL)`", page("settings.md")))
    assert {"KEPT_HOME", "DATABASE_URL", "KEPT_ENGINE"} <= settings_read(), "the search finds nothing any more"
    assert documented == settings_read()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.words))
def test_every_command_is_documented_with_its_options(command: Command) -> None:
    name = f"kept {' '.join(command.words)}"
    parts = re.split(r"^### ", page("commands.md"), flags=re.MULTILINE)
    told = next((part for part in parts if part.startswith(f"`{name}`\n")), None)
    assert told, f"docs/commands.md has no part about {name}"
    assert {option for option in options(command) if option not in told} == set()


def options(command: Command) -> list[str]:
    """The long names of the command's options, from what Typer makes of it."""
    group = typer.main.get_command(build(command.words))
    for word in command.words:
        group = group.commands[word]  # type: ignore[attr-defined]
    return [name for parameter in group.params for name in parameter.opts if name.startswith("--")]


def test_no_command_is_documented_that_is_not_there() -> None:
    documented = set(re.findall(r"^### `kept (.+)`$", page("commands.md"), flags=re.MULTILINE))
    assert documented == {" ".join(command.words) for command in COMMANDS}
