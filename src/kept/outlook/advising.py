"""Which date can be promised: the odds of each, from the installation's own past.

Two questions, measured in two ways (docs/decisions/0022):
- for a date that is about to be given: how long did work like it take, from the ask on?
- for a promise that stands: how much of the time that was promised did promises like it take?

What is like it is nearest first: the same customer and provider (the same kind of work by its words before all), then
the provider's other promises, then the whole company's. Others' promises count only where they are `FEWEST` at least.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from kept.core.state import State
from kept.core.terms import Shown
from kept.insight.forecast.odds import Forecast, RestsOn, Scope, Word
from kept.insight.forecast.pooled import ENOUGH, FAR, Curve, Flags, Numbers, Pieces, as_days, backed, pooled
from kept.outlook import past as own_past
from kept.outlook.carried import Carries, carries
from kept.outlook.past import LEAST_PROMISED, Past, words_of
from kept.outlook.slower import slower
from kept.people.models import Party, Person, Reach
from kept.promises.models import Promise

FEWEST: Final = 5
"""Promises of others that are counted together at least: of fewer one could guess how long a single one took."""
ALIKE: Final = 0.3
"""The share of words that two pieces of work have in common from which on they are of one kind. Chosen by measuring."""
DAY: Final = 86_400.0
DRAWN: Final = (1, *range(5, 100, 5), 99)
"""The levels (%) that a drawn curve goes through."""
AWAITED: Final = frozenset({State.ASKED, State.OFFERED, State.COUNTERED, State.PROMISED})


@dataclass(frozen=True, slots=True)
class Advice:
    """What is known of a date that is about to be given.

    `tight`, `fair` and `safe` are the dates at 50, 80 and 95 %, None where so few can't say. `basis` says in a sentence
    what it rests on; `load` is what the provider team has in work, None where it is no team.
    """

    forecast: Forecast
    basis: str
    load: Carries | None

    @property
    def tight(self) -> datetime | None:
        """It will be ready by then in one of two cases."""
        return backed(self.forecast, Word.TIGHT)

    @property
    def fair(self) -> datetime | None:
        """Ready by then in four of five."""
        return backed(self.forecast, Word.FAIR)

    @property
    def safe(self) -> datetime | None:
        """Ready by then in nineteen of twenty."""
        return backed(self.forecast, Word.SAFE)

    @property
    def slower(self) -> tuple[str, ...]:
        """What makes this one slower than its like, in sentences."""
        return self.forecast.slower

    @property
    def carries(self) -> tuple[str, ...]:
        """What the team carries already, in sentences."""
        return self.load.says if self.load else ()

    @property
    def curve(self) -> tuple[tuple[datetime, float], ...]:
        """Points (date, odds from 0 to 1) for drawing, rising, up to the last level that can be said."""
        points = [(self.forecast.made_at, 0.0)]
        points += [(date, level / 100) for level in DRAWN if (date := backed(self.forecast, level)) is not None]
        return tuple(points)

    def at_date(self, due: datetime) -> tuple[float, Word | None]:
        """The odds (0 to 1) of being ready by `due`, and the plain word for that date."""
        return self.forecast.chance(due), self.forecast.word(due)


def advise(
    actor: Person, customer: Party, provider: Party, *, at: datetime, promise: Promise | None = None, what: str = ""
) -> Advice | None:
    """What is known of a date that is about to be given; None where nothing is, or where `actor` is on neither side.

    `promise` is the one that it is given in, where there is one already: as `actor` sees it. `what` says what it is
    about where there is none. A dozen queries, whatever the size of the company.
    """
    if not Reach.objects.filter(person=actor, party__in=[customer.pk, provider.pk]).exists():
        return None
    past = own_past.read([provider.pk]).known_at(at)
    about = promise.what if promise else what
    asked = promise.opened_at if promise else at
    work = _Work(customer.pk, provider.pk, about, min(asked, at).timestamp(), None)
    forecast = _forecast(past, work, at)
    if forecast is None:
        return None
    now = carries(provider, at)
    why = slower(past, provider, promise.opened_at if promise else at, now)
    forecast = Forecast(forecast.made_at, forecast.days, forecast.rests_on, why)
    return Advice(forecast, basis(forecast.rests_on), now)


def forecasts(promises: Collection[Promise], at: datetime) -> dict[int, Forecast]:
    """The forecast of each of `promises` that is awaited, by its id: of when it is delivered. Those of which nothing is
    known, or that are delivered or over, are left out. A fixed number of queries for any number of promises.
    """
    awaited = [one for one in promises if one.state in AWAITED and one.opened_at <= at]
    if not awaited:
        return {}
    past = own_past.read({one.provider_id for one in awaited}).known_at(at)
    found = {one.pk: _forecast(past, _work(one), at) for one in awaited}
    return {key: forecast for key, forecast in found.items() if forecast is not None}


def word_for(forecast: Forecast | None, due: datetime) -> Shown | None:
    """What an act that sets the date `due` keeps of the odds that its author was shown; None where nothing was."""
    if forecast is None:
        return None
    word = forecast.word(due)
    percent = int(forecast.chance(due) * 100 + 1e-6)
    return Shown(percent=percent, like=forecast.rests_on.like, word=word.name.lower() if word else "")


def basis(rests_on: RestsOn) -> str:
    """What a forecast rests on, as a sentence for everybody."""
    since = f"{rests_on.since:%B %Y}"
    if rests_on.like == 0:
        return f"None like it has ended yet; this is {_LENT[rests_on.scope]}, since {since}."
    lent = f", and {_LENT[rests_on.scope]}" if rests_on.scope is not Scope.TIE else ""
    return f"From {rests_on.like} like it{lent}, since {since}."


_LENT = {
    Scope.TIE: "between the same two",
    Scope.PROVIDER: "what the same provider did for others",
    Scope.COMPANY: "what the whole company did",
}


# --- one piece of work --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be forecast: asked for at `opened`; `promised` is (when, by when first) where it is promised."""

    customer: int
    provider: int
    what: str
    opened: float
    promised: tuple[float, float] | None


def _work(promise: Promise) -> _Work:
    given = promise.promised_at, promise.first_due
    promised = (given[0].timestamp(), given[1].timestamp()) if given[0] and given[1] else None
    return _Work(promise.customer_id, promise.provider_id, promise.what, promise.opened_at.timestamp(), promised)


def _forecast(past: Past, work: _Work, at: datetime) -> Forecast | None:
    scopes = _scopes(past, work)
    took = past.shares if work.promised else past.hours
    curve = pooled([Pieces(took[its], past.ended[its]) for _, its in scopes])
    if curve is None:
        return None
    days = _days(past, work, curve, at)
    if days[0] >= FAR:
        return None
    return Forecast(at, as_days(days), _rests_on(past, scopes))


def _scopes(past: Past, work: _Work) -> list[tuple[Scope, Flags]]:
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


def _days(past: Past, work: _Work, curve: Curve, at: datetime) -> Sequence[float]:
    clock, now = past.table.clocks[work.provider], at.timestamp()
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
