"""What makes work slower than its like is told only where the past shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import nan

import numpy as np
import pytest

from kept.core.calendars import EVERY_DAY, Calendar, Hours, same_hours
from kept.insight.forecast.worktime import WorkClock
from kept.outlook.carried import Carries
from kept.outlook.past import Row, Table
from kept.outlook.slower import Slower, chance_alone

MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = MONDAY + 400 * DAY
ALWAYS = Calendar("UTC", same_hours(EVERY_DAY, Hours.between("00:00", "24:00")))
CLOCKS = {2: WorkClock.between(ALWAYS, MONDAY - DAY, MONDAY + 900 * DAY)}
QUIET = Carries("Workshop", 0, None)


def row(key: int, opened: datetime, hours: float, *, reworks: int = 0) -> Row:
    """A promise that took so many hours."""
    asked = opened.timestamp()
    return Row(key, 1, 2, asked, asked, asked + 86_400, asked + hours * 3600, nan, "Route sheet", "team", reworks)


def says(rows: list[Row], asked: datetime, carries: Carries = QUIET, *, came_back: bool = False) -> tuple[str, ...]:
    """What is said of work that is asked for then, after that past."""
    table = Table(rows, np.ones(len(rows), dtype=bool), CLOCKS)
    return Slower(table.known_at(NOW), {2: carries}).says(2, asked, came_back=came_back)


def days(count: int) -> list[datetime]:
    """So many days, one after the other, the first a Monday."""
    return [MONDAY + number * DAY for number in range(count)]


def test_the_weekday_is_told_where_it_mattered() -> None:
    fridays_slow = [row(key, day, 20 if day.weekday() == 4 else 10 + key % 3) for key, day in enumerate(days(84))]
    friday = MONDAY + 4 * DAY
    assert says(fridays_slow, friday) == ("What was asked on a Friday took 1.8 times as long as the rest.",)
    assert says(fridays_slow, MONDAY) == ()


def test_nothing_is_told_of_what_made_no_difference_or_was_seen_too_seldom() -> None:
    alike = [row(key, day, 10 + key % 5) for key, day in enumerate(days(84))]
    assert all(says(alike, day, came_back=True) == () for day in days(7))
    seven_fridays = [row(key, day, 20 if day.weekday() == 4 else 10) for key, day in enumerate(days(49))]
    assert says(seven_fridays, MONDAY + 4 * DAY) == ()


def test_much_in_work_is_told_with_how_much_is_usual() -> None:
    """One a day takes six hours; thirty that were asked for within five hours took twelve each."""
    calm = [row(key, day, 6) for key, day in enumerate(days(60))]
    busy = [row(100 + key, MONDAY + 100 * DAY + key * timedelta(minutes=10), 12) for key in range(30)]
    (told,) = says([*calm, *busy], NOW, Carries("Workshop", 9, None))[:1]
    assert told == (
        "Workshop has 9 promises in work, usually 0; what was asked when it had more than that took 2.0 times as long."
    )
    assert not any("in work" in each for each in says([*calm, *busy], NOW, QUIET))


def test_what_came_back_is_told_for_what_came_back_alone() -> None:
    past = [row(key, day, 30 if key % 4 == 0 else 10, reworks=int(key % 4 == 0)) for key, day in enumerate(days(80))]
    told = says(past, NOW, came_back=True)
    assert "It came back once; what came back took 3.0 times as long as the rest." in told
    assert not any("came back" in each for each in says(past, NOW))


def test_the_odds_of_chance_alone() -> None:
    """Even where nothing differs, next to none where all lie above, all but certain where all lie below."""
    same = np.ones(10)
    assert chance_alone(same, same) == pytest.approx(0.5)
    assert chance_alone(np.arange(20.0) + 100, np.arange(20.0)) < 1e-6
    assert chance_alone(np.arange(20.0), np.arange(20.0) + 100) > 1 - 1e-6
