"""Counting promises for figures: three queries for a page, whatever the number of promises and of teams."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from kept.core.keeping import Outcome
from kept.core.state import State
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import Scope
from kept.promises.models import ChasePassed, Impression, Promise


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of promises. Those that ended belong to the period in which they ended.

    kept, broken: as `core.keeping` says, but kept only where the customer's own side accepted. first: kept by the date
    promised first. own_word: on time, but accepted by somebody who worked on it for the provider. late_open: the date
    lies in the period and has passed, and nothing was accepted. cancelled_late: cancelled after its date. fruitless:
    declined or withdrawn; left_hanging: those of them that had to wait until after the date asked for. delivered:
    ended, and delivered at least once; returned: those that came back. ended: all; chases: in those; unchased: those
    without any. chased_passed: asks that they passed on, ended now, in which the customer chased before they were taken
    on there; such chases count for who passed the ask on, not for who took it on.
    """

    kept: int = 0
    broken: int = 0
    first: int = 0
    own_word: int = 0
    late_open: int = 0
    cancelled_late: int = 0
    fruitless: int = 0
    left_hanging: int = 0
    delivered: int = 0
    returned: int = 0
    ended: int = 0
    chases: int = 0
    unchased: int = 0
    chased_passed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in NAMES))


NAMES = tuple(field.name for field in fields(Tally))
Condition = Callable[[Period, datetime], Q]


def _ended(period: Period, _now: datetime) -> Q:
    return Q(ended_at__gte=period.start, ended_at__lt=period.end)


def _late_open(period: Period, now: datetime) -> Q:
    due = Q(due__gte=period.start, due__lt=min(period.end, now))
    return due & (Q(state=State.PROMISED) | Q(state=State.DELIVERED, delivered_at__gt=F("due")))


def _ended_and(condition: Q) -> Condition:
    return lambda period, now: _ended(period, now) & condition


OWN_WORD = Q(own_word=True)  # the annotation of `counted`
FRUITLESS = Q(state__in=[State.DECLINED, State.WITHDRAWN], promised_at=None)
DELIVERED = Q(state=State.ACCEPTED) | Q(reworks__gt=0)
KEPT = Q(outcome=Outcome.KEPT) & ~OWN_WORD
CONDITIONS: dict[str, Condition] = {
    "kept": _ended_and(KEPT),
    "broken": _ended_and(Q(outcome=Outcome.BROKEN)),
    "first": _ended_and(KEPT & Q(kept_as_first_promised=True)),
    "own_word": _ended_and(Q(outcome=Outcome.KEPT) & OWN_WORD),
    "late_open": _late_open,
    "cancelled_late": _ended_and(Q(state=State.CANCELLED, due__lt=F("ended_at"))),
    "fruitless": _ended_and(FRUITLESS),
    "left_hanging": _ended_and(FRUITLESS & Q(due__lt=F("ended_at"))),
    "delivered": _ended_and(DELIVERED),
    "returned": _ended_and(DELIVERED & Q(reworks__gt=0)),
    "ended": _ended,
    "unchased": _ended_and(Q(chases=F("chases_passed"))),
}
"""What each count counts: a condition on the promises of `counted`, in a period, at a moment."""
OF_ENDED = tuple(name for name in CONDITIONS if name != "late_open")


def counted(scope: Scope) -> Any:
    """The promises of a scope, with the annotation that the conditions need."""
    by_own_side = Impression.objects.filter(promise=OuterRef("pk"), at=OuterRef("ended_at"), own_side=True)
    return Promise.objects.filter(scope.promises()).annotate(own_word=Exists(by_own_side))


def tally(scope: Scope, period: Period, now: datetime, *, by: str = "provider") -> dict[int, Tally]:
    """The counts by provider (or `by` customer): `{party id: Tally}`. Three queries: of what ended, of what is past its
    date, and of what was chased while it lay passed on. Each reads the rows of its own time alone."""
    party = f"{by}_id"
    ended = counted(scope).filter(_ended(period, now)).order_by().values(party)
    counts: dict[str, Any] = {f"n_{name}": Count("pk", filter=CONDITIONS[name](period, now)) for name in OF_ENDED}
    counts["n_chases"] = Coalesce(Sum(F("chases") - F("chases_passed")), 0)
    found = {
        row[party]: Tally(chases=row["n_chases"], **{name: row[f"n_{name}"] for name in OF_ENDED})
        for row in ended.annotate(**counts)
    }
    late = Promise.objects.filter(scope.promises()).filter(_late_open(period, now)).order_by().values_list(party)
    for one, count in late.annotate(Count("pk")):
        found[one] = found.get(one, Tally()) + Tally(late_open=count)
    for one, chases, promises in _passed(scope, period, by):
        found[one] = found.get(one, Tally()) + Tally(chases=chases, chased_passed=promises)
    return found


def passed_and_chased(scope: Scope, period: Period) -> QuerySet[ChasePassed]:
    """The chases in asks that those of the scope had passed on and that were not taken on yet; ended in the period."""
    theirs = ChasePassed.objects.filter(scope.narrowed("promise__"), provider__in=scope.providers)
    return theirs.filter(promise__ended_at__gte=period.start, promise__ended_at__lt=period.end)


def _passed(scope: Scope, period: Period, by: str) -> Iterable[tuple[int, int, int]]:
    party = "provider_id" if by == "provider" else f"promise__{by}_id"
    rows = passed_and_chased(scope, period).order_by().values_list(party)
    return rows.annotate(Count("pk"), Count("promise", distinct=True))
