"""The two protocols part a log as the literature says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from kept.insight.forecast.errors import TooLittlePast
from kept.insight.forecast.events import Events
from kept.insight.forecast.pieces import Piece, Step, events_of_pieces
from kept.insight.forecast.protocol import days_left, holdout, prefixes, strict

START = datetime(2026, 1, 5, tzinfo=UTC)


def log(cases: int, lasted: int = 3, until: int = 1000) -> Events:
    """A case begins each day; each has four steps over `lasted` days, but each tenth only two.

    The log stops after `until` days, in the middle of what is open.
    """
    pieces = []
    for number in range(cases):
        begin, steps = START + timedelta(days=number), 2 if number % 10 == 9 else 4
        at = [begin + timedelta(days=lasted) * place / (steps - 1) for place in range(steps)]
        at = [moment for moment in at if moment < START + timedelta(days=until)]
        pieces.append(Piece(f"c{number}", tuple(Step(moment, "work") for moment in at), at[-1]))
    return events_of_pieces(pieces, {})


def test_holdout_takes_long_enough_cases_in_order_of_their_first_event() -> None:
    events = log(100)
    rows = holdout(events)
    assert rows.cases(events) == {"train": 57, "valid": 15, "test": 18}
    assert events.case[rows.train].max() < events.case[rows.valid].min()
    assert events.case[rows.valid].max() < events.case[rows.test].min()
    assert set(events.place[rows.test]) == {1, 2}


def test_a_prefix_has_two_events_at_least_and_never_the_last() -> None:
    events = log(10)
    rows = prefixes(events, np.array([0, 9]))
    assert rows.tolist() == [1, 2]
    assert days_left(events, rows) == pytest.approx([2.0, 1.0])


def test_strict_learns_from_what_ended_before_the_first_test_prefix() -> None:
    events = log(200, lasted=12, until=200)
    rows = strict(events)
    separation = events.at[rows.test].min()
    learned_from = np.concatenate([rows.train, rows.valid])
    assert events.end[events.case[learned_from]].max() < separation
    # Cases across the separation are tried, by their prefixes after it; those cut short at the open end are not.
    assert events.began[events.case[rows.test]].min() < separation
    assert 180 < events.case[rows.test].max() <= 200 - 12


@pytest.mark.parametrize("protocol", [holdout, strict])
def test_too_short_a_log_is_refused_with_what_to_do(protocol: object) -> None:
    assert callable(protocol)
    with pytest.raises(TooLittlePast, match="Bring in a longer log"):
        protocol(log(50))
