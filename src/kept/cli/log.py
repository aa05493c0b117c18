"""`kept log show LOG`: what is understood of a work log, before anything is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from kept.cli.watching import watched
from kept.cli.words import count, day
from kept.history.mapping import LogMapping, load_mapping
from kept.history.reading import Understanding, understand

LogFile = Annotated[Path, typer.Argument(metavar="LOG", help="CSV or XES (plain or .gz), or Parquet.")]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", metavar="M.toml", help="How to read it (docs/work-logs.md).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Say it as JSON.")]
REJECTS_SAID = 10


def show(log: LogFile, mapping: MappingFile = None, *, as_json: AsJson = False) -> None:
    """Say what Kept understands of LOG: what it takes for what, how much there is, and what it can't use."""
    with watched() as on_progress:
        understood = understand(log, chosen_mapping(mapping), on_progress=on_progress)
    if as_json:
        typer.echo(json.dumps(as_said(understood), ensure_ascii=False, indent=1))
    else:
        say(understood)


def chosen_mapping(path: Path | None) -> LogMapping | None:
    """The mapping in the file, or None for recognition."""
    return load_mapping(path) if path else None


def as_said(understood: Understanding) -> dict[str, Any]:
    """What was understood, as JSON says it."""
    return {
        "source": understood.source,
        "format": understood.format,
        "recognised_as": understood.recognised_as,
        "rows": understood.rows,
        "cases": understood.cases,
        "events": understood.events,
        "teams": understood.teams,
        "persons": understood.persons,
        "customers": understood.customers,
        "first": understood.first.isoformat(),
        "last": understood.last.isoformat(),
        "rejected": understood.rejected,
        "values_left_out": understood.values_left_out,
        "columns": {taken.role: taken.column for taken in understood.taken},
        "unused_columns": list(understood.unused_columns),
        "time_format": understood.time_format,
        "notes": list(understood.notes),
        "reasons": [{"reason": reason, "count": number} for reason, number in understood.reasons],
        "rejects": [
            {
                understood.row_word: reject.line,
                "column": reject.column,
                "value": reject.value,
                "reason": reject.reason,
                "left_out": reject.left_out,
            }
            for reject in understood.rejects
        ],
    }


def say(understood: Understanding) -> None:
    """Print what was understood."""
    said = understood
    how = f", recognised as {said.recognised_as}" if said.recognised_as else ""
    typer.echo(f"{said.source} ({said.format}{how})")
    typer.echo(
        f"{count(said.rows, 'row', 'rows')}: {count(said.events, 'event', 'events')} of "
        f"{count(said.cases, 'case', 'cases')}, {count(said.teams, 'team', 'teams')}, "
        f"{count(said.persons, 'person', 'persons')}, {count(said.customers, 'customer', 'customers')}"
    )
    typer.echo(f"from {day(said.first)} to {day(said.last)}; times written as {said.time_format}")
    typer.echo("\nTaken for")
    for taken in said.taken:
        typer.echo(f"  {taken.role:10} {taken.column}  ({taken.meaning})")
    for note in said.notes:
        typer.echo(f"Note: {note}")
    say_rejects(said)


def say_rejects(understood: Understanding, kept_in: Path | None = None) -> None:
    """Print what could not be used and why: the first of it, and where the rest is listed."""
    if not understood.rejects:
        return
    typer.echo(
        f"\nLeft out: {count(understood.rejected, 'row', 'rows')}, and single values of "
        f"{count(understood.values_left_out, 'other row', 'other rows')}."
    )
    for reject in understood.rejects[:REJECTS_SAID]:
        what = (
            f' {reject.column} = "{reject.value}".' if reject.value else f" {reject.column}." if reject.column else ""
        )
        typer.echo(f"  {understood.row_word} {reject.line}: {reject.reason}{what}")
    rest = understood.rejected + understood.values_left_out - min(len(understood.rejects), REJECTS_SAID)
    if rest:
        typer.echo(f"  … and {rest:,} more.")
    if kept_in:
        typer.echo(f"All of them are listed in {kept_in}")
