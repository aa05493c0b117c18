"""Calibration that adapts: at which levels to read the next forecast, so that what is said keeps holding.

A forecast that was made has a **place**: the level, 0.0 to 1.0, at which the end of its work really fell. Were
forecasts exact, the places would lie evenly. At any moment some of the work has ended, and of the rest is known how
long it has been open at least: both count, for those that ended early are the short ones. So the places so far give a
product-limit curve (Kaplan and Meier, 1958, on levels instead of days), in which

- forecasts fade by what was learned since: half at every so many *ended* cases, so that where most of the work is open,
  little is forgotten. Two paces, a quick and a slow one, are averaged. What an earlier model said counts less;
- work that is open past what is known of it counts in part as going on as its forecast says, and in part as the others
  went. Where most of it is open, the few that ended are no fair sample, and the forecast is left nearly as it was;
- the curve of the whole is the mean of those of short and of long forecasts, since long ones are open for longer;
- some cases' worth of trust is put in what the model says, and each group starts from what holds for the whole. What
  is counted are forecasts, what is trusted cases: the forecasts of one case fail together.

Only what was known before a moment is used for it. This is conformal prediction (Vovk, Gammerman and Shafer,
Algorithmic Learning in a Random World, 2005, ch. 7) with weights for drift (Barber, Candès, Ramdas and Tibshirani,
Conformal prediction beyond exchangeability, Annals of Statistics 51, 2023) and for work that has not ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kept.insight.forecast.scale import COUNT, NOMINAL, Days, Levels, days_at, levels_of

Moments: TypeAlias = NDArray[np.float64]
Groups: TypeAlias = NDArray[np.int64]
Weights: TypeAlias = NDArray[np.float64]

_EDGES: Final[Levels] = np.concatenate([np.arange(0, 100) / 100, 1.0 - 0.01 / 2.0 ** np.arange(1, 11)])
"""Lower ends of the steps in which levels are counted: hundredths, and the last of them ever finer."""
_STEPS: Final = len(_EDGES)
_WIDTHS: Final[Levels] = np.diff(_EDGES, append=1.0)
_LEFT: Final[Levels] = 1.0 - _EDGES
_GOLDEN: Final = (5**0.5 - 1) / 2
_FAINTEST: Final = 1e-3

HALVED_AFTER: Final = (100.0, 400.0)
"""Ended cases after which an older forecast counts half: the quick pace and the slow one."""
GOES_ON: Final = 0.2
"""The part of work still open that counts as going on as its forecast says; the rest goes on as the others went."""
TRUSTED: Final = 5.0
"""As many cases' worth of trust that the model holds what it says."""
BORROWED: Final = 15.0
"""As many cases' worth that a group borrows from the whole."""
CARRIED: Final = 0.1
"""What a forecast by an earlier model counts: a model that was learned again has learned from those very errors."""
LENGTHS: Final[Days] = np.array([1 / 24, 1 / 6, 0.5, 1, 2, 4, 7, 14, 30, 60, 120, 365])
"""Days: between these, forecasts are of one length, by their middle."""
EVERY: Final = 40
"""In a replay what was learned is looked at again after so many forecasts."""


@dataclass(frozen=True)
class Said:
    """Forecasts that were made, in order of their moments, and what became of them.

    `at` (n,) are the moments, in days from any zero; `days` (n, 99) what was said; `ended_at` (n,) the moments at which
    the work ended, on the same clock, `inf` where it is open; `group` (n,) the number, from 0, of the group of work
    like it, and `case` (n,) that of the piece of work: several forecasts of one tell less than as many of several.
    `model` (n,) tells apart the models that said it: the highest is in use. A moment of ending that lies ahead of a
    question is not looked at when it is answered.
    """

    at: Moments
    days: Days
    ended_at: Moments
    group: Groups
    case: Groups
    model: Groups

    def __post_init__(self) -> None:
        if (np.diff(self.at) < 0).any():
            raise ValueError("Put the forecasts in the order of their moments.")

    def places(self) -> Levels:
        """(n,) the levels at which the ends fell: 1.0 where there is none.

        Where a forecast names one moment for several levels, and that it was, one of them is picked, evenly over all.
        """
        over = np.isfinite(self.ended_at)
        low, high = levels_of(self.days, np.where(over, self.ended_at - self.at, np.inf))
        pick = np.modf((np.arange(len(self.at)) + 1) * _GOLDEN)[0]
        return np.where(over, low + (high - low) * pick, 1.0)


