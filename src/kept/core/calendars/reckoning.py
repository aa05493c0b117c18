"""Questions to a calendar. Moments go in aware, in any zone, and come out in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from kept.core.calendars.hours import Calendar, CalendarError, NoWorkingTimeError
from kept.core.calendars.wall import DAY
from kept.core.calendars.zones import Stretch, micros, moment, stretches

FIRST_YEAR, LAST_YEAR = 1900, 2199
HORIZON_YEARS = 20
HORIZON = HORIZON_YEARS * 366 * DAY


class Span(NamedTuple):
    """From `start` up to, not including, `end`."""

    start: datetime
    end: datetime


def working_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The working time from `start` to `end`; negative where `end` comes first, so that
    `working_time(a, b) + working_time(b, c) == working_time(a, c)` for any three moments.
    """
    begin, stop = _micros(start), _micros(end)
    if stop < begin:
        return -working_time(calendar, end, start)
    worked = sum(_worked(calendar, stretch) for stretch in stretches(calendar.zone, begin, stop))
    return timedelta(microseconds=worked)


def add_working_time(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """The earliest moment, from `start` on, by which `amount` of working time has passed.

    That is closing time, not the next morning's opening, where both would do; and for an amount of nothing it is
    `start` itself (ask `next_open` for the moment at which work begins). Raises `CalendarError` for a negative amount,
    `NoWorkingTimeError` where the next twenty years do not hold the amount.
    """
    if amount < timedelta(0):
        raise CalendarError("An amount of working time cannot be negative: leave the sign out.")
    begin, missing = _micros(start), amount // timedelta(microseconds=1)
    if not missing:
        return moment(begin)
    for stretch in stretches(calendar.zone, begin, begin + HORIZON):
        available = _worked(calendar, stretch)
        if missing <= available:
            return moment(_reach(calendar, stretch, missing))
        missing -= available
    hours = round(amount / timedelta(hours=1), 2)
    raise _too_little(f"{hours:,.12g} hours of working time", start)


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """The earliest working moment from `at` on: `at` itself where that is one.

    Raises `NoWorkingTimeError` where the next twenty years have none.
    """
    begin = _micros(at)
    for stretch in stretches(calendar.zone, begin, begin + HORIZON):
        opening = calendar.wall.opening(stretch.start + stretch.offset, stretch.end + stretch.offset)
        if opening is not None:
            return moment(opening - stretch.offset)
    raise _too_little("any working time", at)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether `at` is a working moment: a stretch of work includes its first moment and not its last."""
    begin = _micros(at)
    (stretch,) = stretches(calendar.zone, begin, begin + 1)
    return calendar.wall.is_open(begin + stretch.offset)


def working_intervals(calendar: Calendar, start: datetime, end: datetime) -> tuple[Span, ...]:
    """The stretches of work between `start` and `end`, in order; those that touch are one.

    There are none where `end` comes first.
    """
    joined: list[tuple[int, int]] = []
    for stretch in stretches(calendar.zone, _micros(start), _micros(end)):
        for opens, closes in _open_in(calendar, stretch):
            if joined and joined[-1][1] == opens:
                opens = joined.pop()[0]  # noqa: PLW2901 one stretch of work goes on, over midnight or a clock change
            joined.append((opens, closes))
    return tuple(Span(moment(opens), moment(closes)) for opens, closes in joined)


def shared_intervals(first: Calendar, second: Calendar, start: datetime, end: datetime) -> tuple[Span, ...]:
    """When both parties work, between `start` and `end`, in order."""
    ours, theirs = working_intervals(first, start, end), working_intervals(second, start, end)
    shared: list[Span] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        both = Span(max(ours[i].start, theirs[j].start), min(ours[i].end, theirs[j].end))
        if both.start < both.end:
            shared.append(both)
        if ours[i].end <= theirs[j].end:
            i += 1
        else:
            j += 1
    return tuple(shared)


def _worked(calendar: Calendar, stretch: Stretch) -> int:
    wall = calendar.wall
    return wall.worked_by(stretch.end + stretch.offset) - wall.worked_by(stretch.start + stretch.offset)


def _reach(calendar: Calendar, stretch: Stretch, missing: int) -> int:
    start, end = stretch.start + stretch.offset, stretch.end + stretch.offset
    return calendar.wall.reach(calendar.wall.worked_by(start) + missing, start, end) - stretch.offset


def _open_in(calendar: Calendar, stretch: Stretch) -> Iterator[tuple[int, int]]:
    start, end = stretch.start + stretch.offset, stretch.end + stretch.offset
    for day in range(start // DAY, end // DAY + 1):
        for opens, closes in calendar.wall.hours_on(day):
            begin, stop = max(start, day * DAY + opens), min(end, day * DAY + closes)
            if begin < stop:
                yield begin - stretch.offset, stop - stretch.offset


def _micros(at: datetime) -> int:
    if at.utcoffset() is None:
        raise CalendarError("This moment does not say in which time zone it is: add one.")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise CalendarError(f"Calendars reckon from {FIRST_YEAR} to {LAST_YEAR}; {at.year} is outside: check the date.")
    return micros(at)


def _too_little(what: str, start: datetime) -> NoWorkingTimeError:
    return NoWorkingTimeError(
        f"The {HORIZON_YEARS} years from {start.date()} on do not hold {what}: "
        "check the calendar's weekly hours and its closures."
    )
