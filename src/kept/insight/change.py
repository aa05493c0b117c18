"""Did it change? Two stretches of the same figure compared, with an interval and one of three plain verdicts.

A goal is looked at again and again, and whoever looks often enough sees a change where there is none. So the 5 % of
false alarms is shared out over all the looks that were planned (Bonferroni: O. J. Dunn, JASA 56, 1961), and a verdict
needs two witnesses: an interval that leaves out "no difference", and a test that holds for small and skewed numbers.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from kept.core.statistics import Better, Verdict, wilson

ALPHA: Final = 0.05
"""The odds of a false alarm over all looks together."""
FEWEST: Final = 10
"""Below so many on either side nothing is said."""
SHUFFLES: Final = 5_000
AT_ONCE: Final = 250
"""Shuffles in memory at a time."""
MANY: Final = 1_000
"""Values beyond which each shuffle is drawn by itself: ordering all of them 5,000 times takes minutes."""
SEED: Final = 1
LARGE: Final = 2_000
"""Values on the smaller side beyond which shuffling adds nothing to the interval."""


@dataclass(frozen=True, slots=True)
class Change:
    """The figure before and after (None of nothing), from how many, and the difference after − before.

    `low` to `high` is its interval at the level that the number of looks asks for; both None where nothing can be said.
    """

    before: float | None
    after: float | None
    n_before: int
    n_after: int
    low: float | None
    high: float | None
    verdict: Verdict

    @property
    def difference(self) -> float | None:
        """After − before."""
        return self.after - self.before if self.before is not None and self.after is not None else None


def of_shares(before: tuple[int, int], after: tuple[int, int], better: Better, *, looks: int = 1) -> Change:
    """Compare two shares, each (count, n); `looks` is how often it will be looked at in all. ValueError for no share.

    Interval: Newcombe's hybrid score (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10); test: Fisher's.
    """
    alpha = _alpha(looks)
    (c0, n0), (c1, n1) = before, after
    z = NormalDist().inv_cdf(1 - alpha / 2)
    one, two = wilson(c0, n0, z), wilson(c1, n1, z)
    if one.value is None or two.value is None or min(n0, n1) < FEWEST:
        return Change(one.value, two.value, n0, n1, None, None, Verdict.CANT_TELL)
    difference = two.value - one.value
    low = difference - math.hypot(two.value - two.low, one.high - one.value)
    high = difference + math.hypot(two.high - two.value, one.value - one.low)
    sure = fisher(c0, n0, c1, n1) <= alpha
    return Change(one.value, two.value, n0, n1, low, high, _verdict(low, high, better) if sure else Verdict.CANT_TELL)


def of_values(before: Sequence[float], after: Sequence[float], better: Better, *, looks: int = 1) -> Change:
    """Compare two means of values (one a promise); `looks` as above.

    Interval: Welch's t (B. L. Welch, Biometrika 34, 1947); test: shuffling the two sides together, studentised.
    """
    alpha = _alpha(looks)
    old, new = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    means = [float(side.mean()) if side.size else None for side in (old, new)]
    if min(old.size, new.size) < FEWEST:
        return Change(means[0], means[1], old.size, new.size, None, None, Verdict.CANT_TELL)
    error, freedom = _welch(old, new)
    difference = float(new.mean() - old.mean())
    reach = _student(freedom, 1 - alpha / 2) * error if error else 0.0
    low, high = difference - reach, difference + reach
    verdict = _verdict(low, high, better)
    if verdict is not Verdict.CANT_TELL and min(old.size, new.size) <= LARGE and _shuffled(old, new) > alpha:
        verdict = Verdict.CANT_TELL
    return Change(means[0], means[1], old.size, new.size, low, high, verdict)


def fisher(c0: int, n0: int, c1: int, n1: int) -> float:
    """The two-sided p of Fisher's exact test, `c0` of `n0` against `c1` of `n1`: all tables as rare or rarer."""
    total = c0 + c1
    first, last = max(0, total - n1), min(n0, total)

    def weight(count: int) -> float:
        return _log_choose(n0, count) + _log_choose(n1, total - count) - _log_choose(n0 + n1, total)

    seen = weight(c0) + 1e-7
    return min(1.0, math.fsum(math.exp(one) for one in map(weight, range(first, last + 1)) if one <= seen))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _alpha(looks: int) -> float:
    if looks < 1:
        raise ValueError(f"{looks} looks are none.")
    return ALPHA / looks


def _verdict(low: float, high: float, better: Better) -> Verdict:
    if low <= 0 <= high:
        return Verdict.CANT_TELL
    return Verdict.MOVED if (low > 0) == (better is Better.MORE) else Verdict.WORSE


def _student(freedom: float, level: float) -> float:
    """A quantile of Student's t. The library is loaded with the first one: that takes longer than all pages."""
    return float(importlib.import_module("scipy.special").stdtrit(freedom, level))


def _welch(old: np.ndarray, new: np.ndarray) -> tuple[float, float]:
    """The standard error of the difference, and its degrees of freedom."""
    one, two = old.var(ddof=1) / old.size, new.var(ddof=1) / new.size
    if one + two == 0:
        return 0.0, 1.0
    freedom = (one + two) ** 2 / (one**2 / (old.size - 1) + two**2 / (new.size - 1))
    return math.sqrt(one + two), float(freedom)


def _drawn(generator: np.random.Generator, m: int, n: int, count: int) -> np.ndarray:
    """`count` rows of `m` places among `n`, none twice in a row."""
    if n <= MANY:
        return generator.random((count, n)).argpartition(m - 1, axis=1)[:, :m]
    return np.stack([generator.choice(n, m, replace=False, shuffle=False) for _ in range(count)])


def _shuffled(old: np.ndarray, new: np.ndarray) -> float:
    """The share of shuffles in which the studentised difference is at least as great as the one seen."""
    every = np.concatenate([old, new])
    m, n = min(old.size, new.size), every.size
    small = old if old.size < new.size else new
    generator = np.random.default_rng(SEED)
    sums, squares = every.sum(), float((every**2).sum())

    def studentised(total: np.ndarray, square: np.ndarray) -> np.ndarray:
        mean, other = total / m, (sums - total) / (n - m)
        spread = (square / m - mean**2).clip(0) / (m - 1) + ((squares - square) / (n - m) - other**2).clip(0) / (
            n - m - 1
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            found: np.ndarray = np.abs(mean - other) / np.sqrt(spread)
        return np.where(np.isnan(found), 0.0, found)

    seen = studentised(np.array([small.sum()]), np.array([(small**2).sum()]))[0] * (1 - 1e-9)
    as_great = 0
    for count in (AT_ONCE,) * (SHUFFLES // AT_ONCE):
        chosen = every[_drawn(generator, m, n, count)]
        as_great += int((studentised(chosen.sum(axis=1), (chosen**2).sum(axis=1)) >= seen).sum())
    return (as_great + 1) / (SHUFFLES + 1)
