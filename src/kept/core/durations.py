"""Stretches of time in the words of a sentence: "an hour", "2 working days"."""

from __future__ import annotations

from datetime import timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def roughly(time: timedelta) -> str:
    """A stretch of time as people say it: "20 minutes", "an hour", "5 hours", "2 days"."""
    if time < 55 * MINUTE:
        return _counted(max(round(time / MINUTE), 1), "minute", "a minute")
    if time < 22 * HOUR:
        return _counted(max(round(time / HOUR), 1), "hour", "an hour")
    return _counted(max(round(time / DAY), 1), "day", "a day")


def working(time: timedelta, day: timedelta) -> str:
    """Working time as people say it, where a working day is as long as `day`: "2 working days", "5 hours"."""
    if time < 55 * MINUTE or day <= timedelta(0) or time < 1.5 * day:
        return roughly(time) if time < DAY else _counted(round(time / HOUR), "hour", "an hour")
    return _counted(round(time / day), "working day", "a working day")


def _counted(number: int, unit: str, one: str) -> str:
    return one if number == 1 else f"{number:,} {unit}s"
