"""Somebody is brought into a promise by name: whom to bring in, what waits for whoever was, and the story so far.

Whoever was brought in reads the whole promise, also a private one, and answers in words for the side that asked. It
stands on their desk until they have said something there, or it is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from kept.core import acts
from kept.core.state import Event as Happened
from kept.ledger.models import Event
from kept.people.models import OutsideCustomer, Party, Person, Reach
from kept.promises.models import OPEN, Promise
from kept.promises.story import Line

ESCALATED = "promise.escalated"
KEY_LINES = 6
"""How many lines the story so far has: one screen."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody who could be brought in, and why that person."""

    person: Person
    why: str


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """`who` was brought into `promise` by `by`, who needs what `words` say; whether they have said something since."""

    promise: Promise
    who: int
    name: str
    by: str
    at: datetime
    words: str
    answered: bool


def whom_to_bring_in(promise: Promise, person: Person) -> list[Whom]:
    """Whom `person` could bring in: who leads the provider's side, the bosses, who leads the customer's side."""
    provider, customer = promise.provider, promise.customer
    caring = OutsideCustomer.objects.filter(pk=customer.pk).values("looked_after_by")
    leads = Reach.objects.filter(how=Reach.How.LEAD).select_related("person", "party")
    rows = list(leads.filter(Q(party__in=[provider.pk, customer.pk]) | Q(party__in=caring)).order_by("person__name"))
    found = [Whom(each.person, f"leads {provider}, which promised it") for each in rows if each.party_id == provider.pk]
    reports = list(dict.fromkeys(one for one in (promise.responsible_id, provider.pk, person.pk) if one))
    nearest = Person.objects.filter(pk__in=reports, boss__isnull=False).select_related("boss")
    nearest_first = sorted(nearest, key=lambda each: reports.index(each.pk))
    found += [Whom(one.boss, _boss_of(one, person)) for one in nearest_first if one.boss is not None]
    found += [
        Whom(each.person, f"leads {each.party}, {_for_customer(promise, each.party_id)}")
        for each in rows
        if each.party_id != provider.pk
    ]
    return _each_once(found, person)


def _boss_of(one: Person, asking: Person) -> str:
    return "is your boss" if one == asking else f"is {one}'s boss"


def _for_customer(promise: Promise, party: int) -> str:
    return "which waits for it" if party == promise.customer_id else f"which looks after {promise.customer}"


def _each_once(found: Iterable[Whom], person: Person) -> list[Whom]:
    once: dict[int, Whom] = {}
    for each in found:
        if each.person.is_active and each.person != person:
            once.setdefault(each.person.pk, each)
    return list(once.values())


def waiting_for(person: Person) -> list[BroughtIn]:
    """What `person` was brought into and has said nothing in yet, the longest waiting first. One query."""
    said = Event.objects.filter(stream=OuterRef("stream"), actor=person, sequence__gt=OuterRef("sequence"))
    takes_part = {"stream__promise__participants__person": person, "stream__promise__state__in": OPEN}
    rows = Event.objects.filter(~Exists(said), name=ESCALATED, body__to=person.pk, **takes_part)
    rows = rows.select_related("actor", "stream__promise__customer", "stream__promise__provider").order_by("at", "pk")
    last = {row.stream_id: row for row in rows}
    return [
        BroughtIn(
            row.stream.promise, person.pk, person.name, row.actor.name, row.at, str(row.body.get("words", "")),
            answered=False,
        )
        for row in last.values()
    ]  # fmt: skip


def brought_into(promise: Promise, events: Sequence[Happened]) -> list[BroughtIn]:
    """Everybody who was brought into the promise, whose `events` these are, in order. One query at most."""
    calls = [(at, event, event.act) for at, event in enumerate(events) if isinstance(event.act, acts.Escalate)]
    if not calls:
        return []
    ids = {event.by.person for _, event, _ in calls} | {act.to for _, _, act in calls}
    names = dict(Party.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        BroughtIn(
            promise, act.to, names[act.to], names[event.by.person], event.at, act.words,
            answered=any(later.by.person == act.to for later in events[at + 1 :]),
        )
        for at, event, act in calls
    ]  # fmt: skip


def so_far(lines: list[Line]) -> list[Line]:
    """Of a whole story what somebody needs who comes new to it: the turns, the alarms, what was changed; the last."""
    return [line for line in lines[1:] if line.tone or line.changes or line.moment][-KEY_LINES:]
