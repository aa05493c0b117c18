"""What outlook asks: learn from pieces of work, say when others are likely to be ready, keep and read it back."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from kept.insight.forecast.errors import NoForecast, TooLittlePast
from kept.insight.forecast.forecaster import Forecaster, _weights, still_left
from kept.insight.forecast.odds import Scope
from kept.insight.forecast.pieces import Piece, Step, events_of_pieces

START = datetime(2026, 1, 5, tzinfo=UTC)
NOW = START + timedelta(days=60)
SLOW = {"Press": 6.0, "Paper": 0.5}


def asked(name: str, at: datetime, team: str) -> Piece:
    """A piece of which only the ask has happened."""
    return Piece(name, (Step(at, "ask", team, customer="Oak"),))


def past() -> list[Piece]:
    """Ended work of a slow and of a quick team."""
    chance = random.Random(7)
    pieces = []
    for number in range(120):
        team, at = ("Press", "Paper")[number % 2], START + timedelta(hours=number * 9)
        done = at + timedelta(days=SLOW[team] * chance.uniform(0.5, 1.5))
        steps = (*asked("", at, team).steps, Step(done, "deliver", team))
        pieces.append(Piece(f"p{number}", steps, done))
    return pieces


@pytest.fixture(scope="module")
def forecaster() -> Forecaster:
    return Forecaster.fit(past())


def test_the_slow_team_takes_longer_and_each_forecast_says_what_it_rests_on(forecaster: Forecaster) -> None:
    slow, quick = forecaster.forecast([asked("a", NOW, "Press"), asked("b", NOW, "Paper")], NOW)
    assert quick.days[49] < 1.5 < 3.5 < slow.days[49] < 9
    assert all(list(found.days) == sorted(found.days) and found.days[0] >= 0 for found in (slow, quick))
    assert (slow.rests_on.like, slow.rests_on.scope, slow.made_at) == (60, Scope.PROVIDER, NOW)


def test_a_team_never_met_borrows_from_the_company(forecaster: Forecaster) -> None:
    [found] = forecaster.forecast([asked("a", NOW, "Ink")], NOW)
    assert (found.rests_on.like, found.rests_on.scope) == (120, Scope.COMPANY)


def test_time_that_passed_is_not_forecast_again(forecaster: Forecaster) -> None:
    piece = asked("a", NOW, "Press")
    [now], [later] = (forecaster.forecast([piece], NOW + timedelta(days=days)) for days in (0, 4))
    assert later.date(50) >= now.date(50)
    assert later.days[0] >= 0


def test_what_is_left_is_the_rest_of_the_odds() -> None:
    days = np.arange(1.0, 100.0)[None, :]
    left = still_left(days, np.array([50.0]))[0]
    assert np.isclose(left[49], 25.0)
    assert np.allclose(still_left(days, np.array([0.0])), days)


def test_it_can_be_stored_and_read_back(forecaster: Forecaster) -> None:
    piece = [asked("a", NOW, "Press")]
    assert Forecaster.from_bytes(forecaster.to_bytes()).forecast(piece, NOW) == forecaster.forecast(piece, NOW)
    for spoiled in (b"", b"something else", forecaster.to_bytes()[:-9]):
        with pytest.raises(NoForecast, match="learned anew"):
            Forecaster.from_bytes(spoiled)


def test_newer_work_is_known_without_learning(forecaster: Forecaster) -> None:
    more = [*past(), *(asked(f"new {number}", NOW - timedelta(hours=1), "Ink") for number in range(5))]
    fresh = forecaster.knowing(more)
    [found] = fresh.forecast([asked("a", NOW, "Press")], NOW)
    assert found.rests_on.like == 60
    assert fresh.model.learned is forecaster.model.learned


def test_too_little_past_is_refused() -> None:
    with pytest.raises(TooLittlePast, match="30 pieces of work have ended"):
        Forecaster.fit(past()[:30])


def test_ended_work_stands_for_open_work_that_lasted_as_long() -> None:
    def piece(lasted: int, *, over: bool) -> Piece:
        begin = NOW - timedelta(days=lasted)
        return Piece("p", (Step(begin, "ask", "A"),), NOW if over else None)

    weights = _weights(events_of_pieces([piece(1, over=True), piece(2, over=False), piece(3, over=True)], {}))
    assert weights.tolist() == [1.0, 0.0, 2.0]
