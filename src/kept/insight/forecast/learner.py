"""The learner: from tables of features to the quantiles of the days that are left.

Gradient boosting, one booster a quantile, on the logarithm of one day plus the days left; the median, by which single
dates are judged, is the mean of boosters on several scales. docs/decisions/0019-*.md says what was tried.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from joblib import Parallel, cpu_count, delayed
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from kept.insight.forecast.events import Floats, Ints
from kept.insight.forecast.features import Table

LEVELS: Final = np.arange(1, 100) / 100
QUANTILES: Final = (0.02, 0.1, 0.25, 0.75, 0.9, 0.98)
MEDIAN_SCALES: Final = ("log", "root", "plain")
ROUNDS: Final = 120
LEAST_IN_LEAF: Final = 30
TAIL: Final = 0.3
"""How far past the outermost quantiles the forecast reaches, in parts of the distance to the next one inwards."""
WORKERS: Final = 4
WORTH_WORKERS: Final = 30_000
"""From so many rows on, boosters are fitted by processes beside this one."""

Scaled = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Scale:
    """A scale of days on which errors are weighed alike, and the way back."""

    there: Scaled
    back: Scaled


def _plain(days: Floats) -> Floats:
    return days


def _squared(roots: Floats) -> Floats:
    return np.asarray(np.maximum(roots, 0.0) ** 2)


SCALES: Final[Mapping[str, Scale]] = {
    "log": Scale(np.log1p, np.expm1),
    "root": Scale(np.sqrt, _squared),
    "plain": Scale(_plain, _plain),
}


@dataclass(frozen=True)
class Target:
    """What one booster learns: a quantile (0 to 1), on a scale."""

    quantile: float
    scale: str


TARGETS: Final = (
    *(Target(0.5, scale) for scale in MEDIAN_SCALES),
    *(Target(quantile, "log") for quantile in QUANTILES),
)


@dataclass(frozen=True)
class Learned:
    """Fitted boosters: `columns` are those of the table that said anything, `boosters` one for each of `TARGETS`."""

    columns: Ints
    boosters: tuple[Any, ...]
    longest: float
    cpu_elsewhere: float
    """CPU seconds that processes beside this one took to learn; 0 where there were none."""

    def quantiles(self, table: Table) -> Floats:
        """(n × 99) the days left at `LEVELS`, never falling, 0 or more."""
        seen = table[:, self.columns]
        with one_core():
            return self._spread(seen)

    def _spread(self, seen: Table) -> Floats:
        found = [self._days(target, booster, seen) for target, booster in zip(TARGETS, self.boosters, strict=True)]
        median = np.mean(found[: len(MEDIAN_SCALES)], axis=0)
        return _spread(found[len(MEDIAN_SCALES) :], median)

    def _days(self, target: Target, booster: Any, seen: Table) -> Floats:
        days = SCALES[target.scale].back(booster.predict(seen))
        return np.asarray(np.clip(days, 0.0, self.longest))


def learn(table: Table, days: Floats, weights: Floats | None = None) -> Learned:
    """Learn from features (n × f) and the days that were left (n), each row counting by its weight, or alike."""
    columns = telling(table)
    seen = np.ascontiguousarray(table[:, columns])

    tasks = [(target, seen, days, weights) for target in TARGETS]
    beside = len(days) >= WORTH_WORKERS
    if beside:
        fitted = Parallel(n_jobs=min(WORKERS, cpu_count()))(delayed(_fitted)(*task) for task in tasks)
    else:
        fitted = [_fitted(*task) for task in tasks]
    boosters, seconds = zip(*fitted, strict=True)
    return Learned(columns, boosters, float(days.max()), float(sum(seconds)) if beside else 0.0)


@cache
def _threads() -> Any:
    # Finding out which libraries there are takes longer than a forecast.
    return ThreadpoolController()


def one_core() -> AbstractContextManager[Any]:
    """Inside, boosters use one core: cores that wait for each other after every step cost more than they bring."""
    limited: AbstractContextManager[Any] = _threads().limit(limits=1, user_api="openmp")
    return limited


def telling(table: Table) -> Ints:
    """The columns that hold more than one number."""
    shown = np.isfinite(table)
    low = np.where(shown, table, np.inf).min(axis=0, initial=np.inf)
    high = np.where(shown, table, -np.inf).max(axis=0, initial=-np.inf)
    return np.flatnonzero(low < high)


def _fitted(target: Target, seen: Table, days: Floats, weights: Floats | None) -> tuple[Any, float]:
    """The booster of a target, and the CPU seconds that it took."""
    begin = time.process_time()
    with one_core():
        booster = _booster(target).fit(seen, SCALES[target.scale].there(days), sample_weight=weights)
    return booster, time.process_time() - begin


def _booster(target: Target) -> Any:
    return HistGradientBoostingRegressor(
        loss="quantile",
        quantile=target.quantile,
        max_iter=ROUNDS,
        learning_rate=0.06,
        max_leaf_nodes=31,
        min_samples_leaf=LEAST_IN_LEAF,
        max_features=0.3,
        early_stopping=False,
        random_state=0,
    )


def _spread(found: list[Floats], median: Floats) -> Floats:
    """(n × 99) the quantiles between and past those found, evenly in the logarithm."""
    half = len(found) // 2
    log = np.log1p(np.sort(np.column_stack([*found[:half], median, *found[half:]]), axis=1))
    place = half
    # The median is what single dates are judged by: it stays, and the others keep to their side of it.
    log[:, :place] = np.minimum(log[:, :place], np.log1p(median)[:, None])
    log[:, place + 1 :] = np.maximum(log[:, place + 1 :], np.log1p(median)[:, None])
    log[:, place] = np.log1p(median)
    low = np.maximum(log[:, 0] - TAIL * (log[:, 1] - log[:, 0]), 0.0)
    high = log[:, -1] + TAIL * (log[:, -1] - log[:, -2])
    at = np.array([0.005, *QUANTILES[:half], 0.5, *QUANTILES[half:], 0.995])
    log = np.column_stack([low, log, high])
    right = np.clip(np.searchsorted(at, LEVELS), 1, len(at) - 1)
    share = (LEVELS - at[right - 1]) / (at[right] - at[right - 1])
    between = np.expm1(log[:, right - 1] * (1 - share) + log[:, right] * share)
    return np.asarray(np.maximum.accumulate(between, axis=1))
