"""Moments and lengths of time as people say them: "Thu 14:00, in 2 days", "40 min"; pages and notices say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

# Not from the locale: words are in English whatever the server's environment says.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800


def said(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A moment as people say it at `now`: "Thu 14:00, in 2 days", "today 09:30, 20 min ago", "tomorrow 08:00".

    Both moments must be aware (ValueError otherwise); days are those of `zone`. Within six days the weekday alone
    names the day; further off its date stands too, in another year with the year.
    """
    if moment.tzinfo is None or now.tzinfo is None:
        raise ValueError("A moment without a time zone can't be said.")
    local, here = moment.astimezone(zone), now.astimezone(zone)
    days = (local.date() - here.date()).days
    clock = f"{local:%H:%M}"
    if abs(days) == 1:
        return f"{'tomorrow' if days == 1 else 'yesterday'} {clock}"
    distance = moment.astimezone(UTC) - now.astimezone(UTC)  # within one zone Python would subtract the clocks' faces
    return f"{_day(local.date(), here.date(), days)} {clock}, {_apart(distance, days)}"


def on_the_day(moment: datetime, zone: tzinfo) -> str:
    """An aware moment in words that stay true: "Thu 12 Mar 2026, 14:00", in `zone`."""
    local = moment.astimezone(zone)
    return f"{DAYS[local.weekday()][:3]} {local.day} {MONTHS[local.month - 1][:3]} {local.year}, {local:%H:%M}"


def _day(day: date, today: date, days: int) -> str:
    """Which day, as short as it can be without being taken for another."""
    if days == 0:
        return "today"
    if abs(days) < 7:
        return DAYS[day.weekday()][:3]
    dated = f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
    return dated if day.year == today.year else f"{dated} {day.year}"


def _apart(distance: timedelta, days: int) -> str:
    """How far off: by the clock within a day, then in calendar days, weeks, months and years."""
    if days == 0 and abs(distance) < timedelta(minutes=1):
        return "now"
    length = lasting(abs(distance).total_seconds()) if days == 0 else _span(abs(days))
    return f"in {length}" if distance > timedelta(0) else f"{length} ago"


def _span(days: int) -> str:
    """A number of calendar days in the unit that people would use."""
    if days < 14:
        return _counted(days, "day")
    if days < 60:
        return _counted(round(days / 7), "week")
    if days < 700:
        return _counted(round(days / 30.44), "month")
    return _counted(round(days / 365.25), "year")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def lasting(seconds: float | None) -> str:
    """A duration in seconds, in words: "under a minute", "40 min", "5 hours", "3 days", "6 weeks". None: "unknown"."""
    if seconds is None:
        return "unknown"
    if seconds < MINUTE:
        return "under a minute"
    if seconds < 90 * MINUTE:
        return f"{round(seconds / MINUTE)} min"
    if seconds < 36 * HOUR:
        return _counted(round(seconds / HOUR), "hour")
    if seconds < 14 * DAY:
        return _counted(round(seconds / DAY), "day")
    return _counted(round(seconds / WEEK), "week") if seconds < 60 * DAY else _span(round(seconds / DAY))


def exactly(moment: datetime, zone: tzinfo) -> str:
    """The moment in full: "Thursday 12 March 2026, 14:00:05 CET"."""
    local = moment.astimezone(zone)
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M:%S %Z}"
