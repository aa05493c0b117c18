"""The scores mean what docs/forecasts.md says: told of forecasts whose faults are known."""

from __future__ import annotations

import numpy as np
import pytest

from kept.insight.forecast.scores import area, best_threshold, calibrated, interval, mean_error, warned

LEVELS = np.arange(1, 100) / 100
EVENLY = (np.arange(1000) + 0.5) / 1000
"""What happens where every moment between 0 and 1 day is as likely."""


def said(shift: float) -> np.ndarray:
    """The true quantiles of `EVENLY`, all of them too late by `shift` days."""
    return np.tile(LEVELS + shift, (len(EVENLY), 1))


def test_true_quantiles_have_no_area_and_cover_what_they_name() -> None:
    found = calibrated(said(0.0), EVENLY, np.arange(1000.0))
    assert found.miscalibration_area == pytest.approx(0.0, abs=1e-9)
    assert found.coverage == pytest.approx({"50": 0.5, "80": 0.8, "90": 0.9, "95": 0.95}, abs=0.002)
    assert found.mean_width_days["80"] == pytest.approx(0.8)


def test_quantiles_too_late_by_a_tenth_have_its_area() -> None:
    # The nine highest levels can miss by no more than what is left above them.
    assert area(said(0.1), EVENLY) == pytest.approx(np.minimum(0.1, 1 - LEVELS).mean(), abs=0.002)


def test_quarters_are_of_the_span_of_moments_not_of_their_number() -> None:
    at = np.concatenate([np.zeros(700), [40.0], np.full(299, 100.0)])
    found = calibrated(said(0.0), EVENLY, at)
    assert [quarter["prefixes"] for quarter in found.quarters] == [700, 1, 0, 299]
    assert "80" not in found.quarters[2]


def test_an_interval_leaves_out_as_much_on_either_side() -> None:
    low, high = interval(said(0.0), 80)
    assert low == pytest.approx(0.1)
    assert high == pytest.approx(0.9)


def test_the_mean_error_is_of_distances() -> None:
    assert mean_error(np.array([1.0, 5.0]), np.array([3.0, 1.0])) == 3.0


def test_warnings_are_scored_by_what_became_late() -> None:
    found = warned(np.array([True, True, True, False]), np.array([True, False, False, True]))
    assert (found.prefixes, found.late_share, found.precision) == (4, 0.75, 0.5)
    assert found.recall == pytest.approx(1 / 3)
    assert found.f1 == pytest.approx(0.4)


def test_nothing_late_and_no_warning_scores_zero() -> None:
    assert warned(np.zeros(3, dtype=bool), np.zeros(3, dtype=bool)).f1 == 0.0


def test_the_threshold_is_the_chance_that_warns_best() -> None:
    late = np.array([True, False, True, False, False])
    assert best_threshold(late, np.array([0.9, 0.2, 0.6, 0.5, 0.1])) == 0.6
