"""Time cut into stretches in which a zone's clocks are neither put forward nor back.

Inside a stretch the wall clock is UTC plus a constant, so that wall-clock reckoning is right there; every oddity
(summer time, half hours, skipped days, repeated hours) lies between two stretches. Moments are microseconds of UTC
since 0001-01-01 00:00.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

EPOCH = datetime(1, 1, 1, tzinfo=UTC)
LOOK_EVERY = timedelta(days=3)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)


class Stretch(NamedTuple):
    """From `start` up to, not including, `end` the wall clock shows UTC plus `offset` (all in microseconds)."""

    start: int
    end: int
    offset: int


def stretches(zone: str, start: int, end: int) -> Iterator[Stretch]:
    """The stretches of `zone` that make up [start, end), in order."""
    while start < end:
        for stretch in _of_year(zone, _year(start)):
            if stretch.end > start:
                yield Stretch(start, min(end, stretch.end), stretch.offset)
                start = stretch.end
                if start >= end:
                    return


def micros(moment: datetime) -> int:
    """An aware moment as microseconds of UTC since 0001-01-01 00:00."""
    since = moment.astimezone(UTC) - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(micros: int) -> datetime:
    """Microseconds of UTC since 0001-01-01 00:00 as an aware moment, in UTC."""
    return EPOCH + timedelta(microseconds=micros)


def _year(moment: int) -> int:
    return date.fromordinal(moment // 86_400_000_000 + 1).year


@lru_cache(maxsize=4096)
def _of_year(zone: str, year: int) -> tuple[Stretch, ...]:
    """The stretches of a UTC year.

    zoneinfo tells the offset at a moment, not when it changes, so it is asked every three days. No zone has changed
    twice within them: the shortest time between two changes on record is four days (Freetown, 1939).
    """
    tz = ZoneInfo(zone)
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    looks = [*(begin + count * LOOK_EVERY for count in range((end - begin) // LOOK_EVERY + 1)), end]
    seen = [(look, _offset(tz, look)) for look in looks]
    changes = [_change(tz, before, after) for (before, old), (after, new) in pairwise(seen) if old != new]
    return tuple(
        Stretch(micros(start), micros(stop), _offset(tz, start)) for start, stop in pairwise([begin, *changes, end])
    )


def _change(tz: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second with the offset of `after`."""
    old = _offset(tz, before)
    while after - before > SECOND:
        middle = before + (after - before) // (2 * SECOND) * SECOND
        if _offset(tz, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(tz: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(tz).utcoffset() or timedelta(0)
    return offset // MICROSECOND
