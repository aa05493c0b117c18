"""Reading promises: a team's work, what a search finds. Every query starts from what the person may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Q, QuerySet, Window

from kept.core.state import State
from kept.people.models import Person
from kept.promises.access import visible_to
from kept.promises.chains import NOBODY, Hurt
from kept.promises.models import OPEN, Promise
from kept.promises.standing import Standing, standings

MOST = 50
"""How many promises a list shows; what lies beyond is counted."""


@dataclass(frozen=True, slots=True)
class Item:
    """A promise in a list: how it stands, what it asks of the reader ("" where nothing), who waits down the line, and
    since when the customer, who had to ask, has heard nothing (both looked up for what lies with the reader).
    """

    promise: Promise
    standing: Standing
    need: str = ""
    hurt: Hurt = NOBODY
    chased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The first items of a list, and how many there are in all."""

    items: list[Item]
    total: int

    @property
    def more(self) -> int:
        """How many the list leaves out."""
        return self.total - len(self.items)


@dataclass(frozen=True, slots=True)
class Between:
    """What one party and another have between them: open promises, and how those ended that count."""

    party_id: int
    name: str
    kind: str
    open: int
    late: int
    kept: int
    broken: int
    last: datetime


def depends_on(party_id: int, now: datetime) -> list[Between]:
    """The customers of `party_id`, those with most promises first; private promises don't count."""
    return _between(Promise.objects.filter(provider=party_id), "customer", now)


def relied_on_by(party_id: int, now: datetime) -> list[Between]:
    """The providers that `party_id` depends on, those with most promises first; private promises don't count."""
    return _between(Promise.objects.filter(customer=party_id), "provider", now)


def open_of(person: Person, party_id: int, now: datetime) -> tuple[Listing, Listing]:
    """The open promises that the party owes and awaits, as far as `person` sees them; soonest date first."""
    seen = visible_to(person).filter(state__in=OPEN)
    owed, awaited = found(seen.filter(provider=party_id)), found(seen.filter(customer=party_id))
    first, second = _listings(person, now, owed, awaited)
    return first, second


def with_words(person: Person, words: str, now: datetime) -> Listing:
    """The promises that `person` sees whose subject holds `words`, newest first."""
    return _listings(person, now, found(visible_to(person).filter(what__icontains=words), "-opened_at"))[0]


def _between(rows: QuerySet[Promise], other: str, now: datetime) -> list[Between]:
    groups = (
        rows.filter(private=False)
        .values(party=F(f"{other}_id"), name=F(f"{other}__name"), kind=F(f"{other}__kind"))
        .annotate(
            all=Count("pk"),
            open=Count("pk", filter=Q(state__in=OPEN)),
            late=Count("pk", filter=Q(state=State.PROMISED, due__lt=now)),
            kept=Count("pk", filter=Q(outcome="kept")),
            broken=Count("pk", filter=Q(outcome="broken")),
            last=Max("opened_at"),
        )
        .order_by("-all", "name")
    )
    return [
        Between(g["party"], g["name"], g["kind"], g["open"], g["late"], g["kept"], g["broken"], g["last"])
        for g in groups
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """The first promises of a list, not yet looked at, and how many there are in all."""

    first: Sequence[Promise]
    total: int

    def listing(self, stands: Mapping[int, Standing]) -> Listing:
        """The list, once it is known how each of its promises stands."""
        return Listing([Item(one, stands[one.pk]) for one in self.first], self.total)


def found(rows: QuerySet[Promise], order: str = "due") -> Found:
    """The first `MOST` of `rows`, in that order; one query, which counts them all on its way."""
    rows = rows.select_related("customer", "provider", "asker", "responsible", "answerable", "likelihood")
    rows = rows.order_by(order, "pk")
    first = list(rows.annotate(of_all=Window(Count("pk")))[:MOST])
    return Found(first, first[0].of_all if first else 0)


def _listings(person: Person, now: datetime, *lists: Found) -> list[Listing]:
    """The lists, all their promises looked at in one go."""
    stands = standings([one for each in lists for one in each.first], person, now)
    return [each.listing(stands) for each in lists]
