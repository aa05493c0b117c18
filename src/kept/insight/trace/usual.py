"""What is usual: the time that comparable work takes, and how much it varies, from few pieces of it or from many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from kept.insight.trace.chain import SHORTEST_S, Expected, ExpectedBy, Seconds

ENOUGH: Final = 20
"""From as many comparable pieces of work on, nothing is borrowed."""
BORROWED_AS: Final = 10
"""Where there are fewer, what is usual in the wider circle weighs as much as so many of them."""
NINE_TENTHS_AT: Final = 1.2815515655446004
"""The 90 % quantile of the standard normal distribution."""
SPREAD_UNKNOWN: Final = 2.0
"""Where nothing at all is comparable; about what the stays of the work logs that we know have."""


def usual(*circles: ArrayLike) -> Expected | None:
    """What is usual, from the times (seconds) of comparable work, the nearest circle first.

    Below 20 pieces the next wider circle is borrowed from. None where every circle is empty.
    """
    found: tuple[float, float] | None = None
    like = 0
    for circle in reversed(circles):
        times = np.sort(np.asarray(circle, dtype=np.float64))
        if len(times):
            found, like = _blended(_level(times), len(times), found), len(times)
    if found is None:
        return None
    return Expected(max(float(np.exp(found[0])) - SHORTEST_S, 0.0), found[1], ExpectedBy.USUAL, like)


def promised(seconds: float, *circles: ArrayLike) -> Expected:
    """A promised time, with the spread of comparable work where there is any: what is beyond the usual noise."""
    like = usual(*circles)
    return Expected(max(seconds, 0.0), like.spread if like else 0.0, ExpectedBy.PROMISED, like.like if like else 0)


def promised_time(due: float, asked: float, inputs_due: Sequence[float] = ()) -> float | None:
    """The time that a promise left itself: from when it was asked and its inputs were promised, to its date.

    None where an input was promised for its own date or later: then the date says nothing about its own time.
    """
    left = due - max([asked, *inputs_due])
    return left if left > 0 else None


def _level(times: Seconds) -> tuple[float, float]:
    """Median, and standard deviation above the median, of log(seconds + 60); `times` are in order."""
    logs = np.log(times + SHORTEST_S)
    middle = float(_quantile(logs, 0.5))
    return middle, max((float(_quantile(logs, 0.9)) - middle) / NINE_TENTHS_AT, 0.0)


def _quantile(ordered: Seconds, share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


def _blended(near: tuple[float, float], count: int, wide: tuple[float, float] | None) -> tuple[float, float]:
    if count >= ENOUGH:
        return near
    middle, spread = wide or (near[0], SPREAD_UNKNOWN)
    weight = count / (count + BORROWED_AS)
    return weight * near[0] + (1 - weight) * middle, weight * near[1] + (1 - weight) * spread
