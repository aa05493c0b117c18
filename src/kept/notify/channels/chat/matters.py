"""What a team's chat is told: asks that nobody has yet, deliveries to the team, and slips; nothing that is private."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from kept.core.moments import on_the_day
from kept.core.state import State
from kept.ledger.models import Event, Stream
from kept.notify.kinds import Kind
from kept.notify.known import Known
from kept.notify.models import Notice
from kept.people.models import Party
from kept.promises.models import Promise
from kept.promises.standing import in_outline

ASK, DELIVERY, SLIP = "ask", "delivery", "slip"
STALE: Final = timedelta(days=1)
"""A slip older than this when it is told is not for a chat: an installation that begins with a past floods nobody."""
ASKED: Final = ("promise.asked", "promise.passed_on")
SLIPPED: Final = {
    "late": "{provider} promised it to {customer} by {due}, and that has passed.",
    "in danger": "{provider} promised it to {customer} by {due}, and is likely to miss that.",
    "silent": "{customer} should have heard from {provider} by now.",
    "answer announced": "{customer} was to hear from {provider} by now.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One matter for the chat of `team`: `key` makes it the same matter only once, `name` is what it is."""

    team: Party
    key: str
    name: str
    says: str
    promise: Promise


def matters(event: Event | None, notices: Sequence[Notice], known: Known, now: datetime) -> list[Said]:
    """What teams are told because of an event, and of the notices that were made because of it."""
    found = [*_of_event(event, known), *_of_notices(event, notices, known, now)]
    return [one for one in found if one.team.kind == Party.Kind.TEAM and not one.promise.private]


def still_so(name: str, promise: Promise) -> bool:
    """Whether there is still reason to say it, when the team is at work again."""
    match name:
        case "ask":
            return promise.state == State.ASKED and promise.responsible_id is None
        case "delivery":
            return promise.state == State.DELIVERED
        case _:
            return promise.state not in (State.ACCEPTED, State.DELIVERED, State.CANCELLED, State.WITHDRAWN)


def _of_event(event: Event | None, known: Known) -> Iterable[Said]:
    if event is None or event.stream.kind != Stream.Kind.PROMISE:
        return
    promise = Promise.objects.select_related("customer", "provider").filter(pk=event.stream_id).first()
    if promise is None:
        return
    if event.name in ASKED and still_so(ASK, promise):
        due = on_the_day(promise.due, known.zone(promise.provider))
        says = f"{promise.customer} asks {promise.provider} for this by {due}. Nobody has it yet."
        yield Said(promise.provider, f"ask:{promise.pk}:{promise.provider_id}", ASK, says, promise)
    if event.name == "promise.delivered":
        says = f"{promise.provider} delivered this. {promise.customer} can accept it, or return it."
        yield Said(promise.customer, f"event:{event.pk}", DELIVERY, says, promise)


def _of_notices(event: Event | None, notices: Sequence[Notice], known: Known, now: datetime) -> Iterable[Said]:
    slips = {
        (one.promise_id, one.key): one.promise
        for one in notices
        if one.kind == Kind.SLIP and one.promise is not None and now - one.at <= STALE
    }  # fmt: skip
    for (_, key), promise in slips.items():
        for team in (promise.provider, promise.customer):
            says = _slipped(event, key, promise, known.zone(team), now)
            if says:
                yield Said(team, key, SLIP, says, promise)


def _slipped(event: Event | None, key: str, promise: Promise, zone: tzinfo, now: datetime) -> str:
    """What slips, told by state and dates alone; "" where those who see no more than them know of nothing."""
    due = on_the_day(promise.due, zone)
    if event is None:
        says = SLIPPED.get(key.split(":")[1], "")
        return says.format(provider=promise.provider, customer=promise.customer, due=due)
    if key.startswith("event:") and event.name == "promise.reneged":
        return f"{promise.provider} could not keep this promise to {promise.customer}, and has said so."
    expected = in_outline(promise, now).expected
    if expected is None:
        return ""
    when = on_the_day(expected, zone)
    return f"{promise.provider} promised it to {promise.customer} by {due}; it is to be expected {when}."
