"""The simulation's own clock: processes that sleep until a moment, or until something happens.

A process is a generator. It yields a `Wait` and is resumed when the moment comes or the signal fires, whichever is
first. Processes that are due at the same moment run in the order in which they were put down, so a run can be repeated.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count


@dataclass(eq=False)
class Signal:
    """Something that processes wait for; `Engine.fire` wakes all of them."""

    waiting: list[tuple[Running, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wait:
    """Sleep until `moment`, or until `signal` fires; at least one of them."""

    moment: datetime | None = None
    signal: Signal | None = None


Process = Generator[Wait, None, None]


@dataclass(eq=False)
class Running:
    """A process under way. `steps` counts how often it was resumed, so that a stale alarm is known as such."""

    process: Process
    steps: int = 0


class Engine:
    """Runs processes in the order of their moments, from `start` up to, not including, `until`."""

    def __init__(self, start: datetime, until: datetime) -> None:
        self.now = self.start = start
        self.until = until
        self._alarms: list[tuple[datetime, int, Running, int]] = []
        self._number = count()

    def spawn(self, process: Process, at: datetime | None = None) -> None:
        """Start `process` at the moment `at`, or now."""
        self._alarm(at or self.now, Running(process), 0)

    def fire(self, signal: Signal) -> None:
        """Wake everything that waits for `signal`; it runs now, after what is running."""
        woken, signal.waiting = signal.waiting, []
        for running, steps in woken:
            self._alarm(self.now, running, steps)

    def run(self, on_progress: Callable[[float], None]) -> None:
        """Play until the end; what still waits then stays as it is. Errors of a process are raised."""
        whole = self.until - self.start
        while self._alarms and self._alarms[0][0] < self.until:
            moment, _number, running, steps = heapq.heappop(self._alarms)
            if running.steps == steps:
                self.now = max(self.now, moment)
                on_progress((self.now - self.start) / whole)
                self._resume(running)

    def _resume(self, running: Running) -> None:
        running.steps += 1
        wait = next(running.process, None)
        if wait is None:
            return
        if wait.signal is not None:
            wait.signal.waiting.append((running, running.steps))
        if wait.moment is not None:
            self._alarm(wait.moment, running, running.steps)

    def _alarm(self, moment: datetime, running: Running, steps: int) -> None:
        heapq.heappush(self._alarms, (moment, next(self._number), running, steps))
