"""A forecast from little data: what work like this took, borrowing from wider scopes where few is like it.

The pieces of work that ended and those still open make a product-limit curve (Kaplan and Meier, 1958): what is open, or
was given up, counts as "longer than so far" and is never dropped. Each scope starts from what the next wider one says,
as if so many pieces of its own had gone like that (a beta process: Hjort, 1990, Nonparametric Bayes estimators based on
beta processes, Annals of Statistics 18; without open work it is Ferguson's Dirichlet process, 1973). The widest starts
from one piece of which nobody knows how long it takes: so the j-th of n ends stands at rank j/(n + 1), as in conformal
prediction, and seven pieces never say 95 %.

Times are numbers in a unit that the caller chooses: hours of work, days, shares of the time promised.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from kept.insight.forecast.odds import FAR, LEVELS, Forecast

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ENOUGH: Final = 20
"""From so many ended pieces on, a scope stands on its own."""
BORROWED: Final = 5.0
"""As many pieces' worth is borrowed from the next wider scope by one that has none of its own. Chosen by measuring."""
_STEP: Final = 1e-6
"""Days between two levels at least, so that each has a date of its own."""
_DAY_IN_MICROSECONDS: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of work of one scope: what each `took`, or has taken so far where it has not `ended`."""

    took: Numbers
    ended: Flags

    @property
    def ends(self) -> int:
        """How many of them ended."""
        return int(np.count_nonzero(self.ended))


@dataclass(frozen=True, slots=True)
class Curve:
    """How much of the work is `left` (share, never rising) once it has taken `at` (rising; the moments of ends)."""

    at: Numbers
    left: Numbers

    def quantiles(self, spent: float) -> tuple[float, ...]:
        """How much longer than `spent` it takes, at `LEVELS`: never falling, above 0, `inf` where too few can say.

        What has already taken `spent` is compared only with what took longer than that.
        """
        knots = np.concatenate([[0.0], self.at])
        left = np.concatenate([[1.0], self.left])
        now = float(np.interp(spent, knots, left))
        later = self.at > spent
        if not later.any() or now <= 0.0:
            return (math.inf,) * len(LEVELS)
        done = np.concatenate([[0.0], 1.0 - self.left[later] / now])
        further = np.concatenate([[0.0], self.at[later] - spent])
        rises = np.concatenate([[True], np.diff(done) > 0])  # an end that weighs nothing says nothing
        levels = np.asarray(LEVELS) / 100
        found = np.interp(levels, done[rises], further[rises])
        return tuple(np.where(levels > done[-1] + 1e-12, math.inf, found).tolist())


def product_limit(pieces: Pieces, at: Numbers, wider: Numbers, borrowed: float) -> Numbers:
    """The share left at each moment of `at` (rising, every end of `pieces` among them).

    `wider` is the share left in the next wider scope; it weighs as `borrowed` pieces. With 0 borrowed it is Kaplan and
    Meier's curve.
    """
    ends = np.bincount(np.searchsorted(at, pieces.took[pieces.ended]), minlength=len(at)).astype(np.float64)
    at_risk = len(pieces.took) - np.searchsorted(np.sort(pieces.took), at, side="left")
    before = np.concatenate([[1.0], wider[:-1]])
    risk = borrowed * before + at_risk
    gone = borrowed * (before - wider) + ends
    hazard = np.divide(gone, risk, out=np.zeros_like(gone), where=risk > 1e-12)
    return np.asarray(np.cumprod(1.0 - np.clip(hazard, 0.0, 1.0)), dtype=np.float64)


def pooled(scopes: Sequence[Pieces]) -> Curve | None:
    """The curve of the last of `scopes`, which lie inside each other, the widest first. None where nothing ended."""
    ends = [scope.took[scope.ended] for scope in scopes]
    at = np.unique(np.concatenate(ends)) if ends else np.empty(0)
    if not len(at):
        return None
    left, borrowed = np.ones(len(at)), 1.0
    for scope in scopes:
        left = product_limit(scope, at, left, borrowed if scope is scopes[0] else borrows(scope.ends))
    return Curve(at, left)


def borrows(ends: int) -> float:
    """How many pieces' worth a scope with so many ends borrows; from `ENOUGH` on one, for what it has not seen."""
    return 1.0 + (BORROWED - 1.0) * max(0.0, 1.0 - ends / ENOUGH)


def as_days(days: Sequence[float]) -> tuple[float, ...]:
    """Quantiles in days as a `Forecast` keeps them: no level without an end, each a little later than the one below,
    in whole microseconds, so that each level's date has just its odds.
    """
    whole = np.minimum(np.asarray(days, dtype=np.float64), FAR)
    steps = np.arange(1, len(whole) + 1) * _STEP
    rising = np.maximum.accumulate(np.maximum(whole - steps, 0.0)) + steps
    micros = np.ceil(rising * _DAY_IN_MICROSECONDS)
    return tuple((micros / _DAY_IN_MICROSECONDS).tolist())


def backed(forecast: Forecast, level: int) -> datetime | None:
    """The date of a level, or None where so few pieces can't say it."""
    return None if forecast.days[level - 1] >= FAR else forecast.date(level)


def outlived(forecast: Forecast) -> bool:
    """Whether nothing that the forecast rests on took as long as this has taken: then it can say no date at all."""
    return forecast.days[0] >= FAR
