"""What makes one piece of work slower than its like: only what made a measured difference in the past.

Of the provider's ended work, that with the mark (much in work, asked on that weekday, …) is laid beside that without.
It is told where at least `EACH` are on either side, the middle one with the mark took at least `SLOWER` times as long,
and chance alone would rarely rank them so (Mann and Whitney's test, 1947, one-sided; `RARELY`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from kept.insight.forecast.pooled import Flags, Numbers
from kept.outlook.carried import Carries
from kept.outlook.past import Past

EACH: Final = 8
SLOWER: Final = 1.2
RARELY: Final = 0.02
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class _Told:
    """One sentence and how much slower it was."""

    times: float
    sentence: str


class Slower:
    """What makes pieces of work slower than their like, from one past; what several have in common is found once."""

    def __init__(self, past: Past, carries: Mapping[int, Carries]) -> None:
        self._past = past
        self._carries = carries
        self._found: dict[tuple[int, int, bool], tuple[str, ...]] = {}

    def says(self, provider: int, asked: datetime, *, came_back: bool = False) -> tuple[str, ...]:
        """What makes work that `provider` was asked for at `asked` slower than its like, in sentences, the strongest
        first; empty where nothing is known to. `came_back`: a delivery of it was returned.
        """
        key = (provider, asked.weekday(), came_back)
        if key not in self._found:
            told = self._told(provider, asked, came_back=came_back)
            self._found[key] = tuple(one.sentence for one in sorted(told, key=lambda one: -one.times))
        return self._found[key]

    def _told(self, provider: int, asked: datetime, *, came_back: bool) -> Iterator[_Told]:
        own = self._past.there & (self._past.table.provider == provider)
        its = own & self._past.ended
        yield from _much_in_work(self._past, own, its, self._carries.get(provider))
        yield from _weekday(self._past, its, asked)
        if came_back:
            yield from _came_back(self._past, its)


def _much_in_work(past: Past, own: Flags, its: Flags, carries: Carries | None) -> Iterator[_Told]:
    if carries is None or np.count_nonzero(its) < 2 * EACH:
        return
    asked = past.table.moments["opened"]
    opened, until = np.sort(asked[own]), np.sort(past.until[own])
    in_work = np.searchsorted(opened, asked[its], side="left") - np.searchsorted(until, asked[its])
    usually = float(np.median(in_work))
    if carries.in_work <= usually:
        return
    found = _difference(past.hours[its], in_work > usually)
    if found is not None:
        yield _Told(
            found,
            f"{carries.team} has {carries.in_work} promises in work, usually {round(usually)}; "
            f"what was asked when it had more than that took {_times(found)} as long.",
        )


def _weekday(past: Past, its: Flags, asked: datetime) -> Iterator[_Told]:
    opened = past.table.moments["opened"][its]
    days = np.array([datetime.fromtimestamp(moment, asked.tzinfo).weekday() for moment in opened])
    found = _difference(past.hours[its], days == asked.weekday()) if len(days) else None
    if found is not None:
        yield _Told(found, f"What was asked on a {DAYS[asked.weekday()]} took {_times(found)} as long as the rest.")


def _came_back(past: Past, its: Flags) -> Iterator[_Told]:
    found = _difference(past.hours[its], past.table.came_back[its])
    if found is not None:
        yield _Told(found, f"It came back once; what came back took {_times(found)} as long as the rest.")


def _difference(took: Numbers, marked: Flags) -> float | None:
    """How many times as long the middle one with the mark took; None where that is little, or may be chance."""
    with_it, without = took[marked], took[~marked]
    if min(len(with_it), len(without)) < EACH:
        return None
    usual = float(np.median(without))
    times = float(np.median(with_it)) / usual if usual > 0 else 1.0
    return times if times >= SLOWER and chance_alone(with_it, without) <= RARELY else None


def chance_alone(longer: Numbers, shorter: Numbers) -> float:
    """How likely `longer` ranks so far above `shorter` by chance (one-sided, normal approximation, ties halved)."""
    sizes = len(longer) * len(shorter)
    above = np.sum(longer[:, None] > shorter) + 0.5 * np.sum(longer[:, None] == shorter)
    spread = math.sqrt(sizes * (len(longer) + len(shorter) + 1) / 12)
    return 0.5 * math.erfc((float(above) - sizes / 2) / spread / math.sqrt(2))


def _times(found: float) -> str:
    return f"{found:.1f} times"
