"""`kept map`: who hands work to whom, of one log or of everything that the installation knows."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Annotated

import typer

from kept.cli.log import AsJson, MappingFile, chosen_mapping
from kept.cli.watching import watched
from kept.cli.words import count, duration, table
from kept.history.engine import chosen_engine, engine_over_log, engine_over_sources
from kept.history.home import history_folder
from kept.history.reading import open_log
from kept.history.store import HistoryStore
from kept.insight.map import Tie, TieKind, WorkMap, work_map

TIES_SAID = 20
EngineName = Annotated[
    str | None, typer.Option(metavar="duckdb|spark", help="Where to compute (default: KEPT_ENGINE, else duckdb).")
]
EitherLog = Annotated[
    Path | None, typer.Option(metavar="LOG", help="A work log; without it, this installation's history.")
]


def show_map(
    log: EitherLog = None, mapping: MappingFile = None, engine: EngineName = None, *, as_json: AsJson = False
) -> None:
    """Say who hands work to whom, how long it waits in between, how often it goes straight back, and who is served."""
    if mapping and not log:
        raise typer.BadParameter("it says how to read a log; name the log with --log", param_hint="--mapping")
    chosen = chosen_engine(engine)
    found, rejected = _of_log(log, mapping, chosen) if log else (_of_history(chosen), 0)
    if as_json:
        typer.echo(json.dumps({**found.to_json(), "rejected": rejected}, ensure_ascii=False, indent=1))
    else:
        _say(found)
    if rejected:
        left_out = count(rejected, "row was left out", "rows were left out")
        typer.echo(f"{left_out}. See why with: kept log show {log}", err=True)


def _of_log(log: Path, mapping: Path | None, engine: str) -> tuple[WorkMap, int]:
    read_by = chosen_mapping(mapping)
    # The map needs none of the attributes, and reading is quicker without.
    lean = read_by.without_attributes() if read_by else None
    with (
        watched() as on_progress,
        open_log(log, lean, on_progress=on_progress) as opened,
        engine_over_log(opened, engine) as asked,
    ):
        return work_map(asked), opened.understanding.rejected


def _of_history(engine: str) -> WorkMap:
    # Kept's own promises belong to it; bringing them up to date needs the database, which a log does not.
    importlib.import_module("kept.cli.own_history").refresh()
    store = HistoryStore(history_folder())
    with engine_over_sources(store.sources(), engine) as asked:
        return work_map(asked)


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
