"""Did forecasts hold what they said? How often their levels were reached, and at which levels to read them from now on.

Each forecast that was made stands here by its **place**: the odds (0 to 1) that it gave for the moment at which the
work really ended, or for the last moment at which it was seen open. Were forecasts exact, places would lie evenly. Work
still open is counted by its place so far and not left out (product limit), for what ends early is short work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kept.core.statistics import Share, wilson
from kept.insight.forecast.odds import FAR, LEVELS
from kept.insight.forecast.pooled import Numbers, Pieces, product_limit

TRUSTED: Final = 20.0
"""As many forecasts' worth of trust that they hold what they say, before any was seen to."""
_NOMINAL: Final[Numbers] = np.arange(0, 101) / 100


@dataclass(frozen=True, slots=True)
class Reached:
    """Of forecasts with a date at `level` (%), the share that was ready by it; see `core.statistics.Share`."""

    level: int
    share: Share


def reached(places: Pieces, levels: tuple[int, ...]) -> tuple[Reached, ...]:
    """The share that was ready by the date of each of `levels`, of all forecasts with these places.

    The interval is Wilson's for as many forecasts as there are; the share itself counts open work by the product limit.
    """
    number = len(places.took)
    shares = _ready_by(places, np.array(levels) / 100)
    return tuple(
        Reached(level, wilson(round(float(share) * number), number))
        for level, share in zip(levels, shares, strict=True)
    )


def levels_to_read(places: Pieces) -> tuple[float, ...]:
    """At which levels (0 to 1, never falling) the next forecast is to be read for it to hold what `LEVELS` say."""
    number = len(places.took)
    seen = (number * _ready_by(places, _NOMINAL) + TRUSTED * _NOMINAL) / (number + TRUSTED)
    rising = np.maximum.accumulate(seen + np.arange(len(seen)) * 1e-12)
    return tuple(np.interp(np.asarray(LEVELS) / 100, rising, _NOMINAL).tolist())


def read_at(days: tuple[float, ...], levels: tuple[float, ...]) -> tuple[float, ...]:
    """The 99 quantiles `days` of a forecast, read at other levels; `inf` past the last that it can say."""
    places = np.asarray(levels) * 100
    with_zero = np.concatenate([[0.0], days])
    above = np.ceil(places - 1e-9).astype(np.intp)
    said = (above <= LEVELS[-1]) & (with_zero[np.minimum(above, LEVELS[-1])] < FAR)
    found = np.interp(places, np.arange(len(with_zero)), with_zero)
    return tuple(np.where(said, found, np.inf).tolist())


def miscalibration(places: Pieces) -> float:
    """The mean distance of the share that was reached from the level said, over 1 % to 99 %."""
    nominal = np.asarray(LEVELS) / 100
    return float(np.abs(_ready_by(places, nominal) - nominal).mean())


def _ready_by(places: Pieces, levels: Numbers) -> Numbers:
    if not places.ends:
        return np.zeros(len(levels))
    at = np.unique(places.took[places.ended])
    left = product_limit(places, at, np.ones(len(at)), 0.0)
    place = np.searchsorted(at, levels, side="right")
    return np.asarray(1.0 - np.concatenate([[1.0], left])[place], dtype=np.float64)
