"""The Wilson interval against values worked out by another road: the roots of its defining quadratic."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.core.statistics import Z_95, wilson


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_both_ends_solve_the_equation_that_defines_them(case: tuple[int, int]) -> None:
    count, n = case
    share = wilson(count, n)
    for end in (share.low, share.high):
        distance = abs(count / n - end)
        assert math.isclose(distance, Z_95 * math.sqrt(end * (1 - end) / n), abs_tol=1e-9)
    assert 0 <= share.low <= count / n <= share.high <= 1


def test_of_nothing_it_can_be_anything() -> None:
    assert (wilson(0, 0).value, wilson(0, 0).low, wilson(0, 0).high) == (None, 0.0, 1.0)


@pytest.mark.parametrize(("count", "n"), [(-1, 3), (4, 3), (1, 0)])
def test_refuses_what_is_no_share(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(count, n)
