"""What was known at a moment: counts of what had happened before it, and what ended cases had shown by then.

Everything here looks strictly before the moment asked about, so that nothing of the asking case's own future, and
nothing that happens at the very moment, is ever seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kept.insight.forecast.events import NONE, Floats, Ints

PAIR_WIDTH: Final = 2**20
"""More words than any column has in one history."""
BLOCK: Final = 20_000
"""Windows are sorted in blocks of so many rows, to need little memory."""


@dataclass(frozen=True)
class Happened:
    """Moments grouped by a key: how many of a key lay before a moment, in logarithmic time.

    `moments` are all different moments, ascending; `ranked` is key × (moments + 1) + rank, ascending.
    """

    moments: Floats
    ranked: Ints

    @classmethod
    def of(cls, keys: Ints, at: Floats) -> Happened:
        """From keys (0 or more; below 0 is left out) and their moments (NaN is left out)."""
        return cls.sorted_by(keys, at)[0]

    @classmethod
    def sorted_by(cls, keys: Ints, at: Floats) -> tuple[Happened, Ints]:
        """As `of`, and the places of the input's rows in the order of `ranked`."""
        counted = np.flatnonzero((keys >= 0) & np.isfinite(at))
        moments, rank = np.unique(at[counted], return_inverse=True)
        ranked = keys[counted] * (len(moments) + 1) + rank
        order = np.argsort(ranked, kind="stable")
        return cls(moments, ranked[order]), counted[order]

    def first(self, keys: Ints) -> Ints:
        """Where the rows of each key begin."""
        place: Ints = np.searchsorted(self.ranked, keys * (len(self.moments) + 1))
        return place

    def before(self, keys: Ints, at: Floats) -> Ints:
        """Where the rows of each key that lie before `at` stop."""
        rank = np.searchsorted(self.moments, at, side="left")
        place: Ints = np.searchsorted(self.ranked, keys * (len(self.moments) + 1) + rank)
        return place

    def count(self, keys: Ints, at: Floats) -> Floats:
        """How many rows of each key lie before `at`; 0 for keys below 0."""
        known = np.maximum(keys, 0)
        number = self.before(known, at) - self.first(known)
        return np.where(keys >= 0, number, 0).astype(np.float64)

    def lately(self, keys: Ints, at: Floats, seconds: float) -> Floats:
        """How many rows of each key lie before `at`, and not longer than `seconds` before."""
        return self.count(keys, at) - self.count(keys, at - seconds)


@dataclass(frozen=True)
class Shown:
    """What ended cases had shown, by key: the last `window` values that were known, in the order they became so."""

    happened: Happened
    values: Floats
    sums: Floats

    @classmethod
    def of(cls, keys: Ints, known_at: Floats, values: Floats) -> Shown:
        """From keys, the moments at which each value became known (NaN: never), and the values."""
        happened, order = Happened.sorted_by(keys, known_at)
        sorted_values = values[order]
        return cls(happened, sorted_values, np.concatenate([[0.0], np.cumsum(sorted_values)]))

    def span(self, keys: Ints, at: Floats, window: int) -> tuple[Ints, Ints]:
        """The first and the one-past-last place of the last `window` values of each key that were known before `at`."""
        known = np.maximum(keys, 0)
        last = self.happened.before(known, at)
        first = np.maximum(self.happened.first(known), last - window)
        return np.where(keys >= 0, first, last), last

    def mean(self, keys: Ints, at: Floats, window: int) -> tuple[Floats, Floats]:
        """The mean of the last `window` values known (NaN where there is none), and of how many."""
        first, last = self.span(keys, at, window)
        number = (last - first).astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            return (self.sums[last] - self.sums[first]) / number, number

    def quantiles(self, keys: Ints, at: Floats, window: int, shares: tuple[float, ...]) -> Floats:
        """(n × shares) the quantiles of the last `window` values known; NaN where there is none."""
        first, last = self.span(keys, at, window)
        pairs, inverse = np.unique(first * (len(self.values) + 1) + last, return_inverse=True)
        firsts, lasts = pairs // (len(self.values) + 1), pairs % (len(self.values) + 1)
        found = np.full((len(pairs), len(shares)), np.nan)
        for low in range(0, len(pairs), BLOCK):
            part = slice(low, low + BLOCK)
            found[part] = _sorted_quantiles(self.values, firsts[part], lasts[part], window, shares)
        return found[inverse]


def _sorted_quantiles(values: Floats, first: Ints, last: Ints, window: int, shares: tuple[float, ...]) -> Floats:
    places = first[:, None] + np.arange(window)
    inside = places < last[:, None]
    if not len(values):
        return np.full((len(first), len(shares)), np.nan)
    gathered = np.where(inside, values[np.minimum(places, len(values) - 1)], np.inf)
    gathered.sort(axis=1)
    number = last - first
    rows = np.arange(len(first))
    out = np.full((len(first), len(shares)), np.nan)
    for column, share in enumerate(shares):
        exact = np.maximum(number - 1, 0) * share
        low = np.floor(exact).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(number - 1, 0))
        below, above = gathered[rows, low], gathered[rows, high]
        found = number > 0
        out[found, column] = (below[found] * (1 - (exact - low)[found])) + above[found] * (exact - low)[found]
    return out


def paired(first: Ints, second: Ints) -> Ints:
    """One key for a pair of codes; −1 where the first is none, none counts as a second."""
    return np.where(first == NONE, NONE, first * PAIR_WIDTH + second + 1)
