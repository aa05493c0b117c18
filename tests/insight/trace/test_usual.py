"""What is usual, from many comparable pieces of work, from few, from none."""

from __future__ import annotations

import numpy as np
import pytest

from kept.insight.trace.chain import ExpectedBy
from kept.insight.trace.usual import SPREAD_UNKNOWN, promised, promised_time, usual


def test_many_speak_for_themselves() -> None:
    found = usual([100.0] * 10 + [200.0] * 11, [9e9] * 50)
    assert found is not None
    assert (found.seconds, found.like) == (pytest.approx(200.0), 21)


def test_few_borrow_and_fewer_borrow_more() -> None:
    wide = [10_000.0] * 100
    middles = [usual([100.0] * count, wide) for count in (0, 1, 5, 19, 20)]
    seconds = [found.seconds for found in middles if found]
    assert seconds == sorted(seconds, reverse=True)
    assert seconds[0] == pytest.approx(10_000.0)
    assert seconds[-1] == pytest.approx(100.0)
    assert middles[1] is not None
    assert middles[1].like == 1


def test_the_spread_is_that_of_the_upper_half() -> None:
    drawn = np.exp(np.random.default_rng(1).normal(12, 1.5, 20_000))
    found = usual(drawn)
    assert found is not None
    assert found.spread == pytest.approx(1.5, abs=0.05)
    lonely = usual([5.0])
    assert lonely is not None
    assert 0 < lonely.spread < SPREAD_UNKNOWN


def test_of_nothing_nothing_is_known() -> None:
    assert usual([], []) is None


def test_a_promise_stands_with_the_noise_of_its_like() -> None:
    found = promised(600.0, [100.0, 1_000.0] * 20)
    assert (found.seconds, found.by, found.like) == (600.0, ExpectedBy.PROMISED, 40)
    assert found.spread > 0
    assert promised(600.0).spread == 0.0


@pytest.mark.parametrize(
    ("due", "asked", "inputs", "left"),
    [
        (100.0, 20.0, (), 80.0),
        (100.0, 20.0, (50.0, 60.0), 40.0),
        (100.0, 20.0, (100.0,), None),
        (100.0, 120.0, (), None),
    ],
)
def test_the_time_that_a_promise_left_itself(
    due: float, asked: float, inputs: tuple[float, ...], left: float | None
) -> None:
    assert promised_time(due, asked, inputs) == left
