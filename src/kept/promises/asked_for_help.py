"""Help that was asked for, for the lead whose people asked: who, since when, and whether anybody has answered.

It stands on the lead's desk until it ends, as `core.effects` says: handed over, new terms agreed, said to come in time
after all, delivered, or over. A word by somebody else of the provider's side answers it, and does not end it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from kept.core.state import State
from kept.core.terms import Side
from kept.ledger.models import Event
from kept.people.models import Person, Reach
from kept.promises.access import visible_to
from kept.promises.models import Promise
from kept.promises.queries import MOST

ASKED = "promise.help_asked"


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """`by` asked for help with `promise`, `since` a moment, in these `words`; who answered first, and when."""

    promise: Promise
    by: str
    since: datetime
    words: str
    answered_by: str = ""
    answered_at: datetime | None = None


def help_asked_of(person: Person) -> list[HelpAsked]:
    """The help that those whom `person` leads have asked for, as `help_asked_in` gives it."""
    led = Reach.objects.filter(person=person, how=Reach.How.LEAD).values("party")
    mine = Q(provider__in=led) | Q(responsible__boss=person) | Q(provider__person__boss=person)
    return help_asked_in(visible_to(person).filter(mine), person)


def help_asked_in(rows: QuerySet[Promise], person: Person) -> list[HelpAsked]:
    """The help that others than `person` asked for in the promises `rows`: unanswered first, then the longest ago.

    Two queries.
    """
    asked = rows.filter(state=State.PROMISED, needs_help=True)
    promises = list(asked.select_related("customer", "provider").order_by("due", "pk")[:MOST])
    told: dict[int, list[Event]] = {}
    for event in _since_asked(promises):
        told.setdefault(event.stream_id, []).append(event)
    found = [_asked(one, told[one.pk]) for one in promises if told[one.pk][0].actor_id != person.pk]
    return sorted(found, key=lambda each: (each.answered_at is not None, each.since, each.promise.pk))


def _since_asked(promises: list[Promise]) -> list[Event]:
    """What the providers' sides said since help was last asked for, that included, in order."""
    if not promises:
        return []
    last = Event.objects.filter(stream=OuterRef("stream"), name=ASKED).order_by("-sequence").values("sequence")[:1]
    events = Event.objects.filter(stream__in=[one.pk for one in promises], side=Side.PROVIDER)
    return list(events.filter(sequence__gte=Subquery(last)).select_related("actor").order_by("stream", "sequence"))


def _asked(promise: Promise, events: list[Event]) -> HelpAsked:
    asked = events[0]
    answer = next((event for event in events if event.actor_id != asked.actor_id), None)
    return HelpAsked(
        promise=promise,
        by=asked.actor.name,
        since=asked.at,
        words=str(asked.body.get("words", "")),
        answered_by=answer.actor.name if answer else "",
        answered_at=answer.at if answer else None,
    )
