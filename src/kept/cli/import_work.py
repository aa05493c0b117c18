"""`kept import work LOG`: keep a work log of another system in the history."""

from __future__ import annotations

import importlib
import json
from typing import Annotated, Any

import typer

from kept.cli.log import AsJson, LogFile, MappingFile, as_said, chosen_mapping, say, say_rejects
from kept.cli.watching import watched
from kept.cli.words import count, day
from kept.history.home import history_folder
from kept.history.importing import ImportReport, Outcome, import_log
from kept.history.reading import understand
from kept.history.store import HistoryStore


def import_work(
    log: LogFile,
    mapping: MappingFile = None,
    name: Annotated[str | None, typer.Option(help="What to call the log (default: after its file).")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be understood.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep LOG in the history, so that the map and all that follows know it.

    The same log again changes nothing; a longer export of it under the same name takes its place.
    """
    said: dict[str, Any]
    if dry_run:
        with watched() as on_progress:
            understood = understand(log, chosen_mapping(mapping), on_progress=on_progress)
        said = {"outcome": "dry run", **as_said(understood)}
    else:
        with watched() as on_progress:
            report = import_log(
                log,
                chosen_mapping(mapping),
                store=HistoryStore(history_folder()),
                name=name,
                on_progress=on_progress,
            )
        importlib.import_module("kept.cli.own_history").look_again()  # needs Django, which a dry run does not
        said = _as_json(report)
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, indent=1))
    elif dry_run:
        say(understood)
        typer.echo("\nNothing was kept (--dry-run).")
    else:
        _say(report)


def _as_json(report: ImportReport) -> dict[str, Any]:
    rejects = report.log.rejects_file
    return {
        "outcome": report.outcome.value,
        "name": report.log.name,
        "folder": str(report.log.folder),
        "rejects_file": str(rejects) if rejects else None,
        **as_said(report.understanding),
    }


def _say(report: ImportReport) -> None:
    if report.outcome is Outcome.ALREADY_THERE:
        typer.echo(
            f'This log is already there as "{report.log.name}" (kept {day(report.log.imported_at)}); nothing changed.'
        )
        return
    say(report.understanding)
    say_rejects(report.understanding, report.log.rejects_file)
    before = report.before
    if before:
        typer.echo(
            f"\nIt takes the place of the state until {day(before.last)} ({count(before.events, 'event', 'events')})."
        )
    typer.echo(f'\nKept as "{report.log.name}" in {report.log.folder}. See it with: kept map, or on the map page.')
