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

from kept.insight.forecast.odds import Forecast, RestsOn, Scope
from kept.insight.forecast.pooled import ENOUGH, FAR, Curve, Flags, Numbers, Pieces, as_days, pooled
from kept.outlook.past import LEAST_PROMISED, Past, words_of
from kept.promises.models import Promise

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
    scopes = _scopes(past, work)
    took = past.shares if work.promised else past.hours
    curve = pooled([Pieces(took[its], past.ended[its]) for _, its in scopes])
    if curve is None:
        return None
    days = _days(past, work, curve)
    if days[0] >= FAR:
        return None
    return Forecast(past.at, as_days(days), _rests_on(past, scopes))


def _scopes(past: Past, work: Work) -> list[tuple[Scope, Flags]]:
    """Which promises of the past to look at, by scope, the widest first; each within the one before or beside it."""
    counted = past.there & ~np.isnan(past.shares) if work.promised else past.there
    own = (past.table.provider == work.provider) & counted
    tie = own & (past.table.customer == work.customer)
    company = past.table.company & counted
    scopes = [(Scope.COMPANY, company)] if _ends(past, company & ~own) >= FEWEST else []
    if _ends(past, own & ~tie) >= FEWEST:
        scopes.append((Scope.PROVIDER, own))
    scopes.append((Scope.TIE, tie))
    words = words_of(work.what)
    alike = np.zeros(len(tie), dtype=bool)
    alike[[place for place in np.flatnonzero(tie) if _alike(words, past.table.words[place])]] = True
    if alike.any():
        scopes.append((Scope.TIE, alike))
    return scopes


def _days(past: Past, work: Work, curve: Curve) -> Sequence[float]:
    clock, now = past.table.clocks[work.provider], past.at.timestamp()
    moments = np.array([now, work.opened, *(work.promised or (now, now))])
    here, opened, promised, due = clock.at(moments)
    begun, unit = (promised, max(due - promised, LEAST_PROMISED)) if work.promised else (opened, 1.0)
    further: Numbers = np.array(curve.quantiles((here - begun) / unit)) * unit
    days = (clock.when(here + further) - now) / DAY
    return [float(day) if day < FAR else FAR for day in days]


def _rests_on(past: Past, scopes: Sequence[tuple[Scope, Flags]]) -> RestsOn:
    found = dict(reversed(scopes))
    found[Scope.TIE] = next(its for scope, its in scopes if scope is Scope.TIE)
    nearest_first = [scope for scope in Scope if scope in found]
    used = next((one for one in nearest_first if _ends(past, found[one]) >= ENOUGH), nearest_first[-1])
    like = _ends(past, found[Scope.TIE])
    begun = past.table.moments["opened"][(found[Scope.TIE] if like else found[used]) & past.ended]
    since, until = (datetime.fromtimestamp(float(moment), UTC) for moment in (begun.min(), begun.max()))
    return RestsOn(like=like, scope=used, since=since, until=until)


def _ends(past: Past, which: Flags) -> int:
    return int(np.count_nonzero(which & past.ended))


def _alike(some: frozenset[str], others: frozenset[str]) -> bool:
    return bool(some) and len(some & others) >= ALIKE * len(some | others)
