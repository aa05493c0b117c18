"""Working hours added up along a wall clock that nobody ever puts forward or back.

All moments here are microseconds that such a clock has run since 0001-01-01 00:00, a Monday; a day is known by its
number since then. Weeks are alike but for the special days, so that any total is a multiplication, two look-ups and a
correction, however long the time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import accumulate

DAY = 86_400_000_000

DayHours = tuple[tuple[int, int], ...]
"""The hours of one day, in order: (opens, closes), each in microseconds since midnight."""


class Wall:
    """The working hours of a week (Monday first), but for the `special` days, which have their own."""

    def __init__(self, week: tuple[DayHours, ...], special: Mapping[int, DayHours]) -> None:
        self._week = week
        self._special = dict(sorted(special.items()))
        self._special_days = list(self._special)
        self._before_weekday = list(accumulate(map(_length, week), initial=0))
        self._corrections = list(
            accumulate((_length(hours) - _length(week[day % 7]) for day, hours in self._special.items()), initial=0)
        )

    def hours_on(self, day: int) -> DayHours:
        """The hours of the day with that number."""
        return self._special.get(day, self._week[day % 7])

    def is_open(self, moment: int) -> bool:
        """Whether this is a moment of work."""
        day, time = divmod(moment, DAY)
        return any(opens <= time < closes for opens, closes in self.hours_on(day))

    def worked_by(self, moment: int) -> int:
        """All working time before `moment`, in microseconds: what lies between two moments is the difference."""
        day, time = divmod(moment, DAY)
        worked = self._worked_before_day(day)
        for opens, closes in self.hours_on(day):
            if time <= opens:
                break
            worked += min(time, closes) - opens
        return worked

    def reach(self, worked: int, start: int, end: int) -> int:
        """The earliest moment by which the total is `worked`; it must lie after `start` and no later than `end`."""
        days = range(start // DAY, end // DAY + 1)
        day = days[bisect_left(days, worked, key=self._worked_before_day) - 1]
        missing = worked - self._worked_before_day(day)
        for opens, closes in self.hours_on(day):
            if missing <= closes - opens:
                return day * DAY + opens + missing
            missing -= closes - opens
        raise AssertionError("the total is not reached between start and end")

    def opening(self, start: int, end: int) -> int | None:
        """The earliest moment of work in [start, end), or None."""
        day, time = divmod(start, DAY)
        for opens, closes in self.hours_on(day):
            if time < closes:
                return _below(end, day * DAY + max(time, opens))
        days = range(day + 1, end // DAY + 2)
        passed = bisect_right(days, self._worked_before_day(day + 1), key=self._worked_before_day)
        if passed == len(days):
            return None
        day = days[passed - 1]  # the last day on which the total still stands where it stood
        return _below(end, day * DAY + self.hours_on(day)[0][0])

    def _worked_before_day(self, day: int) -> int:
        weeks, weekday = divmod(day, 7)
        correction = self._corrections[bisect_left(self._special_days, day)]
        return weeks * self._before_weekday[-1] + self._before_weekday[weekday] + correction


def _length(hours: DayHours) -> int:
    return sum(closes - opens for opens, closes in hours)


def _below(end: int, moment: int) -> int | None:
    return moment if moment < end else None
