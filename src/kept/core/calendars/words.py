"""A calendar in one line that people read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from kept.core.calendars.hours import DAY_NAMES, EVERY_DAY, MINUTES_A_DAY, Calendar, Hours

ALL_DAY = (Hours(0, MINUTES_A_DAY),)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_DATES = 3


def describe(calendar: Calendar, *, closed_on: str = "public holidays and other days off") -> str:
    """The calendar in words: "Mon–Fri 08:00–12:00 and 13:00–17:00 (Europe/Berlin), closed on public holidays".

    A calendar does not know why it is closed on a day; `closed_on` says it for one that has closures.
    """
    line = f"{_week(calendar)} ({calendar.zone})"
    if calendar.closures:
        line += f", closed on {closed_on}"
    if calendar.openings:
        line += f", other hours on {_dates(sorted(opening.day for opening in calendar.openings))}"
    return line


def _week(calendar: Calendar) -> str:
    days_of: dict[tuple[Hours, ...], list[int]] = {}
    for day, hours in enumerate(calendar.week):
        if hours:
            days_of.setdefault(hours, []).append(day)
    line = ", ".join(f"{_days(days)} {_hours(hours)}" for hours, days in days_of.items())
    return line[:1].upper() + line[1:] or "No weekly hours"


def _hours(hours: tuple[Hours, ...]) -> str:
    return "around the clock" if hours == ALL_DAY else _and([str(each) for each in hours])


def _days(days: list[int]) -> str:
    """Three or more in a row are a range: [0, 1, 2, 4] → "Mon–Wed and Fri"."""
    if len(days) == len(EVERY_DAY):
        return "every day"
    parts: list[str] = []
    for _, numbered in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        names = [DAY_NAMES[day][:3] for _, day in numbered]
        parts += [f"{names[0]}–{names[-1]}"] if len(names) > 2 else names
    return _and(parts)


def _dates(days: list[date]) -> str:
    if len(days) > MOST_DATES:
        return f"{len(days)} days"
    return _and([f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in days])


def _and(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
