"""The few statistics that figures need, with their uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

Z_95 = 1.959963984540054


class Better(StrEnum):
    """Which way a figure is to go."""

    MORE = "more"
    LESS = "less"


class Verdict(StrEnum):
    """What can be said of a figure that was to change."""

    MOVED = "moved"
    CANT_TELL = "can't tell yet"
    WORSE = "got worse"


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n`, with the interval in which the true share lies (95 %); all from 0 to 1."""

    count: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """The share itself; `None` of nothing."""
        return self.count / self.n if self.n else None


def wilson(count: int, n: int, z: float = Z_95) -> Share:
    """The share `count` of `n` with its Wilson score interval. Of nothing it can be anything: 0 to 1.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    Raises `ValueError` where `count` is not between 0 and `n`.
    """
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is no share.")
    if n == 0:
        return Share(0, 0, 0.0, 1.0)
    share, z2 = count / n, z * z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == n else min(1.0, middle + half)
    return Share(count, n, low, high)
