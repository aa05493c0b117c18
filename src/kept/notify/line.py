"""Those down the line hear what a change means for their own promise, before its date is missed."""

from __future__ import annotations

from collections.abc import Iterable

from kept.core import acts
from kept.core.state import Event as Happened
from kept.ledger.models import Event
from kept.notify.kinds import Kind
from kept.notify.telling import Matter
from kept.people.models import Person
from kept.promises.chains import down_the_line
from kept.promises.models import Promise
from kept.promises.standing import standing

MOVES = (acts.Update, acts.Agree, acts.Renege, acts.Decline, acts.Return, acts.Reopen)
"""The acts after which what relies on a promise may be expected at another time."""


def matters(event: Event, happened: Happened, promise: Promise) -> Iterable[Matter]:
    """What each person down the line is told, whose own promise is to be expected later than its date now."""
    if not isinstance(happened.act, MOVES):
        return
    below = down_the_line(promise)
    persons = Person.objects.filter(is_active=True).in_bulk([one.responsible_id for one in below if one.responsible_id])
    for one in below:
        reader = persons.get(one.responsible_id or 0)
        if reader is None or reader.pk == happened.by.person:
            continue
        stands = standing(one, reader, happened.at)
        if stands.expected is None:
            continue
        yield Matter(
            reader=reader.pk,
            kind=Kind.SLIP,
            key=f"line:{one.pk}:{event.pk}",
            subject=one.what,
            says=f"What you promised {one.customer} is likely to come after its date. {stands.why}",
            needs="Give your customer word, or propose new terms.",
            promise=one,
        )
