"""`kept whatif SCENARIO.toml`: today's chain and a changed one, and where going faster would help."""

from __future__ import annotations

import importlib
import json
import math
from pathlib import Path
from typing import Annotated, Final

import typer

from kept.cli.log import AsJson, MappingFile, chosen_mapping
from kept.cli.watching import watched
from kept.cli.words import count, table
from kept.history.engine import engine_over_log, engine_over_sources
from kept.history.home import history_folder
from kept.history.reading import open_log
from kept.history.store import HistoryStore
from kept.insight.whatif.advice import advice, number
from kept.insight.whatif.compare import Scenario, WhatIf, what_if
from kept.insight.whatif.errors import BadScenario
from kept.insight.whatif.figures import Figures
from kept.insight.whatif.intervals import Range
from kept.insight.whatif.past import cases_of
from kept.insight.whatif.said import as_json as said
from kept.insight.whatif.scenario_file import load_scenario
from kept.insight.whatif.scenario_write import chain_to_toml
from kept.insight.whatif.today import Today, run_of, todays_chain

STATIONS_SAID: Final = 20


def whatif(
    scenario: Annotated[
        Path | None, typer.Argument(metavar="SCENARIO.toml", help="The chain, and what would change.")
    ] = None,
    from_log: Annotated[
        Path | None, typer.Option("--from-log", metavar="LOG", help="Take today's chain from this work log.")
    ] = None,
    mapping: MappingFile = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="SCENARIO.toml", help="Write today's chain here, to be edited.")
    ] = None,
    *,
    from_history: Annotated[
        bool, typer.Option("--from-history", help="Take today's chain from this installation's history.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what a change would do to throughput, lead time, stock, cost and revenue, and where faster helps.

    With --from-log or --from-history, today's chain is taken from what happened; --write puts it into a file.
    """
    _refuse_two(scenario, from_log, mapping, write, from_history=from_history)
    if scenario:
        _answer(load_scenario(scenario), as_json=as_json)
        return
    today = _of_log(from_log, mapping) if from_log else _of_history()
    if write:
        _write(today, write)
    else:
        _answer(Scenario(today.chain, run=run_of(today.chain)), as_json=as_json)


def _refuse_two(
    scenario: Path | None, log: Path | None, mapping: Path | None, write: Path | None, *, from_history: bool
) -> None:
    if sum((scenario is not None, log is not None, from_history)) != 1:
        raise typer.BadParameter("name one chain: SCENARIO.toml, or --from-log LOG, or --from-history")
    if mapping and not log:
        raise typer.BadParameter("it says how to read a log; name the log with --from-log", param_hint="--mapping")
    if write and scenario:
        raise typer.BadParameter("the scenario is a file already; edit that", param_hint="--write")


def _of_log(log: Path, mapping: Path | None) -> Today:
    read_by = chosen_mapping(mapping)
    lean = read_by.without_attributes() if read_by else None
    with (
        watched() as on_progress,
        open_log(log, lean, on_progress=on_progress) as opened,
        engine_over_log(opened) as asked,
    ):
        last = opened.understanding.last.timestamp()
        return todays_chain(cases_of(asked), until=last, name=log.name, on_progress=on_progress or _unwatched)


def _of_history() -> Today:
    importlib.import_module("kept.cli.own_history").refresh()
    store = HistoryStore(history_folder())
    with watched() as on_progress, engine_over_sources(store.sources()) as asked:
        cases = cases_of(asked)
        last = max((case.ended for case in cases), default=0.0)
        return todays_chain(cases, until=last, name="This history", on_progress=on_progress or _unwatched)


def _write(today: Today, path: Path) -> None:
    if path.exists():
        raise BadScenario(f"{path} is there already. Name another file, or move that one away.")
    notes = (
        f"Today's chain of {today.chain.name}: {count(today.cases, 'case', 'cases')} since {today.since:%Y-%m-%d}.",
        "Hours are those that work lay with a team, waiting and in hand: no record says how many could work on it.",
        "Where you know, write servers = … and the hours of work, and what it costs. What would change, at the end:",
        "  [[change]]",
        f"  station = {json.dumps(today.chain.stations[0].name, ensure_ascii=False)}",
        "  speed_pct = 20",
    )
    try:
        path.write_text(chain_to_toml(today.chain, run_of(today.chain), notes), encoding="utf-8")
    except OSError as error:
        raise BadScenario(f"{path} can't be written: {error.strerror or error}.") from None
    typer.echo(f"Wrote {path}: {count(len(today.chain.stations), 'station', 'stations')}, {notes[0].split(': ')[-1]}")
    typer.echo(f"Edit it, then ask: kept whatif {path}")


def _answer(scenario: Scenario, *, as_json: bool) -> None:
    with watched() as on_progress:
        found = what_if(scenario, on_progress or _unwatched)
    if as_json:
        typer.echo(json.dumps(said(found), ensure_ascii=False, indent=1))
    else:
        _say(found)


def _unwatched(_what: str, _share: float) -> None:
    """The progress that nobody watches."""


def _say(found: WhatIf) -> None:
    run, changes = found.scenario.run, bool(found.scenario.changes)
    typer.echo(f"{found.scenario.chain.name}: {number(run.days)} days, {run.replications} times")
    for sentence in advice(found):
        typer.echo(f"- {sentence}")
    typer.echo("")
    rows = [_row(*row) for row in _compared(found)]
    if changes:
        table(("", "today", "then", "change"), rows, numbers=frozenset({1, 2, 3}))
    else:
        table(("", "today"), [row[:2] for row in rows], numbers=frozenset({1}))
    typer.echo("")
    _say_stations(found.then)
    typer.echo("\nThroughput, capacity and growth are exact; “±” is the range of the simulated (95 %).")


def _compared(found: WhatIf) -> list[tuple[str, Range, Range, Range]]:
    today, then = found.today, found.then
    rows = [
        ("done a day, simulated", today.throughput_simulated, then.throughput_simulated, None),
        ("half is done within, days", today.lead_p50, then.lead_p50, found.lead_time_pct),
        ("85 in 100 within, days", today.lead_p85, then.lead_p85, found.lead_time_p85_pct),
    ]
    if any((*today.costs, *today.revenues, *then.costs, *then.revenues)):
        rows += [
            ("cost a day", today.cost, then.cost, found.cost_pct),
            ("revenue a day", today.revenue, then.revenue, found.revenue_pct),
        ]
    exact = Range(found.throughput_pct, found.throughput_pct, found.throughput_pct, 0)
    return [(what, before, after, change or exact) for what, before, after, change in rows]


def _row(what: str, before: Range, after: Range, change: Range) -> tuple[str, str, str, str]:
    return what, ranged(before), ranged(after), f"{ranged(change)} %" if not math.isnan(change.mean) else "–"


def ranged(value: Range) -> str:
    """A figure with half the width of its range: "5.02 ± 0.1"."""
    if math.isnan(value.mean):
        return "–"
    half = (value.high - value.low) / 2
    return f"{number(value.mean)} ± {number(half)}" if value.n and not math.isnan(half) else number(value.mean)


def _say_stations(figures: Figures) -> None:
    rows = []
    busiest = sorted(figures.stations, key=lambda each: -each.stock_mean.mean)
    for station in busiest[:STATIONS_SAID]:
        capacity = station.capacity_per_day
        rows.append(
            (
                station.name,
                number(station.throughput_per_day),
                "–" if capacity == float("inf") else number(capacity),
                "–" if station.utilisation is None else f"{number(100 * station.utilisation.mean)} %",
                ranged(station.queue_mean),
                number(station.stock_mean.mean),
                number(station.growth_per_day),
            )
        )
    table(
        ("station", "done a day", "could do", "in use", "waiting", "lies there", "grows by a day"),
        rows,
        numbers=frozenset(range(1, 7)),
    )
    if len(busiest) > STATIONS_SAID:
        typer.echo(f"… and {len(busiest) - STATIONS_SAID} more stations; all of them with --json.")
