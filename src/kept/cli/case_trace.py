"""`kept trace CASE`: where a case of a work log, or of the installation's history, lost its time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from kept.cli.asked_of import EitherLog, EngineName, asked_of
from kept.cli.log import AsJson, MappingFile
from kept.cli.words import day, duration, table
from kept.insight.trace.cases import CaseTrace, trace_case
from kept.insight.trace.record import past

STEPS_SAID = 40
CaseName = Annotated[str, typer.Argument(metavar="CASE", help="The piece of work, called as in the log.")]


def show_trace(
    case: CaseName,
    log: EitherLog = None,
    mapping: MappingFile = None,
    engine: EngineName = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Say where CASE lost its time: each stay with a team beside what is usual for such work, and its share of what
    was lost.
    """
    with asked_of(log, mapping, engine) as asked:
        found = trace_case(past(asked.engine), case)
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        _say(found)


def _say(found: CaseTrace) -> None:
    case = found.case
    due = f", promised by {_day(case.due)}" if case.due is not None else ""
    typer.echo(f"{case.case}: from {_day(case.first)} to {_day(case.end)}{due}")
    typer.echo(found.verdict)
    if found.steps:
        typer.echo("")
        rows = [
            (
                step.stay.team,
                step.stay.activity or "",
                _day(step.stay.came),
                duration(step.wait_s),
                duration(step.held_s),
                duration(step.expected_s),
                f"{step.share * 100:.0f} %" if step.share else "",
            )
            for step in found.steps[:STEPS_SAID]
        ]
        table(
            ("team", "began with", "came", "waited", "in hand", "usual", "share"), rows, numbers=frozenset({3, 4, 5, 6})
        )
        if len(found.steps) > STEPS_SAID:
            typer.echo(f"… and {len(found.steps) - STEPS_SAID} more; all of them with --json.")
    if found.outside_s:
        typer.echo(
            f"\nWith no team in the record: {duration(found.outside_s)}, usually {duration(found.outside_expected_s)}; "
            f"share {found.outside_share * 100:.0f} %."
        )
    for finding in found.findings:
        typer.echo(f"\n{finding.team or 'Outside the record'}: {finding.what}")
        for sentence in finding.evidence:
            typer.echo(f"  {sentence}")


def _day(seconds: float) -> str:
    return day(datetime.fromtimestamp(seconds, UTC))
