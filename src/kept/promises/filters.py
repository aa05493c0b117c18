"""Choosing among the promises that a person sees: by state, side, party, dates, and what is derived from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from kept.core.chains import AWAITED
from kept.core.state import State
from kept.core.terms import Side
from kept.people.models import Person
from kept.people.queries import acting_ids
from kept.promises.access import visible_to
from kept.promises.models import OPEN, Promise, Reliance


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which promises. `None` and empty mean: whatever it is.

    `side`: those in which the person may act for that side; `mine`: those that the person asked for or has. `party` is
    on either side. `late`: promised, and the date has passed; `waiting`: something that it relies on is still open.
    Dates: from `…_from` on, and before `…_before`.
    """

    states: Collection[State] = ()
    open: bool | None = None
    side: Side | None = None
    mine: bool | None = None
    party: int | None = None
    customer: int | None = None
    provider: int | None = None
    result: int | None = None
    agreement: int | None = None
    late: bool | None = None
    waiting: bool | None = None
    needs_help: bool | None = None
    private: bool | None = None
    words: str = ""
    due_from: datetime | None = None
    due_before: datetime | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None


SAME = {"customer": "customer", "provider": "provider", "result": "result", "agreement": "agreement"}
SAME |= {"needs_help": "needs_help", "private": "private"}
RANGES = {"due_from": "due__gte", "due_before": "due__lt"}
RANGES |= {"opened_from": "opened_at__gte", "opened_before": "opened_at__lt"}


def chosen(person: Person, wanted: Wanted, now: datetime) -> QuerySet[Promise]:
    """The promises that `person` sees in full and that are `wanted`, in no order."""
    found = visible_to(person)
    if wanted.states:
        found = found.filter(state__in=list(wanted.states))
    if wanted.party is not None:
        found = found.filter(Q(customer=wanted.party) | Q(provider=wanted.party))
    if wanted.side is not None:
        found = found.filter(**{f"{wanted.side}__in": acting_ids(person)})
    if wanted.words:
        found = found.filter(what__icontains=wanted.words)
    for name, column in (SAME | RANGES).items():
        value = getattr(wanted, name)
        if value is not None:
            found = found.filter(**{column: value})
    return _derived(found, person, wanted, now)


def _derived(found: QuerySet[Promise], person: Person, wanted: Wanted, now: datetime) -> QuerySet[Promise]:
    open_link = Reliance.objects.filter(promise=OuterRef("pk"), on__state__in=AWAITED)
    conditions: dict[str, Q | Exists] = {
        "open": Q(state__in=OPEN),
        "late": Q(state=State.PROMISED, due__lt=now),
        "mine": Q(asker=person) | Q(responsible=person),
        "waiting": Q(Exists(open_link), state__in=AWAITED),
    }
    for name, condition in conditions.items():
        value = getattr(wanted, name)
        if value is not None:
            found = found.filter(condition if value else ~condition)
    return found
