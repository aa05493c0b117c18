"""The odds of a date: between two levels they grow, past the last that can be said they do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kept.insight.forecast.odds import FAR, LEVELS, Forecast, RestsOn, Scope, Word

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
RESTS = RestsOn(like=7, scope=Scope.TIE, since=NOW - timedelta(days=90), until=NOW)


def said_to(level: int) -> Forecast:
    """A forecast that says one day for each level up to this one."""
    return Forecast(NOW, tuple(float(each) if each <= level else FAR for each in LEVELS), RESTS)


def by(days: float) -> datetime:
    return NOW + timedelta(days=days)


@pytest.mark.parametrize("days", [87, 88, 400, 3649, 3651, 30_000])
def test_past_the_last_level_that_can_be_said_the_odds_are_no_higher(days: float) -> None:
    forecast = said_to(87)
    assert forecast.chance(by(days)) == 0.87
    assert forecast.word(by(days)) is Word.FAIR


def test_where_nothing_can_be_said_no_date_has_odds() -> None:
    assert said_to(0).chance(by(30)) == 0.0
    assert said_to(0).word(by(30)) is None


def test_one_date_for_several_levels_has_the_odds_of_the_highest() -> None:
    flat = Forecast(NOW, (*[1.0] * 60, *[2.0] * 39), RESTS)
    assert flat.chance(by(1)) == 0.6
    assert flat.chance(by(1.5)) == pytest.approx(0.605)
    assert flat.chance(by(2)) == 0.99
    assert flat.chance(by(0.5)) == pytest.approx(0.005)


def test_between_two_levels_the_odds_grow_evenly() -> None:
    forecast = said_to(99)
    assert forecast.chance(by(0.5)) == pytest.approx(0.005)
    assert forecast.chance(by(30.25)) == pytest.approx(0.3025)
    assert forecast.chance(NOW) == 0.0
    assert forecast.chance(by(1000)) == 0.99
