"""What time itself has to tell: a date that passes, word that is owed, an answer that is waited for.

Each open promise has at most one alarm, at the next moment at which something has to be told; it is set anew after each
event, and after each time that it rang. Nothing looks through all promises.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from kept.core.calendars import Calendar, NoWorkingTimeError, add_working_time
from kept.core.promise import replay
from kept.core.state import PromiseState, State
from kept.core.terms import Side
from kept.ledger import book
from kept.notify import readers
from kept.notify.channels import CHANNELS
from kept.notify.channels.base import Followed
from kept.notify.kinds import Kind
from kept.notify.known import Known
from kept.notify.models import Wake
from kept.notify.telling import Matter, tell
from kept.people.models import Party
from kept.promises.agreed import expectations_of
from kept.promises.models import Promise
from kept.promises.standing import in_outline, standing, word_due

ANSWER_WITHIN = timedelta(hours=16)
"""The working time after which an answer is asked for again, where no agreement says otherwise: two working days."""
A_MOMENT = timedelta(seconds=1)
MOST = 20


@dataclass(frozen=True, slots=True)
class Alarm:
    """At `at` something has to be told of a promise: `name` says what, `key` makes it the same matter only once."""

    name: str
    at: datetime

    @property
    def key(self) -> str:
        """The matter, within its promise."""
        return f"{self.name}:{self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Saying:
    """What an alarm says to one side: the kind of notice, what happened, and what it asks of the reader."""

    kind: Kind
    says: str
    needs: str = ""


SAYINGS: dict[str, dict[Side, Saying]] = {
    "late": {
        Side.PROVIDER: Saying(Kind.SLIP, "{why}", "Give your customer word, or propose new terms."),
        Side.CUSTOMER: Saying(Kind.SLIP, "{why} {provider} has been told."),
    },
    "silent": {
        Side.PROVIDER: Saying(Kind.SLIP, "{customer} should have heard from you by now.", "Give your customer word."),
        Side.CUSTOMER: Saying(Kind.SLIP, "{provider} owes you word and has been told so."),
    },
    "word due": {
        Side.PROVIDER: Saying(Kind.REMINDER, "{customer} hears from you next, as agreed.", "Give your customer word."),
    },
    "answer announced": {
        Side.PROVIDER: Saying(Kind.SLIP, "{customer} was to hear from you by now.", "They wait for your answer."),
        Side.CUSTOMER: Saying(Kind.SLIP, "{provider} said that you would hear by now, and has been reminded."),
    },
    "answer": {
        Side.PROVIDER: Saying(Kind.REMINDER, "{customer} still waits for an answer.", "They wait for your answer."),
    },
    "acceptance": {
        Side.CUSTOMER: Saying(
            Kind.REMINDER, "{provider} delivered this and waits for you.",
            "Accept it, or return it and say what is missing.",
        ),
    },
}  # fmt: skip
TOLD_WHEN_IT_SLIPS = ("late", "silent")
"""The alarms of which those hear too whom the agreement names."""


@dataclass(frozen=True, slots=True)
class Set:
    """The alarm of a promise is to ring at `at`."""

    promise: int
    at: datetime


def next_alarm(promise: Promise, known: Known) -> Set | None:
    """The next moment at which something has or had to be told of a promise; None where there is no such."""
    at = min((alarm.at for alarm in alarms(promise, known)), default=None)
    return Set(promise.pk, at) if at is not None else None


def set_earlier(alarms: Iterable[Set]) -> None:
    """Let these ring then, or earlier where that was said already: one that rings too early does no harm."""
    earliest: dict[int, datetime] = {}
    for one in alarms:
        earliest[one.promise] = min(one.at, earliest.get(one.promise, one.at))
    Wake.objects.bulk_create([Wake(promise_id=key, at=at) for key, at in earliest.items()], ignore_conflicts=True)
    for key, at in earliest.items():
        Wake.objects.filter(promise=key, at__gt=at).update(at=at)


def ring(*, now: datetime) -> int:
    """Tell what has to be told by `now`, of up to `MOST` promises; gives of how many."""
    with transaction.atomic():
        due = list(Wake.objects.filter(at__lte=now).order_by("at").values_list("promise_id", "at")[:MOST])
        known = Known()
        for key, at in due:
            if Wake.objects.filter(promise=key, at=at).delete()[0]:  # of two workers one rings
                _ring(Promise.objects.select_related("customer", "provider", "likelihood").get(pk=key), known, now)
    return len(due)


def _ring(promise: Promise, known: Known, now: datetime) -> None:
    every = alarms(promise, known)
    rung = [alarm for alarm in every if alarm.at <= now]
    _set(promise, min((alarm.at for alarm in every if alarm.at > now), default=None))
    state = replay(book.read(promise.pk))
    if state is None:
        return
    for alarm in rung:
        notices = tell(_matters(promise, state, alarm, known, now), at=alarm.at, now=now)
        for channel in CHANNELS:
            channel.take([Followed(None, notices)], known, now=now)


def _set(promise: Promise, at: datetime | None) -> None:
    if at is None:
        Wake.objects.filter(promise=promise.pk).delete()
    else:
        Wake.objects.update_or_create(promise_id=promise.pk, defaults={"at": at})


# --- when ---------------------------------------------------------------------------------------------------------


def alarms(promise: Promise, known: Known) -> list[Alarm]:
    """All moments at which something has or had to be told of a promise as it stands, in no order."""
    match State(promise.state):
        case State.ASKED:
            return _of_asked(promise, known)
        case State.PROMISED:
            return _of_promised(promise)
        case State.DELIVERED if promise.delivered_at is not None:
            return _after(known.calendar(promise.customer), promise.delivered_at, ANSWER_WITHIN, "acceptance")
        case _:
            return []


def _of_asked(promise: Promise, known: Known) -> list[Alarm]:
    if promise.hear_by is not None:
        return [Alarm("answer announced", promise.hear_by)]
    agreed = expectations_of(promise.agreement_id, promise.agreement_version).acknowledge_within
    return _after(known.calendar(promise.provider), promise.opened_at, agreed or ANSWER_WITHIN, "answer")


def _of_promised(promise: Promise) -> list[Alarm]:
    found = [Alarm("late", promise.due + A_MOMENT)]  # on the date itself it is not late yet
    if (word := word_due(promise)) is not None:
        found += [Alarm("word due", word.soon), Alarm("silent", word.by)]
    return found


def _after(calendar: Calendar, start: datetime, working: timedelta, name: str) -> list[Alarm]:
    try:
        return [Alarm(name, add_working_time(calendar, start, working))]
    except NoWorkingTimeError:
        return []


# --- what ---------------------------------------------------------------------------------------------------------


def _matters(promise: Promise, state: PromiseState, alarm: Alarm, known: Known, now: datetime) -> list[Matter]:
    sayings = SAYINGS[alarm.name]
    who = [(one, side) for side in sayings for one in readers.of_side(state, side)]
    if alarm.name in TOLD_WHEN_IT_SLIPS and not promise.private:
        agreed = expectations_of(promise.agreement_id, promise.agreement_version)
        who += [(one, Side.CUSTOMER) for one in readers.active(list(agreed.tell))]
    parties = known.parties(one for one, _ in who)
    return list(_said(promise, alarm, [(parties[one], side) for one, side in who if one in parties], now))


def _said(promise: Promise, alarm: Alarm, who: Iterable[tuple[Party, Side]], now: datetime) -> Iterable[Matter]:
    for reader, side in who:
        saying = SAYINGS[alarm.name][side]
        yield Matter(
            reader=reader.pk,
            kind=saying.kind,
            key=f"{promise.pk}:{alarm.key}",
            subject=promise.what,
            says=saying.says.format(
                why=_why(promise, reader, now), customer=promise.customer, provider=promise.provider
            ),
            needs=saying.needs,
            promise=promise,
        )


def _why(promise: Promise, reader: Party, now: datetime) -> str:
    if reader.kind == Party.Kind.PERSON:
        return standing(promise, reader.person, now).why
    return in_outline(promise, now).why
