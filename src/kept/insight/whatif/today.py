"""Today's chain from a history: of how much of the past it speaks is chosen by trying it on the latest part of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from kept.insight.whatif.chain import HOURS_A_DAY, Chain, Run
from kept.insight.whatif.draws import Floats, deal_to
from kept.insight.whatif.errors import NothingToLearn
from kept.insight.whatif.flow import flow
from kept.insight.whatif.past import DAY_S, FEWEST, Case, chain_of, weights
from kept.insight.whatif.replicate import Progress

WINDOWS: Final = (1.0, 0.5, 0.25, 0.125)
"""Shares of the cases, the latest, that a chain may be taken from."""
TRIED_ON: Final = 0.25
"""The share of the cases, the latest, on which each of them is tried."""
DRAWS: Final = 5
FEW: Final = 10
"""Replications of a chain that was taken from a history: it is large, and steady where nobody waits for anybody."""
SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Tried:
    """A share of the past that was tried: the median lead time (days) that it foretold, and the one that came."""

    window: float
    foretold: float
    came: float

    @property
    def miss(self) -> float:
        """How far off it was, the same for twice as long and half as long."""
        if self.foretold <= 0 or self.came <= 0:
            return math.inf
        return abs(math.log(self.foretold / self.came))


@dataclass(frozen=True, slots=True)
class Today:
    """Today's chain, of `cases` that came in since `since`, and what was `tried` before it was chosen."""

    chain: Chain
    cases: int
    since: datetime
    tried: tuple[Tried, ...]


def todays_chain(cases: Sequence[Case], *, until: float, name: str, on_progress: Progress) -> Today:
    """The chain of the latest part of the past; `until` (seconds since 1970) is the last moment that is known.

    Raises NothingToLearn where there are too few cases.
    """
    known = [case for case in cases if case.began < until]
    tried = tuple(_trials(known, until, on_progress))
    window = min(tried, key=lambda each: each.miss).window if tried else WINDOWS[0]
    latest = _latest(known, window)
    if not latest:
        raise NothingToLearn("The history holds no work that a team had a part in: bring a work log in first.")
    since = latest[0].began
    chain = chain_of(known, since=since, until=until, name=name)
    return Today(chain, len(latest), datetime.fromtimestamp(int(since), UTC), tried)


def run_of(chain: Chain) -> Run:
    """How long to simulate today's chain: the slowest of its work must have had the time to get through."""
    stays = (of.inflow * each.mean_hours for of, each in zip(flow(chain).stations, chain.stations, strict=True))
    lead = sum(stays) / HOURS_A_DAY / chain.arrivals.per_day
    return Run(days=round(max(100.0, 5 * lead)), warm_up_days=round(max(50.0, 5 * lead)), replications=FEW)


def foretold(chain: Chain, arrivals: Floats) -> Floats:
    """Lead times (days) that a chain without counted servers foretells for work that comes at these moments (days)."""
    draws = []
    for number in range(DRAWS):
        dealt = deal_to(chain, arrivals, (SEED, number))
        draws.append(np.add.reduceat(dealt.work, dealt.first[:-1]))
    return np.concatenate(draws)


def median_seen(cases: Sequence[Case], until: float) -> float:
    """The median lead time (days) of cases of which some were still open at the moment `until`."""
    days = np.array([min(case.ended, until) - case.began for case in cases]) / DAY_S
    over = np.array([case.ended <= until for case in cases])
    order = np.argsort(days, kind="stable")
    reached = np.cumsum(weights(over[order]))
    return float(days[order][np.searchsorted(reached, 0.5)])


def _trials(cases: Sequence[Case], until: float, on_progress: Progress) -> list[Tried]:
    """Each share of the past, taken up to some moment and tried on what came in after it."""
    split = len(cases) - int(len(cases) * TRIED_ON)
    after = cases[split:]
    if len(after) < FEWEST:
        return []
    moment = after[0].began
    came = median_seen(after, until)
    arrivals = np.array([case.began - moment for case in after]) / DAY_S
    tried = []
    for number, window in enumerate(WINDOWS):
        on_progress("Finding how much of the past speaks of today", number / len(WINDOWS))
        latest = _latest(cases[:split], window)
        if len(latest) >= FEWEST:
            chain = chain_of(cases, since=latest[0].began, until=moment)
            tried.append(Tried(window, float(np.median(foretold(chain, arrivals))), came))
    return tried


def _latest(cases: Sequence[Case], window: float) -> Sequence[Case]:
    return cases[int(len(cases) * (1 - window)) :]
