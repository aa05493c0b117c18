"""What a mail is for: the answer to one of ours, or an ask of teams; read from whom it was sent to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.conf import settings

from kept.mail_in.models import Reply
from kept.mail_in.parsing import Headers, Read
from kept.mail_in.team_addresses import teams_of
from kept.notify.channels.email.addresses import AnswerTo, letter_in, promise_in, read_address
from kept.notify.models import Letter
from kept.people.models import Team
from kept.promises.models import Promise

ENVELOPE = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to")
"""Where the receiving server says whom this very copy was for."""
WRITTEN = ("to", "cc", "resent-to")
MOST_TEAMS = 5


@dataclass(frozen=True, slots=True)
class Target:
    """`signed` is the answer address that was written to; `promise` that of the thread, `teams` are asked."""

    signed: AnswerTo | None = None
    promise: int | None = None
    teams: list[Team] = field(default_factory=list)


def target_of(read: Read) -> Target:
    """What a mail is for; an empty `Target` where it is for nothing here."""
    for names in (ENVELOPE, WRITTEN):
        tags = _tags(read.headers, names)
        signed = next((one for one in map(_signed, tags) if one and _is_there(one.promise)), None)
        if signed:
            return Target(signed=signed)
        if teams := teams_of(tags):
            return Target(teams=teams[:MOST_TEAMS])
    promise = next((one for one in map(_promise_of, read.answers[:50]) if one), None)
    return Target(promise=promise if promise and _is_there(promise) else None)


def _tags(headers: Headers, names: tuple[str, ...]) -> list[str]:
    local, _, domain = settings.KEPT_MAIL_IN.lower().partition("@")
    if not domain:
        return []
    ours = re.compile(rf"(?<![\w.+-]){re.escape(local)}\+([a-z0-9.-]{{1,120}})@{re.escape(domain)}(?![\w.-])")
    return [tag for name in names for value in headers.every(name) for tag in ours.findall(value.lower())]


def _signed(tag: str) -> AnswerTo | None:
    return read_address(f"answer+{tag}@here")


def _is_there(promise: int) -> bool:
    return Promise.objects.filter(pk=promise).exists()


def _promise_of(identity: str) -> int | None:
    if letter := letter_in(identity):
        return Letter.objects.filter(pk=letter).values_list("promise_id", flat=True).first()
    return promise_in(identity)


def replied_to(read: Read) -> Reply | None:
    """The reply of ours that a mail answers."""
    numbers = [int(found[1]) for one in read.answers[:50] if (found := re.match(r"<reply\.(\d{1,18})\.", one))]
    return Reply.objects.filter(pk__in=numbers).order_by("-pk").first()
