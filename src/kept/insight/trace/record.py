"""What the record says: every case of a history with its stays, and what is usual for each kind of stay.

A trace looks back, so what is usual comes from the whole history, later cases included; but never from the case itself.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kept.core.errors import NotFound, Refused
from kept.history.engine import Engine
from kept.insight.asking import query
from kept.insight.trace.chain import Expected, Seconds
from kept.insight.trace.usual import ENOUGH, SPREAD_UNKNOWN, usual

STAYS_TABLE: Final = "stays"
NEAR_NAMES: Final = 3
NO_TIMES: Final[Seconds] = np.zeros(0)


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a case with a team; moments in seconds since 1970.

    It came at `came`, was first seen in hand at `began`, and left at `left`; `activity` is what its first event did.
    `visit` counts the team's stays in this case from 0, `closing` is true for the last stay of the case. `came_back`
    says that it came straight back from `came_from`.
    """

    team: str
    activity: str | None
    came: float
    began: float
    left: float
    came_from: str | None
    came_back: bool
    closing: bool
    visit: int

    @property
    def seconds(self) -> float:
        """From coming to leaving."""
        return self.left - self.came


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case as its log has it; moments in seconds since 1970, None where the log doesn't say.

    `first` and `last` are those of its events; `due`, `ended` and `kept` what the log says last of the date, the end,
    and whether the promise was kept.
    """

    log: str
    case: str
    events: int
    first: float
    last: float
    due: float | None
    ended: float | None
    kept: bool | None
    stays: tuple[Stay, ...]

    @property
    def end(self) -> float:
        """When the case ended: as the log says it, else with its last event."""
        return self.last if self.ended is None else max(self.ended, self.first)

    @property
    def outside_s(self) -> float:
        """The time from begin to end that the record shows with no team."""
        return max(self.end - self.first - sum(max(min(s.left, self.end) - s.came, 0.0) for s in self.stays), 0.0)


class Past:
    """A history made ready for tracing: its cases, and what is usual. Made once, asked for any number of cases."""

    def __init__(self, cases: Iterable[CaseRecord]) -> None:
        self.cases: Mapping[tuple[str, str], CaseRecord] = {(case.log, case.case): case for case in cases}
        self.usual = Usual(self.cases.values())

    def case(self, name: str) -> CaseRecord:
        """The case of that name. Raises NotFound, naming near ones; Refused where several logs hold one."""
        found = [case for (_, called), case in self.cases.items() if called == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(
                f'{len(found)} logs hold a case "{name}". Name the file of the one you mean with --log. '
                f"They are kept as {', '.join(sorted(case.log for case in found))}."
            )
        raise NotFound(self._unknown(name))

    def _unknown(self, name: str) -> str:
        lowered = {called.lower(): called for _, called in self.cases}
        near = difflib.get_close_matches(name.lower(), lowered, n=NEAR_NAMES, cutoff=0.6)
        if near:
            return f'There is no case "{name}" in this record. Near it: {", ".join(lowered[word] for word in near)}.'
        some = next(iter(self.cases), None)
        example = f" Its cases are called like this: {some[1]}." if some else " There is no case in it at all."
        return f'There is no case "{name}" in this record.{example}'


@dataclass(frozen=True, slots=True)
class _Times:
    """The times of one kind of stay (seconds), each with the case that it is of."""

    seconds: Seconds
    cases: NDArray[np.int64]

    def but(self, case: int) -> Seconds:
        """Those of all other cases."""
        times: Seconds = self.seconds[self.cases != case]
        return times


class Usual:
    """What is usual for each kind of stay, and for the time that the record doesn't show.

    Comparable are stays of the same team that began with the same activity, and were, or were not, the last of their
    case; where fewer than 20 are, the same activity with any team lends; then any stay. A team that has the work
    **again** in the same case: where most cases with that team don't come back to it, none is usual, and the usual
    time is 0.
    """

    def __init__(self, cases: Iterable[CaseRecord]) -> None:
        self._number: dict[tuple[str, str], int] = {}
        seconds: dict[Hashable, list[float]] = defaultdict(list)
        owners: dict[Hashable, list[int]] = defaultdict(list)
        self._visits: dict[tuple[str, int], int] = defaultdict(int)
        for case in cases:
            number = self._number[case.log, case.case] = len(self._number)
            for kind, time in _timed(case):
                seconds[kind].append(time)
                owners[kind].append(number)
            for stay in case.stays:
                self._visits[stay.team, stay.visit] += 1
        self._times = {kind: _Times(np.array(seconds[kind]), np.array(owners[kind])) for kind in seconds}

    def of_stay(self, case: CaseRecord, stay: Stay) -> Expected:
        """What is usual for such a stay, from all cases but this one."""
        if stay.visit and self._visits[stay.team, stay.visit] * 2 <= self._visits[stay.team, stay.visit - 1]:
            return Expected(0.0, 0.0, like=self._visits[stay.team, stay.visit - 1] - 1)
        return self._usual(case, _kinds(stay))

    def of_outside(self, case: CaseRecord) -> Expected:
        """What is usual for the time without a team, from other cases that ended with the same team and activity."""
        return self._usual(case, _outside_kinds(case))

    def _usual(self, case: CaseRecord, kinds: Iterable[Hashable]) -> Expected:
        number = self._number[case.log, case.case]
        circles: list[Seconds] = []
        for kind in kinds:
            circles.append(self._times[kind].but(number) if kind in self._times else NO_TIMES)
            if len(circles[-1]) >= ENOUGH:
                break
        return usual(*circles) or Expected(0.0, SPREAD_UNKNOWN)


def _kinds(stay: Stay) -> tuple[Hashable, ...]:
    return (
        ("stay", stay.team, stay.activity, stay.closing),
        ("stay", stay.activity, stay.closing),
        ("stay", stay.closing),
    )


def _outside_kinds(case: CaseRecord) -> tuple[Hashable, ...]:
    ended = case.ended is not None
    if not case.stays:
        return (("outside", ended),)
    last = case.stays[-1]
    return (("outside", last.team, last.activity, ended), ("outside", last.activity, ended), ("outside", ended))


def _timed(case: CaseRecord) -> Iterator[tuple[Hashable, float]]:
    for stay in case.stays:
        for kind in _kinds(stay):
            yield kind, stay.seconds
    for kind in _outside_kinds(case):
        yield kind, case.outside_s


def past(engine: Engine) -> Past:
    """Make everything that the engine was opened over ready for tracing."""
    engine.lay(query("stays"), STAYS_TABLE)
    stays = {key: tuple(_stays(rows)) for key, rows in groupby(engine.rows(query("traced_stays")), lambda row: row[:2])}
    return Past(_case(row, stays.get(row[:2], ())) for row in engine.rows(query("traced_cases")))


def _stays(rows: Iterable[tuple[Any, ...]]) -> Iterator[Stay]:
    visits: dict[str, int] = defaultdict(int)
    for _, _, team, activity, _, came_from, came_back, closing, came, began, left in rows:
        yield Stay(team, activity, came, began, left, came_from, came_back, closing, visits[team])
        visits[team] += 1


def _case(row: tuple[Any, ...], stays: tuple[Stay, ...]) -> CaseRecord:
    log, case, events, first, last, due, ended, kept = row
    return CaseRecord(log, case, int(events), first, last, due, ended, kept, stays)
