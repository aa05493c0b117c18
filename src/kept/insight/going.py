"""How a tie goes, in one of a few words: what the map colours and the list says.

Words compare a tie with the other ties of the same log, so that a company that works in minutes and one that works in
weeks both see where to look. They say nothing about persons, and nothing where there is too little to go by.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

FEWEST = 5  # hand-offs; below it nothing is said
LONG = 3.0  # times the usual wait
OFTEN = 1 / 3  # share of hand-offs that go straight back


class Tie(Protocol):
    """What is needed of a tie: `count` hand-offs, their median wait in seconds, how many of them were returns."""

    @property
    def count(self) -> int: ...
    @property
    def median_wait_s(self) -> float | None: ...
    @property
    def returns(self) -> int: ...


class Going(StrEnum):
    """The words, from "look here" to "nothing to say"."""

    WAITS_AND_RETURNS = "waits long, often goes straight back"
    RETURNS = "often goes straight back"
    WAITS = "waits long"
    FLOWS = "flows"
    FEW = "too few to say"


def usual_wait(ties: Iterable[Tie]) -> float | None:
    """The wait in seconds that the middle hand-off had; None where no tie has a wait.

    It is the median of the ties' medians, each counted as often as it has hand-offs.
    """
    waits = sorted((tie.median_wait_s, tie.count) for tie in ties if tie.median_wait_s is not None)
    half = sum(count for _, count in waits) / 2
    seen = 0
    for wait, count in waits:
        seen += count
        if seen >= half:
            return wait
    return None


def going(tie: Tie, usual_wait_s: float | None) -> Going:
    """How one tie goes beside the usual wait of its log (`usual_wait`)."""
    if tie.count < FEWEST:
        return Going.FEW
    returns = tie.returns >= OFTEN * tie.count
    waits = usual_wait_s is not None and tie.median_wait_s is not None and tie.median_wait_s > LONG * usual_wait_s
    if returns and waits:
        return Going.WAITS_AND_RETURNS
    return Going.RETURNS if returns else Going.WAITS if waits else Going.FLOWS
