"""What a calendar is: a time zone, the hours of a week, the days off, and the days with hours of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Self
from zoneinfo import ZoneInfo

from kept.core.calendars.wall import DayHours, Wall
from kept.core.errors import KeptError

MINUTE = 60_000_000
MINUTES_A_DAY = 24 * 60
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONDAY_TO_FRIDAY = range(5)
EVERY_DAY = range(7)
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")


class CalendarError(KeptError):
    """A calendar, or a question to one, that makes no sense; the text says what to change."""


class NoWorkingTimeError(CalendarError):
    """The calendar has not enough working time within the years that are looked at."""


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One stretch of work on the wall clock of a day: from `opens` up to, not including, `closes`.

    Both are minutes since midnight; `closes` may be 1440 (24:00).
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if self.opens < 0 or self.closes > MINUTES_A_DAY:
            raise CalendarError("Working hours lie between 00:00 and 24:00.")
        if self.opens >= self.closes:
            raise CalendarError(
                f"{self} does not end after it starts: put the earlier time first. "
                "Work past midnight is two entries, one up to 24:00 and one from 00:00 of the next day."
            )

    @classmethod
    def between(cls, opens: str, closes: str) -> Self:
        """Hours from two times of day such as "08:00" and "24:00"."""
        return cls(_minutes(opens), _minutes(closes))

    def __str__(self) -> str:
        return f"{clock(self.opens)}–{clock(self.closes)}"


Week = tuple[tuple[Hours, ...], ...]
"""The usual hours of the seven days, Monday first; a day off is an empty tuple."""


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """A day with hours of its own, in place of its usual hours and of any closure."""

    day: date
    hours: tuple[Hours, ...]


@dataclass(frozen=True)
class Calendar:
    """When a party works.

    `zone` is an IANA name such as "Europe/Berlin"; all hours are times on the wall clock there. `closures` are days
    without work (public holidays, company closures). Of an opening, a closure and the week the first that speaks of a
    day decides about it. Raises `CalendarError` where hours overlap, stand out of order, or the zone is unknown.
    """

    zone: str
    week: Week
    closures: frozenset[date] = frozenset()
    openings: frozenset[Opening] = frozenset()

    def __post_init__(self) -> None:
        _check_zone(self.zone)
        if len(self.week) != len(DAY_NAMES):
            raise CalendarError(f"A week has seven days, Monday first; these are {len(self.week)}.")
        for name, hours in zip(DAY_NAMES, self.week, strict=True):
            _check_day(name, hours)
        for opening in self.openings:
            _check_opening(opening)
        if len({opening.day for opening in self.openings}) < len(self.openings):
            raise CalendarError("One day is listed twice among those with other hours: put all its hours in one entry.")

    @cached_property
    def wall(self) -> Wall:
        """The same hours, added up once so that questions are answered fast."""
        special = {_day_number(day): DayHours() for day in self.closures}
        special |= {_day_number(opening.day): _day_hours(opening.hours) for opening in self.openings}
        return Wall(tuple(_day_hours(hours) for hours in self.week), special)


def same_hours(days: Iterable[int], *hours: Hours) -> Week:
    """A week with the same hours on each of `days` (0 = Monday) and none on the others."""
    working = frozenset(days)
    return tuple(hours if day in working else () for day in EVERY_DAY)


def clock(minutes: int) -> str:
    """Minutes since midnight as people read them: 510 → "08:30"."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[2]) >= 60 or int(match[1]) * 60 + int(match[2]) > MINUTES_A_DAY:
        raise CalendarError(f"“{text}” is not a time of day: write it like 08:30, at most 24:00.")
    return int(match[1]) * 60 + int(match[2])


def _day_number(day: date) -> int:
    return day.toordinal() - 1


def _day_hours(hours: tuple[Hours, ...]) -> DayHours:
    return tuple((each.opens * MINUTE, each.closes * MINUTE) for each in hours)


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError) as error:  # which of them depends on what is odd about the name
        raise CalendarError(
            f"“{zone[:60]}” is not a time zone that this computer knows: "
            "use a region and a city as in Europe/Berlin, or UTC."
        ) from error


def _check_day(name: str, hours: tuple[Hours, ...]) -> None:
    for earlier, later in pairwise(hours):
        if later.opens < earlier.opens:
            raise CalendarError(f"{name}: {later} stands after {earlier}: list the earlier hours first.")
        if later.opens < earlier.closes:
            raise CalendarError(f"{name}: {earlier} and {later} overlap: join them, or let one end before the other.")


def _check_opening(opening: Opening) -> None:
    if not opening.hours:
        raise CalendarError(f"{opening.day} has no hours: list it among the closures, or say when you are open.")
    _check_day(str(opening.day), opening.hours)
