"""Working time: when a party works, and how much of that lies between two moments.

    berlin = Calendar("Europe/Berlin", same_hours(MONDAY_TO_FRIDAY, Hours.between("08:00", "17:00")), closures=holidays)
    due = add_working_time(berlin, asked_at, timedelta(hours=16))

The one definition on which all else stands: **a party is open when the clock on its wall says so.** In the autumn night
in which 02:00–03:00 is shown twice both hours count, in the spring night in which it is never shown none does, and a
day that the zone skipped has no working time.

How it is reckoned, in two halves that know nothing of each other: `wall` adds up working hours along the wall clock as
if no clock was ever put forward or back; `zones` cuts time into stretches in which none was. docs/calendars.md has the
definitions for people.
"""

from kept.core.calendars.codec import calendar_from_json, calendar_to_json
from kept.core.calendars.hours import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    Calendar,
    CalendarError,
    Hours,
    NoWorkingTimeError,
    Opening,
    Week,
    same_hours,
)
from kept.core.calendars.reckoning import (
    Span,
    add_working_time,
    is_open,
    next_open,
    shared_intervals,
    working_intervals,
    working_time,
)
from kept.core.calendars.words import describe

__all__ = [
    "EVERY_DAY",
    "MONDAY_TO_FRIDAY",
    "Calendar",
    "CalendarError",
    "Hours",
    "NoWorkingTimeError",
    "Opening",
    "Span",
    "Week",
    "add_working_time",
    "calendar_from_json",
    "calendar_to_json",
    "describe",
    "is_open",
    "next_open",
    "same_hours",
    "shared_intervals",
    "working_intervals",
    "working_time",
]
