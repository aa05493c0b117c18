"""When the example company works: office hours, Saturday mornings on the road; and dates as people say them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kept.core.calendars import (
    MONDAY_TO_FRIDAY,
    Calendar,
    Hours,
    add_working_time,
    next_open,
    same_hours,
    working_intervals,
    working_time,
)

SATURDAY, SUNDAY = 5, 6
ROAD_TEAMS = frozenset({"dispatch", "drivers", "warehouse"})
DAY_ENDS = 17
FARTHEST_BACK = timedelta(days=60)
HOUR = timedelta(hours=1)
YEARS = range(2000, 2100)
CLOSED = ((1, 1), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31))
"""The days on which nobody works there, as (month, day)."""


class Clock:
    """Reckons in the company's working time. `zone` is the installation's own, so that its pages show office hours."""

    def __init__(self, zone: str) -> None:
        office = same_hours(MONDAY_TO_FRIDAY, Hours.between("08:00", "17:00"))
        road = (*office[:SATURDAY], (Hours.between("07:00", "13:00"),), office[SUNDAY])
        self._closed = frozenset(date(year, *day) for year in YEARS for day in CLOSED)
        self._office = Calendar(zone, office, self._closed)
        self._road = Calendar(zone, road, self._closed)
        self._zone = ZoneInfo(zone)

    def later(self, at: datetime, hours: float, team: str = "") -> datetime:
        """The working moment of `team` that is `hours` of work after `at`, to the minute."""
        calendar = self._road if team in ROAD_TEAMS else self._office
        begin = next_open(calendar, at)
        moment = add_working_time(calendar, begin, timedelta(minutes=max(1, round(hours * 60))))
        return moment.replace(second=0, microsecond=0)

    def earlier(self, at: datetime, hours: float) -> datetime:
        """The working moment from which `hours` of office work lie before `at`, to the minute."""
        missing = timedelta(hours=hours)
        for span in reversed(working_intervals(self._office, at - FARTHEST_BACK, at)):
            if span.end - span.start >= missing:
                return (span.end - missing).replace(second=0, microsecond=0)
            missing -= span.end - span.start
        raise ValueError(f"{hours} working hours do not fit into the {FARTHEST_BACK.days} days before {at}")

    def hours(self, start: datetime, end: datetime) -> float:
        """The office hours from `start` to `end`; negative where `end` comes first."""
        return working_time(self._office, start, end) / HOUR

    def day(self, at: datetime, days: int, hour: int = 16) -> datetime:
        """`hour` o'clock on the weekday that is `days` weekdays after the day of `at` (before it, where negative)."""
        day = at.astimezone(self._zone).date()
        step = timedelta(days=1 if days >= 0 else -1)
        left = abs(days)
        while left or not self._works(day):
            day += step
            left -= left > 0 and self._works(day)
        return datetime.combine(day, time(hour), self._zone)

    def _works(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self._closed

    def at(self, day: datetime, hour: int) -> datetime:
        """`hour` o'clock on the day of that moment."""
        return datetime.combine(day.astimezone(self._zone).date(), time(hour), self._zone)

    def saturday(self, at: datetime, hour: int = 11) -> datetime:
        """`hour` o'clock on the Saturday that follows `at`."""
        day = at.astimezone(self._zone).date()
        day += timedelta(days=(SATURDAY - day.weekday() - 1) % 7 + 1)
        return datetime.combine(day, time(hour), self._zone)

    def round_up(self, at: datetime) -> datetime:
        """The next full hour at which people like to promise: 10, 12, 14, 16 or 17 o'clock on a weekday."""
        wall = next_open(self._office, at).astimezone(self._zone)
        hour = next((hour for hour in (10, 12, 14, 16, DAY_ENDS) if time(hour) >= wall.time()), DAY_ENDS)
        return datetime.combine(wall.date(), time(hour), self._zone)

    def say(self, moment: datetime, now: datetime) -> str:
        """A moment as colleagues write it: “today at 14:00”, “Thursday 14:00”, “Tue 14 May”."""
        there, here = moment.astimezone(self._zone), now.astimezone(self._zone)
        days = (there.date() - here.date()).days
        match days:
            case 0:
                return f"today at {there:%H:%M}"
            case 1:
                return f"tomorrow at {there:%H:%M}"
            case _ if 1 < days < 7:
                return f"{there:%A} {there:%H:%M}"
            case _:
                return f"{there:%a} {there.day} {there:%b}"
