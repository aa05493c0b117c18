"""The forecast of a promise that relies on others: the latest of them, then its own work.

How far the links of a chain run late together is learned from chains that ended. Two ways are the ends of what can be:
**together** (one bad week delays all of them) and **on their own** (each has its own luck). A chain stands between the
two by one number, the share of chances in which all go together (a Fréchet copula; the share is Spearman's rank
correlation). As long as no chain has ended, the later of both holds at every level, so that what is not known makes no
date earlier. Source of the family: Nelsen, An Introduction to Copulas, 2006, exercise 2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from kept.insight.forecast.held import levels_to_read
from kept.insight.forecast.odds import FAR, Forecast, RestsOn, Scope
from kept.insight.forecast.pooled import Pieces, as_days
from kept.insight.forecast.scale import NOMINAL, Days, Levels, days_at, levels_of

_DAY: Final = timedelta(days=1)
_SCOPES: Final = tuple(Scope)
_EDGES: Final[Levels] = np.concatenate(
    [np.arange(0, 45) / 50, np.arange(180, 198) / 200, 1.0 - 0.01 / 2.0 ** np.arange(0, 13)]
)
"""Levels between which a distribution is cut into parts where two are added: finer towards the late end."""
_WEIGHTS: Final[Levels] = np.diff(_EDGES, append=1.0)
_CELLS: Final[Levels] = _EDGES + _WEIGHTS / 2
_FINE: Final[Levels] = np.union1d(_EDGES, NOMINAL)
"""Levels at which a distribution is looked at: from nothing at all to 999,997 in a million."""


@dataclass(frozen=True, slots=True)
class ChainCalibration:
    """What chains that ended taught: `together`, the share of chances in which all links go together, from `ended`
    chains, and the `levels` (99, never falling) to read a chain's days at so that the whole holds what it says.

    `NO_CHAINS` is what holds before any ended.
    """

    ended: int
    together: float
    levels: tuple[float, ...]


NO_CHAINS: Final = ChainCalibration(ended=0, together=1.0, levels=tuple(map(float, NOMINAL)))
"""Nothing is known of chains: the later of "together" and "on their own" holds at every level."""

_KNOWN_FROM: Final = 20
"""Ended chains that weigh as much as not knowing."""


@dataclass(frozen=True, slots=True)
class PastChain:
    """A chain as it was forecast once, its `own` work and what it `relies_on`, and what became of it.

    Days count from the last `made_at` of its forecasts: `waited` until the latest of the links was there, `took` until
    all was ready; where it has not `ended`, as long as it has been open so far.
    """

    own: Forecast
    relies_on: tuple[Forecast, ...]
    waited: float
    took: float
    ended: bool


def learned_from(past: Sequence[PastChain]) -> ChainCalibration:
    """What chains of the past teach: how far their links went together, and at which levels a chain holds.

    Those still open count by how long they have been open. `together` is Spearman's rank correlation between how late
    the links were and how long the own work took after them, each beside its forecast; below 0 it counts as 0.
    """
    ended = sum(1 for chain in past if chain.ended)
    if ended == 0:
        return NO_CHAINS
    parts = [(_array(chain.own), _links(chain)) for chain in past]
    alone = ChainCalibration(ended, _together(past, parts), NO_CHAINS.levels)
    days = np.stack([uncalibrated(own, links, alone) for own, links in parts])
    places = levels_of(days, np.array([chain.took for chain in past]))[1]
    levels = levels_to_read(Pieces(places, np.array([chain.ended for chain in past])))
    return replace(alone, levels=levels)


def combined(own: Forecast, relies_on: Sequence[Forecast], calibration: ChainCalibration) -> Forecast:
    """The forecast of a promise whose `own` work begins when the latest of what it `relies_on` is there.

    `own` is the forecast of its own work alone, counted from the moment that nothing holds it up. The forecasts may
    have been made at different moments: the answer is as of the last of them, and whatever was not ready by then is
    known not to have been. It rests on as many as the one that rests on fewest. Without links it is `own`.
    """
    if not relies_on:
        return own
    moment = max(forecast.made_at for forecast in (own, *relies_on))
    links = [as_of(link, moment) for link in relies_on]
    days = uncalibrated(_array(own), np.stack([_array(link) for link in links]), calibration)
    held = days_at(days[None, :], np.asarray(calibration.levels)[None, :])[0]
    reach = _reach(own) + max(_reach(link) for link in links)
    days = _sayable(held, reach, [own, *links])
    return replace(
        own, made_at=moment, days=as_days(days.tolist()), rests_on=_weakest([own, *links]), slower=_slower(own, links)
    )


def as_of(forecast: Forecast, moment: datetime) -> Forecast:
    """What `forecast` says at a later `moment`, when it is known not to be ready yet: counted from that moment.

    A `moment` before it was made changes nothing.
    """
    waited = (moment - forecast.made_at) / _DAY
    if waited <= 0:
        return forecast
    days = _array(forecast)[None, :]
    passed = levels_of(days, np.array([waited]))[1]
    then = days_at(days, passed[:, None] + (1.0 - passed[:, None]) * NOMINAL[None, :])[0]
    left = np.maximum(_sayable(then, _reach(forecast), [forecast]) - waited, 0.0)
    return replace(forecast, made_at=moment, days=as_days(_sayable(left, _reach(forecast), [forecast]).tolist()))


def _sayable(days: Days, reach: float, parts: Sequence[Forecast]) -> Days:
    """`days`, where too few pieces stand behind a level of one of the `parts` none of them past `reach` (see `FAR`)."""
    if all(part.days[-1] < FAR for part in parts):
        return days
    return np.where(days > reach, FAR, days)


def _reach(forecast: Forecast) -> float:
    """The last day that a forecast can say."""
    return max((day for day in forecast.days if day < FAR), default=0.0)


def uncalibrated(own: Days, links: Days, calibration: ChainCalibration) -> Days:
    """The days (99,) of a chain before its levels are put right: `own` (99,) after the latest of `links` (m, 99)."""
    latest_alone = _latest_on_their_own(links)
    latest_together = links.max(axis=0)
    alone = _one_after_other_on_their_own(latest_alone, own)
    together = latest_together + own
    unknown = np.maximum(alone, together)
    learned = _mixed(alone, together, calibration.together)
    weight = calibration.ended / (calibration.ended + _KNOWN_FROM)
    return np.asarray(weight * learned + (1.0 - weight) * unknown)


def _latest_on_their_own(links: Days) -> Days:
    """The days of the latest of `links` (m, 99) where none has to do with another: their odds multiply."""
    if len(links) == 1:
        return np.asarray(links[0])
    fine = _fine(links)
    at = _moments(fine)
    odds = np.ones(len(at))
    for link in fine:
        odds *= _odds_by(link, at)
    return np.asarray(np.interp(NOMINAL, odds, at))


def _one_after_other_on_their_own(first: Days, then: Days) -> Days:
    """The days of `then` after `first` (both (99,)) where neither has to do with the other: every pair is as likely."""
    smooth, cut = (first, then) if first[89] - first[9] > then[89] - then[9] else (then, first)
    at = _fine(np.stack([first, then])).sum(axis=0)
    steps = days_at(cut[None, :], _CELLS[None, :])[0]
    odds = _odds_by(_fine(smooth[None, :])[0], at[None, :] - steps[:, None])
    return np.asarray(np.interp(NOMINAL, _WEIGHTS @ odds, at))


def _mixed(alone: Days, together: Days, share: float) -> Days:
    """The quantiles of a chance that goes `together` with odds `share` and otherwise `alone`."""
    fine = _fine(np.stack([alone, together]))
    at = _moments(fine)
    odds = share * _odds_by(fine[1], at) + (1.0 - share) * _odds_by(fine[0], at)
    return np.asarray(np.interp(NOMINAL, odds, at))


def _fine(days: Days) -> Days:
    """Forecasts (m, 99) at the levels `_FINE`, with the tail past 99 %."""
    return days_at(days, np.tile(_FINE, (len(days), 1)))


def _odds_by(fine: Days, at: Days) -> Levels:
    """The odds of being ready by the days `at` (any shape) after one forecast at the levels `_FINE`."""
    return np.asarray(np.interp(at, fine, _FINE, left=0.0))


def _moments(fine: Days) -> Days:
    """At most about 600 days in order, of which each of the forecasts has some: where to look at their odds."""
    at = np.sort(fine.ravel())
    return np.asarray(at[:: len(at) // 600 + 1])


def _links(chain: PastChain) -> Days:
    moment = max(forecast.made_at for forecast in (chain.own, *chain.relies_on))
    return np.stack([_array(as_of(link, moment)) for link in chain.relies_on])


def _together(past: Sequence[PastChain], parts: Sequence[tuple[Days, Days]]) -> float:
    """Spearman's rank correlation of the two halves of the chains that ended, 0.0 to 1.0."""
    over = [place for place, chain in enumerate(past) if chain.ended]
    if len(over) < 3:
        return NO_CHAINS.together
    latest = np.stack([parts[place][1].max(axis=0) for place in over])
    own = np.stack([parts[place][0] for place in over])
    waited = np.array([past[place].waited for place in over])
    took = np.array([past[place].took for place in over])
    late, long = levels_of(latest, waited)[1], levels_of(own, np.maximum(took - waited, 0.0))[1]
    ranks = [np.argsort(np.argsort(each)).astype(np.float64) for each in (late, long)]
    both = np.asarray(np.corrcoef(np.stack(ranks)), dtype=np.float64)
    return float(np.clip(both[0, 1], 0.0, 1.0))


def _weakest(parts: Sequence[Forecast]) -> RestsOn:
    """What a chain rests on: the fewest of its parts, the widest scope, all the time that any of them looks back on."""
    rests = [part.rests_on for part in parts]
    return RestsOn(
        like=min(part.like for part in rests),
        scope=max((part.scope for part in rests), key=_SCOPES.index),
        since=min(part.since for part in rests),
        until=max(part.until for part in rests),
    )


def _slower(own: Forecast, links: Sequence[Forecast]) -> tuple[str, ...]:
    """The reasons of its own work; before them, that it waits, where the wait is likely the longer part."""
    middle = len(own.days) // 2
    if max(link.days[middle] for link in links) <= own.days[middle]:
        return own.slower
    return ("What it relies on is likely to take longer than its own work.", *own.slower)


def _array(forecast: Forecast) -> Days:
    return np.asarray(forecast.days, dtype=np.float64)
