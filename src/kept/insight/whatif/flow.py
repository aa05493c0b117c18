"""The exact long-run flow through a chain: what comes to each station, what it gets done, and where work piles up.

Queues are unbounded and nobody idles while work lies there. Then the long-run flows do not depend on how variable the
work is: a station passes on what comes, or its capacity where more comes than that. Source: J. B. Goodman and W. A.
Massey, The non-ergodic Jackson network, Journal of Applied Probability 21 (1984). No simulation is needed for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kept.insight.whatif.chain import Chain

ROUNDS: Final = 100_000
SETTLED: Final = 1e-13
"""The relative step below which the flows are taken as settled."""
SIGNIFICANT: Final = 12
"""Digits that flows are given with: beyond them lies the noise of adding binary fractions."""


@dataclass(frozen=True, slots=True)
class StationFlow:
    """Of one station, a calendar day: what comes (`inflow`), is done (`throughput`), could be done (`capacity`).

    `load` is what would come if no station held anything up, as a share of the capacity: above 1 it can't keep up.
    `growth` is by how many pieces the stock in front of it grows a day.
    """

    name: str
    inflow: float
    throughput: float
    capacity: float
    load: float

    @property
    def growth(self) -> float:
        """Pieces a day by which the stock in front of it grows; 0.0 where it keeps up."""
        return tidy(max(0.0, self.inflow - self.throughput))


@dataclass(frozen=True, slots=True)
class Flow:
    """Of the whole chain: its stations' flows in order, and what leaves it done a calendar day."""

    stations: tuple[StationFlow, ...]
    throughput: float

    @property
    def bottleneck(self) -> StationFlow | None:
        """The station that would be the first to be overrun: the one with the highest load; None where none can be."""
        return max((station for station in self.stations if station.load > 0), key=lambda each: each.load, default=None)

    @property
    def overrun(self) -> bool:
        """Whether more comes in than the chain can do."""
        return any(station.growth > 0 for station in self.stations)


def flow(chain: Chain) -> Flow:
    """The exact long-run flow of the chain."""
    capacities = [station.capacity_per_day for station in chain.stations]
    free = _settled(chain, [float("inf")] * len(capacities))
    held = _settled(chain, capacities)
    done = [min(inflow, capacity) for inflow, capacity in zip(held, capacities, strict=True)]
    stations = tuple(
        StationFlow(station.name, tidy(inflow), tidy(out), capacity, tidy(wanted / capacity))
        for station, inflow, out, capacity, wanted in zip(chain.stations, held, done, capacities, free, strict=True)
    )
    leaving = sum(
        out * sum(way.share for way in station.ways if way.to is None)
        for out, station in zip(done, chain.stations, strict=True)
    )
    return Flow(stations, tidy(leaving))


def tidy(value: float) -> float:
    """The value without the last digits, which hold only noise."""
    return float(f"{value:.{SIGNIFICANT}g}")


def _settled(chain: Chain, capacities: list[float]) -> list[float]:
    """What comes to each station a day, grown from nothing until it no longer changes."""
    places = {station.name: place for place, station in enumerate(chain.stations)}
    roads = [
        (places[station.name], places[way.to], way.share)
        for station in chain.stations
        for way in station.ways
        if way.to is not None
    ]
    outside = [0.0] * len(places)
    for name, share in chain.arrivals.start:
        outside[places[name]] += chain.arrivals.per_day * share
    inflow = outside
    for _ in range(ROUNDS):
        after = outside.copy()
        for here, there, share in roads:
            after[there] += min(inflow[here], capacities[here]) * share
        if all(abs(new - old) <= SETTLED * new for new, old in zip(after, inflow, strict=True)):
            return after
        inflow = after
    return inflow
