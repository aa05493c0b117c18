"""When a team's chat is told, and the sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from kept.core.calendars import NoWorkingTimeError, next_open
from kept.ledger.models import Event
from kept.notify.calling import endpoints, lane
from kept.notify.calling.post import Answer, post
from kept.notify.channels.base import Channel, Followed
from kept.notify.channels.chat import writing
from kept.notify.channels.chat.matters import Said, matters, still_so
from kept.notify.channels.email import CHANNEL as MAILS
from kept.notify.known import Known
from kept.notify.models import Call, Endpoint, Notice
from kept.people.models import Party

CHATS: Final = (Endpoint.Kind.SLACK, Endpoint.Kind.TEAMS)
GONE: Final = (404, 410)
STALE = timedelta(days=1)
"""What is older than this when it is told is not for a chat: an installation that begins with a past floods nobody."""


class Chats:
    """The channel."""

    hands = 2

    def take(self, followed: Sequence[Followed], known: Known, *, now: datetime) -> None:
        """Put a message for each chat of the teams that it concerns, for the team's working hours."""
        if not Endpoint.objects.filter(kind__in=CHATS, gave_up_at=None).exists():
            return
        for one in followed:
            if one.event is None or now - one.event.at <= STALE:
                self._take(one.event, one.notices, known, now)

    def _take(self, event: Event | None, notices: Sequence[Notice], known: Known, now: datetime) -> None:
        said = matters(event, notices, known, now)
        chats = Endpoint.objects.filter(kind__in=CHATS, gave_up_at=None, made_at__lte=now)
        for endpoint in chats.filter(owner__in={one.team.pk for one in said}).order_by("pk"):
            for one in said:
                if one.team.pk == endpoint.owner_id:
                    _put(endpoint, one, next_at=_at_work(known, one.team, now), now=now)

    def send(self, *, now: datetime) -> int:
        """Send what is due in one chat."""
        return lane.make_calls(Endpoint.objects.filter(kind__in=CHATS), _MANNER, now=now)


def _put(endpoint: Endpoint, said: Said, *, next_at: datetime, now: datetime) -> None:
    message = writing.Message(said.promise.what, said.says, endpoints.link_to(f"/promises/{said.promise.pk}/"))
    endpoints.put(
        endpoint, key=said.key, name=said.name, body=writing.body(endpoint.kind, message), next_at=next_at, at=now,
        promise=said.promise,
    )  # fmt: skip


def _at_work(known: Known, team: Party, now: datetime) -> datetime:
    try:
        return next_open(known.calendar(team), now)
    except NoWorkingTimeError:
        return now


def _call(endpoint: Endpoint, call: Call, at: datetime) -> Answer | None:  # noqa: ARG001 no chat is signed
    if call.promise is not None and (call.promise.private or not still_so(call.name, call.promise)):
        return None
    return post(endpoint.url, call.body.encode(), {"content-type": "application/json"})


def _tell(notices: Sequence[Notice], at: datetime) -> None:
    MAILS.take([Followed(None, notices)], Known(), now=at)


_MANNER: Final = lane.Manner(_call, GONE, _tell)
CHANNEL: Channel = Chats()
