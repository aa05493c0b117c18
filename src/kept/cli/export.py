"""`kept export history`: the history as a file for other programs."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Annotated

import typer

from kept.cli.log import AsJson
from kept.cli.words import count
from kept.history.export import FORMATS, export_history
from kept.history.home import history_folder
from kept.history.store import HistoryStore


def history(
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help="The form of the file.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write (default: kept-history.FORM).")
    ] = None,
    log: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this log (may be repeated).")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write the history, this installation's own promises included, to one file in one shape."""
    importlib.import_module("kept.cli.own_history").refresh()
    path = output or Path(f"kept-history.{form}")
    events = export_history(HistoryStore(history_folder()), path, form, names=tuple(log or ()))
    if as_json:
        typer.echo(json.dumps({"file": str(path), "format": form, "events": events}, ensure_ascii=False))
    else:
        typer.echo(f"Wrote {count(events, 'event', 'events')} to {path}")
