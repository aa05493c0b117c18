"""How good forecasts were: errors, coverage, calibration, warnings. Definitions in docs/forecasts.md."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from kept.insight.forecast.events import Flags, Floats
from kept.insight.forecast.scale import NOMINAL, days_at

INTERVALS: Final = (50, 80, 90, 95)
QUARTERS: Final = 4


@dataclass(frozen=True)
class Calibrated:
    """How forecasts held what they said.

    `coverage` is the share of what happened within the central interval of each percentage, `quarters` the same in each
    quarter of the span of moments; `miscalibration_area` the mean distance between the share that was ready by each
    quantile of 1 % to 99 % and its level; `mean_width_days` the mean width of the 80 % interval.
    """

    coverage: dict[str, float]
    quarters: tuple[dict[str, float], ...]
    miscalibration_area: float
    mean_width_days: dict[str, float]
    mae_days: float

    def to_json(self) -> dict[str, Any]:
        """As `kept forecast evaluate --json` says it."""
        return {**asdict(self), "quarters": list(self.quarters)}


def calibrated(days: Floats, happened: Floats, at: Floats) -> Calibrated:
    """Score the quantiles `days` (n × 99) of what `happened` (n, days), forecast at the moments `at` (n)."""
    edges = np.linspace(at.min(), at.max(), QUARTERS + 1)
    quarter = np.clip(np.searchsorted(edges, at, side="right") - 1, 0, QUARTERS - 1)
    parts = [quarter == number for number in range(QUARTERS)]
    low, high = interval(days, 80)
    return Calibrated(
        coverage=_coverage(days, happened),
        quarters=tuple(
            {"prefixes": int(part.sum()), **(_coverage(days[part], happened[part]) if part.any() else {})}
            for part in parts
        ),
        miscalibration_area=area(days, happened),
        mean_width_days={"80": float(np.mean(high - low))},
        mae_days=mean_error(days[:, 49], happened),
    )


def interval(days: Floats, percent: int) -> tuple[Floats, Floats]:
    """The central interval of that percentage: as much is left out on either side."""
    outside = (1 - percent / 100) / 2
    both = days_at(days, np.tile([outside, 1 - outside], (len(days), 1)))
    return both[:, 0], both[:, 1]


def area(days: Floats, happened: Floats) -> float:
    """The mean, over the levels 1 % to 99 %, of |share ready by that quantile − level|."""
    ready = (happened[:, None] <= days).mean(axis=0)
    return float(np.abs(ready - NOMINAL).mean())


def mean_error(said: Floats | float, happened: Floats) -> float:
    """The mean absolute error."""
    return float(np.abs(happened - said).mean())


@dataclass(frozen=True)
class Warned:
    """How warnings did: of the late, how many were warned of (`recall`), of the warned, how many were late."""

    prefixes: int
    late_share: float
    precision: float
    recall: float
    f1: float


def warned(late: Flags, warning: Flags) -> Warned:
    """Score warnings against what became late."""
    hits = float((late & warning).sum())
    precision = hits / max(float(warning.sum()), 1.0)
    recall = hits / max(float(late.sum()), 1.0)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return Warned(len(late), float(late.mean()) if len(late) else 0.0, precision, recall, f1)


def best_threshold(late: Flags, chance: Floats) -> float:
    """The chance of being late from which on warning gives the highest F1."""
    order = np.argsort(-chance, kind="stable")
    hits = np.cumsum(late[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + max(int(late.sum()), 1))
    return float(chance[order][int(np.argmax(f1))]) if len(order) else 0.5


def _coverage(days: Floats, happened: Floats) -> dict[str, float]:
    found = {}
    for percent in INTERVALS:
        low, high = interval(days, percent)
        found[str(percent)] = float(((low <= happened) & (happened <= high)).mean())
    return found
