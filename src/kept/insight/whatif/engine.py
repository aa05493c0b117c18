"""The simulation itself: one heap of what happens next. Queues are unbounded, work once begun is not put down.

Stations whose servers are not counted hold nobody up: every stay there begins when the work comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf
from typing import Any

import numpy as np

from kept.insight.whatif.chain import Chain, Order, Station
from kept.insight.whatif.clock import Clock
from kept.insight.whatif.draws import Dealt, Floats


@dataclass(frozen=True, slots=True)
class Lived:
    """What became of each visit, in days: when it came to the station, was begun, and ended; infinite: not in time."""

    came: Floats
    begun: Floats
    ended: Floats


class _FirstCome(deque[int]):
    """Visits that wait, by their number; as the two others."""

    add = deque.append
    take = deque.popleft


class _LastCome(list[int]):
    add = list.append

    def take(self) -> int:
        return self.pop()


class _ByRank:
    """The lowest rank first, then the lowest number of the visit."""

    def __init__(self, rank: list[float]) -> None:
        self._rank = rank
        self._waiting: list[tuple[float, int]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, visit: int) -> None:
        heappush(self._waiting, (self._rank[visit], visit))

    def take(self) -> int:
        return heappop(self._waiting)[1]


def run(chain: Chain, dealt: Dealt, until: float) -> Lived:
    """Run the chain with what was dealt, until the moment `until` (days)."""
    return _Running(chain, dealt).until(until)


class _Running:
    """One run: the state of the stations and what has happened so far."""

    def __init__(self, chain: Chain, dealt: Dealt) -> None:
        count = len(dealt.station)
        self.dealt = dealt
        self.came, self.begun, self.ended = [inf] * count, [inf] * count, [inf] * count
        self.station = dealt.station.tolist()
        self.work = dealt.work.tolist()
        self.last = np.isin(np.arange(count), dealt.first[1:] - 1).tolist()
        self.free: list[float] = [inf if each.servers is None else each.servers for each in chain.stations]
        self.counted = [each.servers is not None for each in chain.stations]
        self.clocks = [None if each.servers is None else Clock.of(each) for each in chain.stations]
        self.queues = [_queue(each, dealt) for each in chain.stations]
        # What happens next: (moment, visit) for the end of a visit, (moment, ~visit) for its coming.
        self.next: list[tuple[float, int]] = []

    def until(self, end: float) -> Lived:
        """Let everything happen up to the moment `end`."""
        happenings, comes, ends = self.next, self._comes, self._ends
        for moment, visit in zip(self.dealt.arrivals.tolist(), self.dealt.first.tolist(), strict=False):
            if moment > end:
                break
            while happenings and happenings[0][0] <= moment:
                at, what = heappop(happenings)
                ends(what, at) if what >= 0 else comes(~what, at)
            comes(visit, moment)
        while happenings and happenings[0][0] <= end:
            at, what = heappop(happenings)
            ends(what, at) if what >= 0 else comes(~what, at)
        return Lived(np.array(self.came), np.array(self.begun), np.array(self.ended))

    def _comes(self, visit: int, moment: float) -> None:
        place = self.station[visit]
        self.came[visit] = moment
        if not self.counted[place]:
            self._passes(visit, moment)
        elif self.free[place]:
            self.free[place] -= 1
            self._begins(visit, place, moment)
        else:
            self.queues[place].add(visit)

    def _passes(self, visit: int, moment: float) -> None:
        """A stay where nobody is held up: it ends when it ends."""
        self.begun[visit] = moment
        self.ended[visit] = after = moment + self.work[visit]
        if not self.last[visit]:
            heappush(self.next, (after, ~(visit + 1)))

    def _begins(self, visit: int, place: int, moment: float) -> None:
        self.begun[visit] = moment
        clock = self.clocks[place]
        work = self.work[visit]
        heappush(self.next, (moment + work if clock is None else clock.after(moment, work), visit))

    def _ends(self, visit: int, moment: float) -> None:
        self.ended[visit] = moment
        place = self.station[visit]
        queue = self.queues[place]
        if queue:
            self._begins(queue.take(), place, moment)
        else:
            self.free[place] += 1
        if not self.last[visit]:
            self._comes(visit + 1, moment)


def _queue(station: Station, dealt: Dealt) -> Any:
    ranks: dict[Order, Callable[[], Floats]] = {
        Order.SHORTEST: lambda: dealt.work,
        Order.OLDEST: lambda: np.repeat(dealt.arrivals, np.diff(dealt.first)),
        Order.RANDOM: lambda: dealt.turn,
    }
    if station.order is Order.FIRST_COME:
        return _FirstCome()
    if station.order is Order.LAST_COME:
        return _LastCome()
    return _ByRank(ranks[station.order]().tolist())
