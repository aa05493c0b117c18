"""Stretches of time that figures are about: a month, a quarter, any days from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from kept.core.errors import Incomplete

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """From the moment `start` up to, not including, `end`; `name` is for people, `key` for an address."""

    start: datetime
    end: datetime
    name: str
    key: str


def month(year: int, number: int, zone: tzinfo) -> Period:
    """A calendar month."""
    first = date(year, number, 1)
    return _between(first, _months_on(first, 1), zone, f"{MONTHS[number - 1]} {year}", f"{year}-{number:02}")


def quarter(year: int, number: int, zone: tzinfo) -> Period:
    """A quarter of a year: 1 is January to March."""
    first = date(year, 3 * number - 2, 1)
    last = MONTHS[3 * number - 1]
    name = f"{MONTHS[first.month - 1]} to {last} {year}"
    return _between(first, _months_on(first, 3), zone, name, f"{year}-Q{number}")


def days(first: date, last: date, zone: tzinfo) -> Period:
    """From the first day to the last, both included. Raises `Incomplete` where that is no stretch of time."""
    if last < first:
        raise Incomplete("The last day comes before the first; turn them round.", field="until")
    if not 1970 <= first.year <= last.year <= 2199:
        raise Incomplete("Choose days between 1970 and 2199.", field="since")
    name = f"{_said(first)} to {_said(last)}"
    return _between(first, last + timedelta(days=1), zone, name, f"{first}..{last}")


def lately(now: datetime, zone: tzinfo) -> Period:
    """The last three months, today included: what a page shows first."""
    today = now.astimezone(zone).date()
    period = days(_months_on(today, -3), today, zone)
    return Period(period.start, period.end, "The last three months", "lately")


def from_key(key: str, now: datetime, zone: tzinfo) -> Period:
    """The period that an address names: "2026-05", "2026-Q2", "2026-05-04..2026-05-20"; else the last three months."""
    try:
        if ".." in key:
            first, _, last = key.partition("..")
            return days(date.fromisoformat(first), date.fromisoformat(last), zone)
        year, _, part = key.partition("-")
        if not 1970 <= int(year) <= 2199:
            return lately(now, zone)
        return quarter(int(year), int(part[1:]), zone) if part[:1] == "Q" else month(int(year), int(part), zone)
    except ValueError:
        return lately(now, zone)


def choices(now: datetime, zone: tzinfo) -> list[Period]:
    """The periods that a page offers: the last three months, then quarters, then months, the newest first."""
    first = now.astimezone(zone).date().replace(day=1)
    begins = _months_on(first, -((first.month - 1) % 3))
    quarters = [_months_on(begins, -3 * back) for back in range(4)]
    months = [_months_on(first, -back) for back in range(12)]
    return [
        lately(now, zone),
        *(quarter(each.year, (each.month + 2) // 3, zone) for each in quarters),
        *(month(each.year, each.month, zone) for each in months),
    ]


def quarter_start(moment: date) -> date:
    """The first day of the quarter that a day lies in."""
    return date(moment.year, moment.month - (moment.month - 1) % 3, 1)


def _between(first: date, after: date, zone: tzinfo, name: str, key: str) -> Period:
    return Period(datetime.combine(first, time(), zone), datetime.combine(after, time(), zone), name, key)


def _months_on(day: date, count: int) -> date:
    """`count` months later (or earlier), on the same day of the month, or its last where it is shorter."""
    place = day.year * 12 + day.month - 1 + count
    year, month_index = divmod(place, 12)
    after = date(year + (month_index == 11), (month_index + 1) % 12 + 1, 1)
    return date(year, month_index + 1, min(day.day, (after - timedelta(days=1)).day))


def _said(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
