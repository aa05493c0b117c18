"""Calibration that adapts: it repairs what is off, follows drift, counts open work, and never sees the future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kept.insight.forecast.calibrate import AS_SAID, Said, learned, replayed
from kept.insight.forecast.scale import NOMINAL

seeds = st.integers(0, 2**32 - 1)
STANDARD = np.quantile(np.random.default_rng(0).normal(size=200_000), NOMINAL)


def stream(seed: int, number: int = 2400, *, slower: float = 1.0, narrower: float = 1.0, drift: float = 1.0) -> Said:
    """Forecasts of lognormal work, one a hundredth of a day, of two lengths.

    The work takes `slower` times what is said, and `drift` times more from the middle on; its spread in the logarithm
    is 1, of which the forecasts say `narrower`.
    """
    rng = np.random.default_rng(seed)
    long = rng.random(number) < 0.5
    middle = np.where(long, 3.0, 0.3) * rng.lognormal(0.0, 0.3, number)
    at = np.arange(number) / 100
    now = slower * np.where(np.arange(number) < number // 2, 1.0, drift)
    took = middle * now * rng.lognormal(0.0, 1.0, number)
    days = middle[:, None] * np.exp(narrower * STANDARD)[None, :]
    nobody = np.zeros(number, dtype=np.int64)
    return Said(at, days, at + took, long.astype(np.int64), np.arange(number), nobody)


def ready(said: Said, days: np.ndarray, first: int) -> np.ndarray:
    """(99,) the share that was ready by each quantile."""
    took = (said.ended_at - said.at)[first:]
    return (took[:, None] <= days).mean(axis=0)


def area(said: Said, days: np.ndarray, first: int) -> float:
    return float(np.abs(ready(said, days, first) - NOMINAL).mean())


@pytest.mark.parametrize(("slower", "narrower"), [(0.5, 1.0), (2.0, 1.0), (1.0, 0.7), (1.3, 1.3)])
def test_what_is_off_is_repaired_however_much_is_open(slower, narrower):
    """At any moment a good part of the forecasts of long work is open, and the ended ones are the short ones."""
    said = stream(5, slower=slower, narrower=narrower)
    found = ready(said, replayed(said, 1200), 1200)
    assert np.abs(found - NOMINAL).mean() < 0.6 * area(said, said.days[1200:], 1200)
    assert np.abs(found - NOMINAL).mean() < 0.05
    assert found[94] - found[4] == pytest.approx(0.9, abs=0.05)
    assert found[89] - found[9] == pytest.approx(0.8, abs=0.06)


@pytest.mark.parametrize("seed", range(2))
def test_what_holds_is_left_to_hold(seed):
    said = stream(seed)
    assert area(said, replayed(said, 1200), 1200) < 0.03


@pytest.mark.parametrize("drift", [0.5, 2.0])
def test_drift_is_followed(drift):
    said = stream(7, drift=drift)
    assert area(said, replayed(said, 1800), 1800) < 0.5 * area(said, said.days[1800:], 1800)


def test_work_still_open_is_not_left_out():
    """Ten days in, all short work has ended, and of the long most is open: by the ended ones alone all seem fast."""
    rng = np.random.default_rng(3)
    number = 1500
    at = np.sort(rng.random(number) * 10)
    took = 10.0 * rng.lognormal(0.0, 1.0, number)
    days = np.tile(10.0 * np.exp(STANDARD), (number, 1))
    nobody = np.zeros(number, dtype=np.int64)
    said = Said(at, days, at + took, nobody, np.arange(number), nobody)
    assert (said.ended_at < 10).mean() < 0.4
    levels = learned(said, 10.0).levels[-1]
    ended = said.ended_at < 10
    by_the_ended = np.quantile(said.places()[ended], NOMINAL)
    assert np.abs(levels - NOMINAL).mean() < 0.06
    assert np.abs(by_the_ended - NOMINAL).mean() > 0.25


@settings(max_examples=5, phases=(Phase.generate,))
@given(seeds, st.integers(0, 599), st.floats(0.1, 10.0))
def test_nothing_after_a_moment_changes_what_is_said_at_it(seed, moment, factor):
    """Later ends move, later forecasts change and are joined by more: what was said up to the moment stays."""
    said, first = stream(seed, 600), 100
    now = said.at[moment]
    other = stream(seed + 1, 700)
    later = said.ended_at >= now
    moved = np.where(later, now + (said.ended_at - now) * factor, said.ended_at)
    changed = replace(said, days=np.where((said.at > now)[:, None], other.days[:600], said.days), ended_at=moved)
    kept = slice(0, max(moment + 1 - first, 0))
    assert np.array_equal(replayed(changed, first)[kept], replayed(said, first)[kept])
    joined = Said(
        np.concatenate([said.at, other.at[600:]]), np.concatenate([said.days, other.days[600:]]),
        np.concatenate([said.ended_at, other.ended_at[600:]]), np.concatenate([said.group, other.group[600:]]),
        np.arange(700), np.zeros(700, dtype=np.int64),
    )  # fmt: skip
    assert np.array_equal(replayed(joined, first)[: 600 - first], replayed(said, first))
    assert np.array_equal(learned(joined, now).levels, learned(said, now).levels)


@settings(max_examples=8)
@given(seeds, st.floats(0.2, 5.0), st.floats(0.0, 40.0))
def test_days_never_fall_from_level_to_level(seed, slower, now):
    said = stream(seed, 400, slower=slower)
    days = learned(said, now).applied(said.days, said.group)
    assert (np.diff(days, axis=1) >= 0).all()
    assert (days >= 0).all()


def test_before_anything_was_said_nothing_is_changed():
    said = stream(1, 50)
    assert learned(said, said.at[0]) is AS_SAID
    assert np.allclose(AS_SAID.applied(said.days, said.group), said.days)


def test_a_group_that_is_off_is_repaired_by_itself_and_one_unknown_is_read_as_the_whole():
    said = stream(2)
    slow = said.group == 1
    said = replace(said, ended_at=said.at + np.where(slow, 3.0, 1.0) * (said.ended_at - said.at))
    found = learned(said, said.at[-1] + 400)
    middle, whole = found.levels[:, 49], found.levels[-1]
    assert middle[1] > 0.8
    assert middle[0] == pytest.approx(0.5, abs=0.08)
    unknown = np.array([7, -1])
    assert np.array_equal(found.applied(said.days[:2], unknown)[:, 49] > 0, [True, True])
    assert np.allclose(
        replace(found, levels=whole[None, :]).applied(said.days[:2], unknown), found.applied(said.days[:2], unknown)
    )


def test_what_an_earlier_model_said_counts_less():
    said = stream(4, slower=3.0)
    anew = replace(said, model=(np.arange(2400) >= 2200).astype(np.int64))
    now = said.at[-1] + 0.001
    assert learned(anew, now).levels[-1, 49] < learned(said, now).levels[-1, 49]


def test_work_that_ends_at_once_is_spread_over_the_levels_that_say_so():
    """30 % end at once, and the forecast says that of 30 %: nothing is to repair."""
    rng = np.random.default_rng(6)
    number = 2000
    days = np.tile(np.concatenate([np.zeros(30), np.arange(1, 70) / 10]), (number, 1))
    took = np.where(rng.random(number) < 0.3, 0.0, rng.random(number) * 7)
    at = np.arange(number) / 10
    nobody = np.zeros(number, dtype=np.int64)
    said = Said(at, days, at + took, nobody, np.arange(number), nobody)
    assert np.abs(learned(said, 1000.0).levels - NOMINAL).max() < 0.05
    place = said.places()[took == 0]
    assert np.quantile(place, (0.1, 0.5, 0.9)) == pytest.approx((0.03, 0.15, 0.27), abs=0.02)


def test_forecasts_out_of_order_are_refused():
    said = stream(1, 10)
    with pytest.raises(ValueError, match="order"):
        replace(said, at=said.at[::-1])
