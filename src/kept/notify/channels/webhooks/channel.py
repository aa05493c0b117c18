"""When a webhook is told of an event, and the signed calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from standardwebhooks import Webhook

from kept.customers.models import Agreement
from kept.ledger.models import Event, Stream
from kept.notify.calling import endpoints, lane
from kept.notify.calling.post import Answer, post
from kept.notify.channels.base import Channel, Followed
from kept.notify.channels.email import CHANNEL as MAILS
from kept.notify.channels.webhooks.saying import body_for
from kept.notify.known import Known
from kept.notify.models import Call, Endpoint, Notice
from kept.people.models import Reach
from kept.promises.models import Participant, Promise

GONE: Final = (410,)


class Webhooks:
    """The channel. One endpoint that hangs keeps one of its hands waiting, and then rests."""

    hands = 6

    def take(self, followed: Sequence[Followed], known: Known, *, now: datetime) -> None:  # noqa: ARG002
        """Put a call for each endpoint whose owner may know of the event, with what that person may know."""
        if not Endpoint.objects.filter(kind=Endpoint.Kind.WEBHOOK, gave_up_at=None).exists():
            return
        for one in followed:
            if one.event is not None:
                self._take(one.event, now)

    def _take(self, event: Event, now: datetime) -> None:
        bodies: dict[int, str | None] = {}
        for endpoint in _near(event):
            if endpoint.events and event.name not in endpoint.events:
                continue
            if endpoint.owner_id not in bodies:
                bodies[endpoint.owner_id] = body_for(endpoint.owner.person, event)
            body = bodies[endpoint.owner_id]
            if body is not None:
                endpoints.put(endpoint, key=f"event:{event.pk}", name=event.name, body=body, next_at=now, at=now)

    def send(self, *, now: datetime) -> int:
        """Make the calls of one endpoint that are due."""
        rows = Endpoint.objects.filter(kind=Endpoint.Kind.WEBHOOK, owner__person__is_active=True)
        return lane.make_calls(rows, _MANNER, now=now)


def _near(event: Event) -> QuerySet[Endpoint]:
    """The endpoints of all who might see the event, and a few more: who really may is asked of each."""
    parties = _parties(event)
    if not parties:
        return Endpoint.objects.none()
    reached = Reach.objects.filter(person=OuterRef("owner"), party__in=parties)
    named = Participant.objects.filter(person=OuterRef("owner"), promise=event.stream_id)
    rows = Endpoint.objects.filter(kind=Endpoint.Kind.WEBHOOK, gave_up_at=None, made_at__lte=event.at)
    rows = rows.filter(Exists(reached) | Exists(named), owner__person__is_active=True)
    return rows.select_related("owner__person").order_by("pk")


def _parties(event: Event) -> set[int]:
    match event.stream.kind:
        case Stream.Kind.PROMISE:
            promises = Promise.objects.filter(pk=event.stream_id)
            return {one for row in promises.values_list("customer", "provider", "answerable") for one in row if one}
        case Stream.Kind.AGREEMENT:
            agreements = Agreement.objects.filter(pk=event.stream_id)
            return {one for row in agreements.values_list("customer", "provider") for one in row}
        case _:
            return set()


def _call(endpoint: Endpoint, call: Call, at: datetime) -> Answer:
    return post(endpoint.url, call.body.encode(), _headers(endpoint, call, at))


def _headers(endpoint: Endpoint, call: Call, at: datetime) -> dict[str, str]:
    """What Standard Webhooks asks for; within a day of a new secret with the signature of the old one too."""
    secrets = [endpoint.secret]
    if endpoint.old_until is not None and endpoint.old_until > at:
        secrets.append(endpoint.old_secret)
    signatures = [Webhook(secret).sign(call.number, at, call.body) for secret in secrets]
    return {
        "content-type": "application/json",
        "webhook-id": call.number,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _tell(notices: Sequence[Notice], at: datetime) -> None:
    MAILS.take([Followed(None, notices)], Known(), now=at)


_MANNER: Final = lane.Manner(_call, GONE, _tell)
CHANNEL: Channel = Webhooks()
