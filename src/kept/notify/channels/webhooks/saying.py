"""What a webhook says of an event: the same as the API gives its owner, at the moment at which it happened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kept.core.errors import NotFound
from kept.core.terms import Side
from kept.customers.access import agreement_for_seeing
from kept.ledger import book
from kept.ledger.models import Event, Stream
from kept.notify.calling.endpoints import in_json
from kept.people.models import Person
from kept.promises.access import View, promise_for_seeing
from kept.promises.telling import Told, as_data, told_of


def body_for(person: Person, event: Event) -> str | None:
    """What `person` may know of an event, as it is sent; None where that is nothing."""
    try:
        found = _of_promise(person, event) if event.stream.kind == Stream.Kind.PROMISE else _of_agreement(person, event)
    except NotFound:
        return None
    if found is None:
        return None
    data = as_data(found, {event.actor_id: event.actor.name}) | {"at": rfc3339(found.at)}
    return said(event.name, event.at, {event.stream.kind: event.stream_id} | data)


def _of_promise(person: Person, event: Event) -> Told | None:
    seen = promise_for_seeing(person, event.stream_id)
    if seen.view is not View.FULL:
        return None
    told = told_of([book.to_core(event)], person, seen.sides, after=event.sequence - 1)
    return told[0] if told else None


def _of_agreement(person: Person, event: Event) -> Told:
    agreement_for_seeing(person, event.stream_id)
    return Told(event.sequence, event.name, event.at, event.actor_id, Side(event.side), event.body, ())


def said(name: str, at: datetime, data: dict[str, Any]) -> str:
    """The body of a call: what happened, when, and what there is to know of it."""
    return in_json({"type": name, "timestamp": rfc3339(at), "data": data})


def rfc3339(moment: datetime) -> str:
    """A moment as the API writes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
