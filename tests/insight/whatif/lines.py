"""Chains for the tests: lines of stations that are easy to reckon by hand."""

from __future__ import annotations

from kept.insight.whatif.chain import Arrivals, Chain, Hours, Run, Spread, Station, Way

SHORT = Run(days=40, warm_up_days=5, replications=4, seed=3)


def silent(_what: str, _share: float) -> None:
    """The progress that nobody watches."""


def station(
    name: str, per_day: float, to: str | None = None, *, servers: int | None = 1, spread: Spread = Spread.RANDOM
) -> Station:
    """A station whose servers can do `per_day` each."""
    return Station(name, (Way(to, 1.0, Hours(24 / per_day, spread)),), servers=servers)


def line(wanted: float, *stations: Station, spread: Spread = Spread.RANDOM) -> Chain:
    """A chain that begins at the first of the stations."""
    return Chain(stations, Arrivals(wanted, ((stations[0].name, 1.0),), spread))
