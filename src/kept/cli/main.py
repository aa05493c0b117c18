"""The command `kept`: finds the command that was typed, loads only its module, and says refusals in plain words.

Exit 0: done. Exit 1: refused, with the reason on stderr. Exit 2: not a command, or not its options.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer

from kept.cli.commands import COMMANDS, GROUPS, Command
from kept.core.errors import KeptError

REFUSED = 1


def main() -> None:
    """Run the command that stands in the process's arguments, and end the process with its exit code."""
    app = build(sys.argv[1:])
    try:
        app()
    except KeptError as error:
        typer.echo(str(error), err=True)
        sys.exit(REFUSED)


def build(arguments: Sequence[str]) -> typer.Typer:
    """The whole command line, of which only the command that `arguments` call is loaded; the others show their help."""
    app = _group("Who is my customer, what did I promise, and did I keep it.")
    groups = {name: _group(text) for name, text in GROUPS.items()}
    words = tuple(word for word in arguments if not word.startswith("-"))
    for command in COMMANDS:
        called = words[: len(command.words)] == command.words
        function, settings = _loaded(command) if called else (_not_loaded, None)
        parent = groups[command.words[0]] if len(command.words) > 1 else app
        parent.command(command.words[-1], help=None if called else command.help, context_settings=settings)(function)
    for name, group in groups.items():
        app.add_typer(group, name=name)
    return app


def _group(text: str) -> typer.Typer:
    return typer.Typer(help=text, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _loaded(command: Command) -> tuple[Callable[..., Any], dict[str, Any] | None]:
    module = importlib.import_module(f"kept.cli.{command.module}")
    return getattr(module, command.function), getattr(module, "SETTINGS", None)


def _not_loaded() -> None:
    """Stands in the list of commands for one that was not called."""
