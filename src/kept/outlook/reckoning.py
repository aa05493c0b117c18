"""One piece of work and its forecast, from the past as it was known at a moment.

Two measures (docs/decisions/0022): for a date that is about to be given, the working time that work like it took from
its opening on; for a promise that stands, the share of the promised time that promises like it took.

What is like it is nearest first: the same customer and provider (the same kind of work by its words before all), then
the provider's other promises, then the whole company's. Others' promises count only where they are `FEWEST` at least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from kept.insight.forecast.odds import FAR, Forecast, RestsOn, Scope
from kept.insight.forecast.pooled import ENOUGH, Curve, Numbers, Pieces, as_days, pooled
from kept.outlook.past import LEAST_PROMISED, Past, words_of
from kept.promises.models import Promise

Places = npt.NDArray[np.intp]
FEWEST: Final = 5
"""Promises of others that are counted together at least: of fewer one could guess how long a single one took."""
ALIKE: Final = 0.3
"""The share of words that two pieces of work have in common from which on they are of one kind. Chosen by measuring."""
DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be forecast: asked for at `opened`; `promised` is (when, by when first) where it is measured by that.

    Moments are POSIX seconds.
    """

    customer: int
    provider: int
    what: str
    opened: float
    promised: tuple[float, float] | None


def work_of(promise: Promise) -> Work:
    """A promise as it stands: measured by the time promised where it is promised, else from its opening on."""
    given = promise.promised_at, promise.first_due
    promised = (given[0].timestamp(), given[1].timestamp()) if given[0] and given[1] else None
    return Work(promise.customer_id, promise.provider_id, promise.what, promise.opened_at.timestamp(), promised)


def forecast_of(past: Past, work: Work) -> Forecast | None:
    """The forecast of `work` at the moment of `past`; None where nothing is known."""
    return Reckoner(past).forecast(work)


class Reckoner:
    """Forecasts of many pieces of work at one moment: what they have in common is looked up once."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._found: dict[tuple[int, int, frozenset[str], bool], tuple[Curve, RestsOn] | None] = {}
        self._grounds: dict[tuple[int, bool], _Ground] = {}

    def forecast(self, work: Work) -> Forecast | None:
        """The forecast of `work`; None where nothing is known. One that took longer than all like it has no date at all
        (`pooled.outlived`).
        """
        key = (work.customer, work.provider, words_of(work.what), work.promised is not None)
        if key not in self._found:
            self._found[key] = self._learned(work)
        found = self._found[key]
        return Forecast(self._past.at, as_days(_days(self._past, work, found[0])), found[1]) if found else None

    def _learned(self, work: Work) -> tuple[Curve, RestsOn] | None:
        key = (work.provider, work.promised is not None)
        if key not in self._grounds:
            took = self._past.shares if work.promised else self._past.hours
            self._grounds[key] = _Ground.of(self._past, work.provider, took)
        ground = self._grounds[key]
        scopes = ground.scopes(work.customer, words_of(work.what))
        curve = pooled([ground.pieces(its) for _, its in scopes])
        return (curve, ground.rests_on(scopes)) if curve else None


@dataclass(frozen=True, slots=True)
class _Ground:
    """All promises that may count for work of one provider, by their places: the company's, of these the
    `others`, and the provider's own.

    `took` is what they took, by one of the two measures.
    """

    past: Past
    took: Numbers
    company: Places
    others: Places
    own: Places

    @classmethod
    def of(cls, past: Past, provider: int, took: Numbers) -> _Ground:
        """The ground for work of that provider."""
        counted = past.there & ~np.isnan(took)
        company, its = past.table.company & counted, past.table.provider == provider
        return cls(past, took, *map(np.flatnonzero, (company, company & ~its, its & counted)))

    def pieces(self, its: Places) -> Pieces:
        """What those took."""
        return Pieces(self.took[its], self.past.ended[its])

    def scopes(self, customer: int, words: frozenset[str]) -> list[tuple[Scope, Places]]:
        """Whose promises to look at, the widest first; each within the one before or beside it."""
        table = self.past.table
        tie = self.own[table.customer[self.own] == customer]
        scopes = [(Scope.COMPANY, self.company)] if self._ends(self.others) >= FEWEST else []
        if self._ends(self.own) - self._ends(tie) >= FEWEST:
            scopes.append((Scope.PROVIDER, self.own))
        scopes.append((Scope.TIE, tie))
        alike = np.array([place for place in tie if _alike(words, table.words[place])], dtype=np.intp)
        return [*scopes, (Scope.TIE, alike)] if len(alike) else scopes

    def rests_on(self, scopes: Sequence[tuple[Scope, Places]]) -> RestsOn:
        """How many it rests on, whose, and from when."""
        found = dict(reversed(scopes))
        found[Scope.TIE] = next(its for scope, its in scopes if scope is Scope.TIE)
        nearest_first = [scope for scope in Scope if scope in found]
        used = next((one for one in nearest_first if self._ends(found[one]) >= ENOUGH), nearest_first[-1])
        like = self._ends(found[Scope.TIE])
        its = found[Scope.TIE] if like else found[used]
        begun = self.past.table.moments["opened"][its[self.past.ended[its]]]
        since, until = (datetime.fromtimestamp(float(moment), UTC) for moment in (begun.min(), begun.max()))
        return RestsOn(like=like, scope=used, since=since, until=until)

    def _ends(self, its: Places) -> int:
        return int(np.count_nonzero(self.past.ended[its]))


def _days(past: Past, work: Work, curve: Curve) -> Sequence[float]:
    clock, now = past.table.clocks[work.provider], past.at.timestamp()
    moments = np.array([now, work.opened, *(work.promised or (now, now))])
    here, opened, promised, due = clock.at(moments)
    begun, unit = (promised, max(due - promised, LEAST_PROMISED)) if work.promised else (opened, 1.0)
    further: Numbers = np.array(curve.quantiles((here - begun) / unit)) * unit
    days = (clock.when(here + further) - now) / DAY
    return [float(day) if day < FAR else FAR for day in days]


def _alike(some: frozenset[str], others: frozenset[str]) -> bool:
    return bool(some) and len(some & others) >= ALIKE * len(some | others)