@dataclass(frozen=True)
class Calibration:
    """At which `levels` (groups + 1, 99) to read forecasts; the last row is for work of no known group."""

    levels: Levels

    def applied(self, days: Days, group: Groups) -> Days:
        """The forecasts `days` (n, 99) of `group` (n,) read at their levels: (n, 99), never falling."""
        known = np.where((group >= 0) & (group < len(self.levels) - 1), group, len(self.levels) - 1)
        return days_at(days, self.levels[known])


AS_SAID: Final = Calibration(NOMINAL[None, :])
"""Nothing is known: forecasts are read as they are."""


def learned(said: Said, now: float) -> Calibration:
    """What the forecasts made before the moment `now` teach, from what was known just before it."""
    return _learned(said, said.places(), now, int(said.model.max(initial=0)))


def replayed(said: Said, first: int) -> Days:
    """The forecasts from place `first` on as they would have been given: (n − first, 99) days.

    Each by what was known just before its moment, or before that of the forecast at most `EVERY` places earlier.
    """
    places = said.places()
    given = np.empty((len(said.at) - first, COUNT))
    for begin in range(first, len(said.at), EVERY):
        part = slice(begin, min(begin + EVERY, len(said.at)))
        calibration = _learned(said, places, float(said.at[begin]), int(said.model[part].max()))
        given[begin - first : part.stop - first] = calibration.applied(said.days[part], said.group[part])
    return given


@dataclass(frozen=True)
class _Seen:
    """Forecasts as known at one moment: the step that each place lies in, and those still open."""

    step: NDArray[np.intp]
    open: NDArray[np.bool_]
    within: Levels
    """How far into its step an open one is known to have come, 0 to 1."""
    beyond: Weights
    """For an open one 1 / what its forecast leaves after its place so far."""
    group: Groups
    length: Groups
    per_case: float


def _learned(said: Said, places: Levels, now: float, model: int) -> Calibration:
    made = int(np.searchsorted(said.at, now, side="left"))
    if made == 0:
        return AS_SAID
    ended = said.ended_at[:made] < now
    per_case = made / len(np.unique(said.case[:made]))
    since = np.asarray(np.cumsum(ended[::-1])[::-1] - ended, dtype=np.float64) / per_case
    old = since > HALVED_AFTER[-1] * -np.log2(_FAINTEST)
    kept = slice(int(np.count_nonzero(old)), made)
    seen = _seen(said, places, kept, now, per_case)
    counts = np.where(said.model[kept] < model, CARRIED, 1.0)
    levels = [_levels(seen, counts * 0.5 ** (since[kept] / pace)) for pace in HALVED_AFTER]
    return Calibration(np.mean(levels, axis=0))


