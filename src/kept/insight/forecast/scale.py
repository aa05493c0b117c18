"""Between days and levels: the whole distribution that 99 quantiles stand for, with both of its tails.

A forecast says its days at the levels 1 % to 99 %. Between them the odds grow evenly; below the first they grow evenly
from nothing at once; past the last the odds of still being open fall by the same share in equal times, as steeply as
they fell from 90 % to 99 %. Levels here are shares, 0.0 to 1.0, so that 0.995 can be asked for too.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.float64]
Levels: TypeAlias = NDArray[np.float64]

COUNT: Final = 99
NOMINAL: Final[Levels] = np.arange(1, COUNT + 1) / 100
_LAST: Final = float(NOMINAL[-1])
_BEYOND: Final = 1.0 - _LAST
_LEAST_SCALE_DAYS: Final = 1e-9
_HIGHEST: Final = 1.0 - 1e-9


def tail_scale(days: Days) -> Days:
    """The days in which the odds of still being open fall to 1/e past the last quantile: (n, 99) days give (n,)."""
    steep = (days[:, 98] - days[:, 89]) / math.log(10.0)
    return np.maximum(steep, np.maximum(days[:, 98] * 0.01, _LEAST_SCALE_DAYS))


def days_at(days: Days, levels: Levels) -> Days:
    """The days by which each row of `days` (n, 99) is ready at each of its `levels` (n, k): (n, k), never falling."""
    places = np.clip(levels * 100.0, 0.0, float(COUNT))
    below = np.minimum(places.astype(np.intp), COUNT - 1)
    with_zero = np.concatenate([np.zeros((len(days), 1)), days], axis=1)
    low = np.take_along_axis(with_zero, below, axis=1)
    high = np.take_along_axis(with_zero, below + 1, axis=1)
    inside = low + (high - low) * (places - below)
    over = np.minimum(levels, _HIGHEST)
    past = -np.log(np.where(over > _LAST, (1.0 - over) / _BEYOND, 1.0)) * tail_scale(days)[:, None]
    return np.asarray(inside + past)


def levels_of(days: Days, ready: Days) -> tuple[Levels, Levels]:
    """The levels that `ready` (n,) days stand at in each row of `days` (n, 99): from the lowest to the highest.

    Both are the same but where the forecast names one moment for several levels (work that ends at once, dates without
    a time of day) and that moment it was: then any level between is as true as another. Before the forecast's own
    moment the level is 0.
    """
    at = ready[:, None]
    low = (days < at).sum(axis=1)
    high = (days <= at).sum(axis=1)
    return _lowest(days, ready, low, high), _highest(days, ready, low, high)


def _lowest(days: Days, ready: Days, low: NDArray[np.intp], high: NDArray[np.intp]) -> Levels:
    between = _between(days, ready, low)
    return np.where(high - low >= 2, np.where(low == 0, 0.0, (low + 0.5) / 100), between)


def _highest(days: Days, ready: Days, low: NDArray[np.intp], high: NDArray[np.intp]) -> Levels:
    between = _between(days, ready, low)
    at_once = (ready <= 0.0) & (high > 0)
    return np.where((high - low >= 2) | at_once, (high + 0.5) / 100, between)


def _between(days: Days, ready: Days, low: NDArray[np.intp]) -> Levels:
    """The level of `ready` where no two quantiles are the same: `low` of them lie before it."""
    rows = np.arange(len(days))
    before = np.where(low > 0, days[rows, np.maximum(low - 1, 0)], 0.0)
    after = days[rows, np.minimum(low, COUNT - 1)]
    width = after - before
    share = np.where(width > 0, (ready - before) / np.where(width > 0, width, 1.0), 0.0)
    inside = (low + np.clip(share, 0.0, 1.0)) / 100
    past = 1.0 - _BEYOND * np.exp(-np.maximum(ready - days[:, -1], 0.0) / tail_scale(days))
    return np.where(ready <= 0.0, 0.0, np.where(low == COUNT, np.minimum(past, _HIGHEST), inside))
