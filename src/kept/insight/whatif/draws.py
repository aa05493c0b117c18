"""What fortune deals: for each piece of work when it comes, which way it takes and how long each stay takes.

Nothing of it depends on how the chain copes, so it is drawn before the chain is run, for all pieces at once. Today and
the changed chain are dealt the same numbers (common random numbers): piece 17 is the hard one in both, and what differs
between the two is what was changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kept.insight.whatif.chain import HOURS_A_DAY, Chain, Hours, Spread

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ARRIVAL, START, WAY, WORK, TURN = range(5)
"""The streams of random numbers: one for each question, so that one answer more does not move the others."""
LONGEST: Final = 10_000
"""Visits of one piece of work beyond which it is taken out: only a chain that is all but a circle gets there."""


@dataclass(frozen=True, slots=True)
class Dealt:
    """The visits of all pieces of work, piece after piece.

    `arrivals` (pieces): when each comes in, in days, ascending. `first` (pieces + 1): where its visits begin in the
    arrays that follow. `station` (visits): its place in the chain. `work` (visits): days of work, speed included.
    `turn` (visits): a number from 0 to 1 for stations that take work at random.
    """

    arrivals: Floats
    first: Ints
    station: Ints
    work: Floats
    turn: Floats


def deal(chain: Chain, days: float, seed: Sequence[int]) -> Dealt:
    """Deal what comes in during `days`; equal seeds deal equal numbers, whatever the chain."""
    return deal_to(chain, _arrivals(chain, days, seed), seed)


def deal_to(chain: Chain, arrivals: Floats, seed: Sequence[int]) -> Dealt:
    """Deal to pieces of work that come at these moments (days, ascending)."""
    pieces, stations, works, turns = _walk(chain, len(arrivals), seed)
    order = np.argsort(pieces, kind="stable")
    first = np.zeros(len(arrivals) + 1, dtype=np.int64)
    np.cumsum(np.bincount(pieces, minlength=len(arrivals)), out=first[1:])
    return Dealt(arrivals, first, stations[order], works[order], turns[order])


def _uniform(seed: Sequence[int], stream: int, count: int, visit: int = 0) -> Floats:
    return np.random.default_rng([*seed, stream, visit]).random(count)


def _arrivals(chain: Chain, days: float, seed: Sequence[int]) -> Floats:
    rate = chain.arrivals.per_day
    if chain.arrivals.spread is Spread.EVEN:
        return np.arange(math.ceil(rate * days)) / rate
    expected = rate * days
    gaps = -np.log1p(-_uniform(seed, ARRIVAL, math.ceil(expected + 8 * math.sqrt(expected) + 8)))
    moments = np.cumsum(gaps) / rate
    return moments[moments < days]


def _walk(chain: Chain, count: int, seed: Sequence[int]) -> tuple[Ints, Ints, Floats, Floats]:
    """The visits of all pieces: piece, station, days of work and turn of each, first visits of all first."""
    roads = [_Road.of(chain, place) for place in range(len(chain.stations))]
    starts = np.array([chain.place(name) for name, _ in chain.arrivals.start], dtype=np.int64)
    at = starts[_chosen([share for _, share in chain.arrivals.start], _uniform(seed, START, count))]
    pieces = np.arange(count, dtype=np.int64)
    visits: list[tuple[Ints, Ints, Floats, Floats]] = []
    for visit in range(LONGEST):
        if not len(pieces):
            break
        # Every piece has its own number, whether it is still under way or not: else those behind it would move up.
        way, work, turn = (_uniform(seed, stream, count, visit)[pieces] for stream in (WAY, WORK, TURN))
        takes, goes = np.empty(len(pieces)), np.empty(len(pieces), dtype=np.int64)
        for place in np.unique(at):
            here = at == place
            takes[here], goes[here] = roads[place].taken(way[here], work[here])
        visits.append((pieces, at, takes, turn))
        pieces, at = pieces[goes >= 0], goes[goes >= 0]
    if not visits:
        empty = np.empty(0)
        return empty.astype(np.int64), empty.astype(np.int64), empty, empty
    piece, station, work_days, turns = (np.concatenate(column) for column in zip(*visits, strict=True))
    return piece, station, work_days, turns


@dataclass(frozen=True, slots=True)
class _Road:
    """One station, ready to be drawn from: the ways out of it by share, and where each leads (-1: done)."""

    shares: list[float]
    goes: Ints
    hours: tuple[Hours, ...]
    speed: float

    @classmethod
    def of(cls, chain: Chain, place: int) -> _Road:
        station = chain.stations[place]
        goes = [-1 if way.to is None else chain.place(way.to) for way in station.ways]
        return cls(
            [way.share for way in station.ways],
            np.array(goes, dtype=np.int64),
            tuple(way.hours for way in station.ways),
            station.speed,
        )

    def taken(self, way: Floats, work: Floats) -> tuple[Floats, Ints]:
        """Days of work and where it goes next, for the numbers dealt."""
        ways = _chosen(self.shares, way)
        days = np.empty(len(way))
        for number, hours in enumerate(self.hours):
            mine = ways == number
            days[mine] = _hours(hours, work[mine])
        return days / (HOURS_A_DAY * self.speed), self.goes[ways]


def _chosen(shares: Sequence[float], dealt: Floats) -> Ints:
    """For each number from 0 to 1, which of the shares it falls into."""
    edges = np.cumsum(shares)[:-1]
    return np.searchsorted(edges, dealt, side="right").astype(np.int64)


def _hours(hours: Hours, dealt: Floats) -> Any:
    if hours.mean_stated is None:
        seen = np.array(hours.seen)
        return seen[(dealt * len(seen)).astype(np.int64)]
    if hours.spread is Spread.EVEN:
        return np.full(len(dealt), hours.mean_stated)
    return -np.log1p(-dealt) * hours.mean_stated
