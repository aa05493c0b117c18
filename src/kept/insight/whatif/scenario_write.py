"""A scenario as TOML, for a person to edit; `scenario_file` reads it back as it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from kept.insight.whatif.chain import DAYS_A_WEEK, HOURS_A_DAY, Chain, Hours, Money, Order, Run, Spread, Station, Way
from kept.insight.whatif.changes import Change
from kept.insight.whatif.compare import Scenario
from kept.insight.whatif.scenario_file import UNLIMITED

CHANGES: Final = (
    "station", "speed_pct", "servers", "hours_per_day", "days_per_week", "cost_per_hour", "arrivals_pct", "price_pct",
)  # fmt: skip
"""What a change says in one plain value each."""


def chain_to_toml(chain: Chain, run: Run, notes: Sequence[str] = ()) -> str:
    """The chain and how long to simulate it, with notes at the top; changes are for a person to add."""
    lines = [
        *(f"# {note}" for note in notes),
        "[chain]",
        *_stated({"name": chain.name, "unit": chain.unit}),
        "\n[arrivals]",
        *_stated({"per_day": _short(chain.arrivals.per_day), "spread": chain.arrivals.spread.value}),
        f"start = {_shares(chain.arrivals.start)}",
        "\n[money]",
        *_money(chain.money),
        "\n[run]",
        *_stated({key: getattr(run, key) for key in ("days", "warm_up_days", "replications", "seed")}),
    ]
    for station in chain.stations:
        lines += ["\n[[station]]", *_station(station)]
    return "\n".join(lines) + "\n"


def scenario_to_toml(scenario: Scenario, notes: Sequence[str] = ()) -> str:
    """The chain, how long to simulate it, and what would change, with notes at the top."""
    lines = [chain_to_toml(scenario.chain, scenario.run, notes).rstrip("\n")]
    for change in scenario.changes:
        lines += ["\n[[change]]", *_change(change)]
    return "\n".join(lines) + "\n"


def _change(change: Change) -> Iterator[str]:
    plain = {key: value for key in CHANGES if (value := getattr(change, key)) is not None}
    yield from _stated(plain)
    if change.order is not None:
        yield from _stated({"order": change.order.value})
    if change.shares is not None:
        yield f"to = {_shares(change.shares.items())}"


def _money(money: Money) -> Iterator[str]:
    keys = ("price", "material_cost", "promised_days", "loss_per_day_late")
    return _stated({key: getattr(money, key) for key in keys})


def _station(station: Station) -> Iterator[str]:
    yield from _stated({"name": station.name, "servers": UNLIMITED if station.servers is None else station.servers})
    if station.hours_per_day != HOURS_A_DAY or station.days_per_week != DAYS_A_WEEK:
        yield from _stated({"hours_per_day": station.hours_per_day, "days_per_week": station.days_per_week})
    if station.order is not Order.FIRST_COME:
        yield from _stated({"order": station.order.value})
    costs = {key: getattr(station, key) for key in ("cost_per_hour", "storage_cost_per_day")}
    yield from _stated({key: value for key, value in costs.items() if value})
    for way in station.ways:
        yield "[[station.way]]"
        yield from _way(way, station.speed)


def _way(way: Way, speed: float) -> Iterator[str]:
    if way.to is not None:
        yield from _stated({"to": way.to})
    yield from _stated({"share": _short(way.share)})
    yield from _hours(way.hours, speed)


def _hours(hours: Hours, speed: float) -> Iterator[str]:
    if hours.mean_stated is None:
        yield from _stated({"hours": [value / speed for value in hours.seen]})
        return
    yield from _stated({"hours": hours.mean_stated / speed})
    if hours.spread is not Spread.RANDOM:
        yield from _stated({"spread": hours.spread.value})


def _stated(values: dict[str, Any]) -> Iterator[str]:
    return (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())


def _shares(shares: Iterable[tuple[str, float]]) -> str:
    """Shares as they are: rounded ones would not add up to 1."""
    return "{ " + ", ".join(f"{json.dumps(name, ensure_ascii=False)} = {share!r}" for name, share in shares) + " }"


def _short(value: float) -> float:
    return float(f"{value:.9g}")
