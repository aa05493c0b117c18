"""A forecast: the odds of each date, and what they rest on. No date without both."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

LEVELS: Final = tuple(range(1, 100))
"""The percentages at which a forecast says its dates."""
FAR: Final = 3650.0
"""Days: a level that too few pieces of work can say has its date this far away, or further. It is no date."""


class Word(IntEnum):
    """The three plain words for a date, by the odds (%) of being ready by then."""

    TIGHT = 50
    FAIR = 80
    SAFE = 95


class Scope(StrEnum):
    """Whose past a forecast borrows from, nearest first."""

    TIE = "tie"
    PROVIDER = "provider"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What a forecast rests on: `like` ended pieces of work like it, of the `scope`, begun between `since` and `until`.

    Where fewer than 20 are like it the forecast borrowed from wider scopes: `scope` is the widest one that it used.
    """

    like: int
    scope: Scope
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """The odds of being ready by each date.

    `days` are the 99 quantiles of the time from `made_at` to the end, in days of 24 hours, at `LEVELS`, never falling;
    those from `FAR` on can't be said.
    `slower` says in sentences what makes this one slower than its like, the strongest first; empty where nothing does.
    """

    made_at: datetime
    days: tuple[float, ...]
    rests_on: RestsOn
    slower: tuple[str, ...] = ()

    def date(self, level: int) -> datetime:
        """The moment by which it is ready with odds of `level` % (1 to 99)."""
        return self.made_at + timedelta(days=self.days[level - 1])

    def chance(self, by: datetime) -> float:
        """The odds of being ready by the moment `by`, 0.0 to 0.99: before `made_at` 0.0, past the last level that can
        be said never more than that level. Where several levels have one date, it has the odds of the highest.
        """
        left = (by - self.made_at) / timedelta(days=1)
        if left <= 0:
            return 0.0
        said = bisect_left(self.days, FAR)
        above = bisect_right(self.days, left, hi=said)
        if above == said:
            return said / 100
        if above == 0:
            return LEVELS[0] / 100 * left / self.days[0]
        low, high = self.days[above - 1], self.days[above]
        return (LEVELS[above - 1] + (left - low) / (high - low)) / 100

    def word(self, by: datetime) -> Word | None:
        """The plain word for the date `by`: the strongest whose odds it reaches; None below tight."""
        chance = round(self.chance(by) * 100, 6)
        return max((word for word in Word if chance >= word), default=None)