def _seen(said: Said, places: Levels, kept: slice, now: float, per_case: float) -> _Seen:
    """What is known of the forecasts `kept` just before `now`."""
    open_still = said.ended_at[kept] >= now
    so_far = places[kept].copy()
    so_far[open_still] = levels_of(said.days[kept][open_still], now - said.at[kept][open_still])[0]
    step = np.clip(np.searchsorted(_EDGES, so_far, side="right") - 1, 0, _STEPS - 1)
    return _Seen(
        step=step,
        open=open_still,
        within=(so_far - _EDGES[step]) / _WIDTHS[step],
        beyond=1.0 / np.maximum(1.0 - so_far, 1e-6),
        group=said.group[kept],
        length=np.asarray(np.searchsorted(LENGTHS, said.days[kept, COUNT // 2]), dtype=np.int64),
        per_case=per_case,
    )


def _levels(seen: _Seen, weight: Weights) -> Levels:
    """The levels (groups + 1, 99) to read forecasts at, where each counts by its `weight`."""
    whole = _whole(seen, weight)
    borrowed = BORROWED * seen.per_case
    ends, at_risk = _counted(seen, weight, seen.group, int(seen.group.max(initial=0)) + 1)
    left = np.maximum(1.0 - whole[:-1], 1e-12)
    each = _ready_by(ends + borrowed * np.diff(whole), at_risk + borrowed * left)
    return _where_reached(np.concatenate([each, whole[None, :]]))


def _whole(seen: _Seen, weight: Weights) -> Levels:
    """The curve (steps + 1,) of all forecasts: the mean of the curves of each length, as many as each has."""
    lengths = len(LENGTHS) + 1
    trusted = TRUSTED * seen.per_case
    ends, at_risk = _counted(seen, weight, seen.length, lengths)
    each = _ready_by(ends + trusted * _WIDTHS, at_risk + trusted * _LEFT)
    share = np.bincount(seen.length, weight, lengths)
    return np.asarray(share @ each / share.sum())


def _counted(seen: _Seen, weight: Weights, kind: Groups, kinds: int) -> tuple[Weights, Weights]:
    """How many ended in each step, and how many came to it or were on the way through it: both (kinds, steps)."""

    def per_step(these: NDArray[np.bool_], count: Weights) -> Weights:
        cell = kind[these] * _STEPS + seen.step[these]
        return np.asarray(np.bincount(cell, count[these], kinds * _STEPS).reshape(kinds, _STEPS), dtype=np.float64)

    ends = per_step(~seen.open, weight)
    came = per_step(seen.open, weight)
    through = per_step(seen.open, weight * seen.within)
    goes_on = per_step(seen.open, weight * seen.beyond)
    assumed = GOES_ON * ((np.cumsum(goes_on, axis=1) - goes_on) * _LEFT + came - through)
    at_risk = _from_here_on(ends) + _from_here_on(came) - came + through
    return ends + assumed * _WIDTHS / _LEFT, at_risk + assumed


def _from_here_on(count: Weights) -> Weights:
    return np.asarray(np.cumsum(count[:, ::-1], axis=1)[:, ::-1])


def _ready_by(ends: Weights, at_risk: Weights) -> Levels:
    """The product-limit curves: the share ready by each edge and by 1.0, from counts (m, steps): (m, steps + 1)."""
    left = np.cumprod(1.0 - np.minimum(ends / at_risk, 1.0), axis=1)
    return np.concatenate([np.zeros((len(left), 1)), 1.0 - left], axis=1)


def _where_reached(curves: Levels) -> Levels:
    """The levels (m, 99) at which each of `curves` (m, steps + 1) reaches 1 % to 99 %."""
    width = _STEPS + 1
    row = np.arange(len(curves))[:, None]
    rising = np.maximum.accumulate(curves, axis=1)
    # Each row lies two above the one before, so that one search serves all.
    place = np.searchsorted((rising + 2.0 * row).ravel(), (NOMINAL[None, :] + 2.0 * row).ravel())
    above: NDArray[np.intp] = np.clip(place.reshape(len(curves), COUNT) - row * width, 1, width - 1)
    edges = np.append(_EDGES, 1.0)
    low, high = np.take_along_axis(rising, above - 1, axis=1), np.take_along_axis(rising, above, axis=1)
    share = np.where(high > low, (NOMINAL[None, :] - low) / np.where(high > low, high - low, 1.0), 1.0)
    reached: Levels = edges[above - 1] + (edges[above] - edges[above - 1]) * np.clip(share, 0.0, 1.0)
    return reached
