"""`kept map`: who hands work to whom, of one log or of everything that the installation knows."""

from __future__ import annotations

import json

import typer

from kept.cli.asked_of import EitherLog, EngineName, asked_of
from kept.cli.log import AsJson, MappingFile
from kept.cli.words import count, duration, table
from kept.insight.map import Tie, TieKind, WorkMap, work_map

TIES_SAID = 20


def show_map(
    log: EitherLog = None, mapping: MappingFile = None, engine: EngineName = None, *, as_json: AsJson = False
) -> None:
    """Say who hands work to whom, how long it waits in between, how often it goes straight back, and who is served."""
    with asked_of(log, mapping, engine) as asked:
        found = work_map(asked.engine)
    if as_json:
        typer.echo(json.dumps({**found.to_json(), "rejected": asked.rejected}, ensure_ascii=False, indent=1))
    else:
        _say(found)


def _say(found: WorkMap) -> None:
    if not found.events:
        typer.echo("There is no history yet. Bring a work log in with: kept import work LOG")
        return
    handoffs, serves = found.of_kind(TieKind.HANDOFF), found.of_kind(TieKind.SERVES)
    typer.echo(
        f"{count(found.events, 'event', 'events')} of {count(found.cases, 'case', 'cases')}: "
        f"{count(found.handoffs, 'hand-off', 'hand-offs')} over {count(len(handoffs), 'pair', 'pairs')} of teams"
    )
    _say_ties(handoffs)
    if serves:
        typer.echo(f"\nTeams serve customers in {count(len(serves), 'pair', 'pairs')}; the strongest:")
        rows = [(tie.provider, tie.customer, f"{tie.cases:,}") for tie in serves[: TIES_SAID // 2]]
        table(("from", "serves", "cases"), rows, numbers=frozenset({2}))


def _say_ties(ties: tuple[Tie, ...]) -> None:
    if not ties:
        return
    typer.echo("")
    rows = [
        (
            tie.provider,
            tie.customer,
            f"{tie.count:,}",
            f"{tie.cases:,}",
            duration(tie.median_wait_s),
            duration(tie.p90_wait_s),
            f"{tie.returns:,}",
        )
        for tie in ties[:TIES_SAID]
    ]
    head = ("from", "to", "hand-offs", "cases", "usual wait", "9 in 10 within", "straight back")
    table(head, rows, numbers=frozenset({2, 3, 4, 5, 6}))
    if len(ties) > TIES_SAID:
        typer.echo(f"… and {count(len(ties) - TIES_SAID, 'more pair', 'more pairs')}; all of them with --json.")
