"""Reading promises: the desk, a team's work, what a search finds. Every query starts from what the person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Q, QuerySet

from kept.core.state import State
from kept.core.terms import Side
from kept.people.models import Person
from kept.people.queries import acting_ids
from kept.promises.access import visible_to
from kept.promises.models import OPEN, Promise
from kept.promises.standing import Standing, standing

MOST = 50
"""How many promises a list shows; what lies beyond is counted."""


@dataclass(frozen=True, slots=True)
class Item:
    """A promise in a list: how it stands, and what it asks of the reader ("" where nothing)."""

    promise: Promise
    standing: Standing
    need: str = ""


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
class Desk:
    """What needs my answer, what I owe, what I await, and what lies with the other side."""

    answers: Listing
    owed: Listing
    awaited: Listing
    with_them: Listing


def desk(person: Person, now: datetime) -> Desk:
    """The desk of `person` at `now`: four lists, soonest date first.

    What somebody had who has left belongs to those who act for that side now.
    """
    seen = visible_to(person)
    mine = acting_ids(person)
    left = Person.objects.filter(is_active=False).values("pk")
    i_asked = Q(asker=person) | Q(asker__in=left, customer__in=mine)
    i_have = Q(responsible=person) | Q(responsible__in=left, provider__in=mine)
    my_ask = i_asked | Q(asker__isnull=True, customer__in=mine)
    unclaimed = i_have | Q(responsible__isnull=True)
    answers = (
        Q(state=State.ASKED, provider__in=mine) & unclaimed
        | Q(state__in=[State.COUNTERED, State.OFFERED, State.DELIVERED], customer__in=mine) & my_ask
        | Q(state=State.PROMISED, proposed_by=Side.PROVIDER) & i_asked
        | Q(state=State.PROMISED, proposed_by=Side.CUSTOMER) & i_have
    )
    their_turn = i_have & Q(state__in=[State.OFFERED, State.COUNTERED, State.DELIVERED])
    return Desk(
        answers=_listing(seen.filter(answers), now, person),
        owed=_listing(seen.filter(i_have, state=State.PROMISED), now),
        awaited=_listing(
            seen.filter(i_asked, state__in=[State.ASKED, State.PROMISED]).exclude(responsible=person), now
        ),
        with_them=_listing(seen.filter(their_turn).exclude(answers), now),
    )


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
    return _listing(seen.filter(provider=party_id), now), _listing(seen.filter(customer=party_id), now)


def with_words(person: Person, words: str, now: datetime) -> Listing:
    """The promises that `person` sees whose subject holds `words`, newest first."""
    return _listing(visible_to(person).filter(what__icontains=words), now, order="-opened_at")


def chain_of(promise: Promise) -> tuple[list[Promise], list[Promise]]:
    """The promises that this one relies on, and those that rely on it."""
    rows = Promise.objects.select_related("customer", "provider").order_by("due", "pk")
    return list(rows.filter(links_down__promise=promise)), list(rows.filter(links_up__on=promise))


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


def _listing(rows: QuerySet[Promise], now: datetime, person: Person | None = None, order: str = "due") -> Listing:
    rows = rows.select_related("customer", "provider", "asker", "responsible").order_by(order, "pk")
    first = list(rows[: MOST + 1])
    total = len(first) if len(first) <= MOST else rows.count()
    return Listing([Item(one, standing(one, now), _need(one, person)) for one in first[:MOST]], total)


def _need(promise: Promise, person: Person | None) -> str:
    """What a promise on the list of answers asks of its reader."""
    if person is None:
        return ""
    if promise.state == State.PROMISED:
        return "They propose new terms: agree or refuse."
    return NEEDS.get(State(promise.state), "")


NEEDS: dict[State, str] = {
    State.ASKED: "They wait for your answer: promise it, answer with another date, pass it on, or decline.",
    State.OFFERED: "They offer you this: accept it, answer with other terms, or decline.",
    State.COUNTERED: "They answered with other terms: accept them, answer, or withdraw.",
    State.DELIVERED: "It is delivered: accept it, or return it and say what is missing.",
}
