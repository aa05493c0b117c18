"""How a tie goes, beside the others of its log."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kept.insight.going import Going, going, usual_wait


@dataclass(frozen=True)
class Made:
    count: int
    median_wait_s: float | None
    returns: int = 0


def test_the_usual_wait_is_that_of_the_middle_hand_off_not_of_the_middle_tie() -> None:
    assert usual_wait([Made(1, 10), Made(1, 20), Made(7, 900)]) == 900
    assert usual_wait([Made(2, 10), Made(2, 20)]) == 10
    assert usual_wait([Made(3, None)]) is None
    assert usual_wait([]) is None


@pytest.mark.parametrize(
    ("tie", "word"),
    [
        (Made(4, 9_999, 4), Going.FEW),
        (Made(5, 300, 0), Going.FLOWS),
        (Made(5, 301, 0), Going.WAITS),
        (Made(6, 300, 2), Going.RETURNS),
        (Made(6, 300, 1), Going.FLOWS),
        (Made(6, 301, 6), Going.WAITS_AND_RETURNS),
        (Made(9, None, 0), Going.FLOWS),
    ],
)
def test_a_tie_goes_as_it_stands_to_the_usual_wait(tie: Made, word: Going) -> None:
    assert going(tie, 100) == word


def test_without_a_usual_wait_only_returns_are_said() -> None:
    assert going(Made(9, 500, 9), None) == Going.RETURNS
