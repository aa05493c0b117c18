"""A calendar as plain JSON, for storing it and for the API.

    {"zone": "Europe/Berlin",
     "week": {"monday": [["08:00", "12:00"], ["13:00", "17:00"]], "friday": [["08:00", "14:00"]]},
     "closures": ["2026-12-25"],
     "openings": {"2026-12-19": [["09:00", "13:00"]]}}

A weekday that is left out is a day off; `closures` and `openings` may be left out. The order of hours does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kept.core.calendars.hours import DAY_NAMES, Calendar, CalendarError, Hours, Opening, clock

KEYS = ("zone", "week", "closures", "openings")
WEEKDAYS = tuple(name.lower() for name in DAY_NAMES)


def calendar_to_json(calendar: Calendar) -> dict[str, object]:
    """The calendar as lists, dicts and strings; equal calendars give equal JSON."""
    return {
        "zone": calendar.zone,
        "week": {name: _to_pairs(hours) for name, hours in zip(WEEKDAYS, calendar.week, strict=True) if hours},
        "closures": [day.isoformat() for day in sorted(calendar.closures)],
        "openings": {each.day.isoformat(): _to_pairs(each.hours) for each in sorted(calendar.openings)},
    }


def calendar_from_json(data: object) -> Calendar:
    """The calendar that `data` describes; a `CalendarError` says what is wrong with it, where, and what to do."""
    entries = _dict(data, "A calendar")
    _only(entries, KEYS, "A calendar")
    zone = entries.get("zone")
    if not isinstance(zone, str):
        raise CalendarError("A calendar needs its zone: a name such as Europe/Berlin.")
    if "week" not in entries:
        raise CalendarError("A calendar needs its week: the hours of each working day, such as monday.")
    week = _dict(entries["week"], "The week")
    _only(week, WEEKDAYS, "The week")
    openings = _dict(entries.get("openings", {}), "The openings")
    return Calendar(
        zone,
        tuple(_hours(week.get(key, []), name) for key, name in zip(WEEKDAYS, DAY_NAMES, strict=True)),
        frozenset(_date(day) for day in _list(entries.get("closures", []), "The closures")),
        frozenset(Opening(_date(day), _hours(hours, day)) for day, hours in openings.items()),
    )


def _to_pairs(hours: Iterable[Hours]) -> list[list[str]]:
    return [[clock(each.opens), clock(each.closes)] for each in hours]


def _hours(data: object, day: str) -> tuple[Hours, ...]:
    return tuple(sorted(_one(pair, day) for pair in _list(data, day)))


def _one(data: object, day: str) -> Hours:
    match data:
        case [str(opens), str(closes)]:
            try:
                return Hours.between(opens, closes)
            except CalendarError as error:
                raise CalendarError(f"{day}: {error}") from error
        case _:
            raise CalendarError(f'{day}: {_shown(data)} is not a pair of times: write it like ["08:00", "12:00"].')


def _date(data: object) -> date:
    try:
        day = date.fromisoformat(str(data))
    except ValueError:
        day = None
    if day is None or day.isoformat() != data:
        raise CalendarError(f"{_shown(data)} is not a date: write it like 2026-12-25.")
    return day


def _dict(data: object, what: str) -> dict[str, object]:
    if not isinstance(data, dict):
        raise CalendarError(f"{what} must be a set of named entries, not {_shown(data)}.")
    return {str(key): value for key, value in data.items()}


def _list(data: object, what: str) -> list[object] | tuple[object, ...]:
    if not isinstance(data, list | tuple):
        raise CalendarError(f"{what} must be a list, not {_shown(data)}.")
    return data


def _only(entries: dict[str, object], known: tuple[str, ...], what: str) -> None:
    for key in entries:
        if key not in known:
            raise CalendarError(f"{what} has no entry “{key[:60]}”: use {', '.join(known[:-1])} or {known[-1]}.")


def _shown(data: object) -> str:
    text = f"{data!r}"
    return text if len(text) <= 60 else f"{text[:59]}…"
