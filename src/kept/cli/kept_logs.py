"""`kept log list` and `kept log remove NAME`: the work logs that are kept."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from kept.cli.log import AsJson
from kept.cli.words import count, day, table
from kept.history.home import history_folder
from kept.history.store import HistoryStore


def list_logs(*, as_json: AsJson = False) -> None:
    """List the work logs that are kept: what they are called, how much they hold, and until when they reach."""
    logs = HistoryStore(history_folder()).logs()
    if as_json:
        typer.echo(json.dumps({"logs": [log.to_json() for log in logs]}, ensure_ascii=False, indent=1))
    elif logs:
        rows = [(log.name, f"{log.events:,}", f"{log.cases:,}", f"{log.teams:,}", day(log.last)) for log in logs]
        table(("log", "events", "cases", "teams", "until"), rows, numbers=frozenset({1, 2, 3}))
    else:
        typer.echo("No work log is kept yet. Bring one in with: kept import work LOG")


def remove(
    name: Annotated[str, typer.Argument(help="What the log is called (kept log list).")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Forget a work log that is kept, and delete its files here. The file that it came from is not touched."""
    store = HistoryStore(history_folder())
    log = store.log(name)
    if not yes:
        typer.confirm(f'Forget "{log.name}" ({count(log.events, "event", "events")})?', abort=True)
    store.remove(name)
    typer.echo(f'Forgot "{log.name}".')
