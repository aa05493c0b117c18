"""The table of commands: each is there, loads by itself, and shows its help."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from kept.cli import own_history
from kept.cli.commands import COMMANDS, GROUPS, Command
from kept.cli.main import build
from kept.ledger.models import Event

IDS = [" ".join(command.words) for command in COMMANDS]
READS_WORK_LOGS = [command for command in COMMANDS if command.words in {("log", "show"), ("map",), ("import", "work")}]


@pytest.mark.parametrize("command", COMMANDS, ids=IDS)
def test_every_command_has_its_function(command: Command) -> None:
    module = importlib.import_module(f"kept.cli.{command.module}")
    assert callable(getattr(module, command.function))
    assert command.words[0] in GROUPS or len(command.words) == 1


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.words != ("manage",)], ids=lambda c: " ".join(c.words))
def test_every_command_shows_its_help(command: Command) -> None:
    words = [*command.words, "--help"]
    shown = CliRunner().invoke(build(words), words)
    assert shown.exit_code == 0
    assert "Usage" in shown.stdout


def test_the_list_names_every_command() -> None:
    shown = CliRunner().invoke(build([]), ["--help"]).stdout
    for command in COMMANDS:
        assert command.words[0] in shown


@pytest.mark.parametrize("command", READS_WORK_LOGS, ids=lambda c: " ".join(c.words))
def test_a_question_to_a_work_log_does_not_wait_for_what_it_does_not_need(command: Command) -> None:
    code = f"import sys, kept.cli.main, kept.cli.{command.module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"django", "ibis", "pandas", "pyarrow", "numpy", "sqlglot", "rich"}
    assert heavy & set(done.stdout.split()) == set()


def test_the_ledger_lies_where_the_command_line_looks_for_it() -> None:
    assert Event._meta.db_table == own_history.LEDGER_TABLE
