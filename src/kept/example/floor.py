"""How each team works: how many jobs at once, how quickly it answers, how openly it tells of a slip; and its queue."""

from __future__ import annotations

import heapq
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from kept.example.engine import Engine, Signal, Wait

A_BENCH_COMES_FREE = 6.0
"""Working hours until somebody is done with something, where all are busy: a guess."""


@dataclass(frozen=True, slots=True)
class Habits:
    """The ways of a team.

    `benches`: jobs at a time. `answers`: working hours until an ask is answered, from and to. `looks_ahead`: how often
    it reckons with its queue before it promises. `counters`: how often it names another date anyway. `openness`: how
    often it tells of a slip that it sees coming. `flaws`: the share of its deliveries that go back.
    """

    benches: int
    answers: tuple[float, float]
    looks_ahead: float
    counters: float
    openness: float
    flaws: float


HABITS = {
    "company": Habits(2, (2, 14), 0.8, 0.10, 0.75, 0.04),
    "sales": Habits(12, (1, 7), 0.9, 0.08, 0.85, 0.05),
    "design": Habits(3, (1, 8), 0.9, 0.12, 0.80, 0.16),
    "purchasing": Habits(30, (1, 6), 0.8, 0.10, 0.80, 0.12),
    # The workshop says yes to everything, looks at its queue afterwards, and hopes longer than it should.
    "workshop": Habits(2, (1, 5), 0.0, 0.0, 0.25, 0.16),
    "joinery": Habits(3, (1, 6), 0.5, 0.05, 0.60, 0.08),
    "smithy": Habits(2, (1, 6), 0.8, 0.08, 0.75, 0.12),
    "warehouse": Habits(3, (0.5, 4), 0.9, 0.06, 0.85, 0.09),
    "dispatch": Habits(3, (0.5, 4), 0.9, 0.06, 0.85, 0.10),
    "drivers": Habits(4, (0.5, 6), 0.9, 0.06, 0.85, 0.06),
    "billing": Habits(3, (1, 7), 0.9, 0.08, 0.80, 0.09),
    "people": Habits(2, (2, 10), 0.8, 0.15, 0.75, 0.05),
}


class Floor:
    """Where a team works: so many benches, and a queue in the order of the dates."""

    def __init__(self, engine: Engine, benches: int) -> None:
        self._engine = engine
        self._benches = self._free = benches
        self._queue: list[tuple[datetime, int, Signal, float]] = []
        self._number = count()

    def takes_place(self, due: datetime, hours: float) -> Generator[Wait, None, None]:
        """Wait for a free bench; the job that is due first gets it first. `leaves` must follow."""
        if self._free:
            self._free -= 1
            return
        turn = Signal()
        heapq.heappush(self._queue, (due, next(self._number), turn, hours))
        yield Wait(signal=turn)

    def leaves(self) -> None:
        """Free the bench, or hand it on to the first in the queue."""
        if self._queue:
            self._engine.fire(heapq.heappop(self._queue)[2])
        else:
            self._free += 1

    def queued_hours(self, due: datetime) -> float:
        """The working hours until a job of that date would get a bench, as a foreman guesses them."""
        if self._free:
            return 0.0
        before = sum(hours for other, _number, _turn, hours in self._queue if other < due)
        return before / self._benches + A_BENCH_COMES_FREE
