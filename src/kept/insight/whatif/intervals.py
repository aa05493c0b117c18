"""A figure with the range in which it lies (95 %), from replications of one simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev
from typing import Final

STUDENT: Final = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""The 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom; beyond, 1.96 + 2.4 / degrees is as near."""


@dataclass(frozen=True, slots=True)
class Range:
    """A mean over `n` replications, and the range `low` to `high` in which the true one lies (95 %)."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def certain(self) -> bool:
        """Whether it is certain on which side of zero it lies."""
        return self.low > 0 or self.high < 0

    def to_json(self) -> dict[str, float | int | None]:
        """As JSON says it; what is not known is null."""
        known = {"mean": self.mean, "low": self.low, "high": self.high}
        return {**{name: None if math.isnan(value) else value for name, value in known.items()}, "n": self.n}


def exactly(value: float) -> Range:
    """A figure that is exact: it rests on no replication."""
    return Range(value, value, value, 0)


def over(values: Sequence[float]) -> Range:
    """The mean of the replications' values with its range; one replication gives no range (nan)."""
    n, mean = len(values), fmean(values)
    if n == 1 or math.isnan(mean):
        return Range(mean, math.nan, math.nan, n)
    t = STUDENT[n - 2] if n - 2 < len(STUDENT) else 1.96 + 2.4 / (n - 1)
    half = t * stdev(values) / math.sqrt(n)
    return Range(mean, mean - half, mean + half, n)


def change_pct(before: Sequence[float], after: Sequence[float]) -> Range:
    """By how many per cent the mean changed, from pairs of replications that were dealt the same numbers.

    The range is of the mean difference, as a share of the mean before; nothing falls by more than all of it. Nothing
    before gives nan.
    """
    base = fmean(before)
    if base == 0 or math.isnan(base):
        return Range(math.nan, math.nan, math.nan, len(before))
    found = over([100 * (new - old) / base for old, new in zip(before, after, strict=True)])
    return replace(found, low=max(found.low, -100.0))
