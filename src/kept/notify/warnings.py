"""What is told of a date that is likely to be missed: first its provider; past the grace its customer and the line.

Each danger rings where something is to be told of it, or taken back (`kept.outlook.dangers`); of two workers one rings.
Whoever was told hears of it again only where it got materially worse. Where it is over, what nobody has read yet is
taken back, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from django.db import transaction

from kept.core.calendars import NoWorkingTimeError, add_working_time
from kept.core.moments import on_the_day
from kept.core.promise import replay
from kept.core.state import PromiseState, State
from kept.core.terms import Side
from kept.core.warnings import GRACE, materially_worse
from kept.ledger import book
from kept.notify import readers
from kept.notify.channels import CHANNELS
from kept.notify.channels.base import Followed
from kept.notify.kinds import Kind
from kept.notify.known import Known
from kept.notify.models import Notice
from kept.notify.telling import Matter, tell
from kept.outlook.models import Danger
from kept.people.models import Party, Person
from kept.promises import chains
from kept.promises.agreed import expectations_of
from kept.promises.models import Participant, Promise
from kept.promises.standing import why_in_danger

MOST = 20
NEEDS = "Give word, propose another date, or ask for help."
HALF = 2
"""The grace lasts no longer than until half of the time that is left to the date has gone."""


def ring(*, now: datetime) -> int:
    """Tell what has to be told by `now` of up to `MOST` dates in danger; gives of how many."""
    with transaction.atomic():
        due = list(Danger.objects.filter(ring_at__lte=now).order_by("ring_at", "pk")[:MOST])
        known = Known()
        for danger in due:
            if Danger.objects.filter(pk=danger.pk, ring_at=danger.ring_at).update(ring_at=None):  # of two workers one
                _ring(Danger.objects.get(pk=danger.pk), known, now)
    return len(due)


def _ring(danger: Danger, known: Known, now: datetime) -> None:
    promise = known.promise(danger.promise_id)
    if danger.over_at is not None:
        _take_back(danger, promise, now)
        return
    if promise is None or promise.state != State.PROMISED or promise.due != danger.due or promise.due <= now:
        return
    state = replay(book.read(promise.pk))
    if state is None:
        return
    if danger.told_at is None or danger.told_chance is None or materially_worse(danger.told_chance, danger.chance):
        _send(_to_provider(danger, promise, state, known, now), known, now)
        danger.told_at, danger.told_chance = now, danger.chance
    if _is_owed(danger, promise):
        until = grace_ends(promise, danger.told_at, known)
        danger.ring_at = until
        if until <= now:
            _send(
                [*_to_customer(danger, promise, state, known), *_down_the_line(danger, promise, known, now)], known, now
            )
            danger.passed_on_at, danger.passed_on_chance, danger.ring_at = now, danger.chance, None
    danger.save(update_fields=["told_at", "told_chance", "passed_on_at", "passed_on_chance", "ring_at"])


def _take_back(danger: Danger, promise: Promise | None, now: datetime) -> None:
    """What was told of it and nobody has read yet counts as read, so that it goes into no mail any more."""
    keys = [danger.promise_id, *(one.pk for one in (chains.down_the_line(promise) if promise else ()))]
    told = Notice.objects.filter(promise__in=keys, key__contains=f":in danger:{danger.pk}:", read_at=None)
    told.update(read_at=now)


def _send(matters: Iterable[Matter], known: Known, now: datetime) -> None:
    notices = tell(matters, at=now, now=now)
    for channel in CHANNELS:
        channel.take([Followed(None, notices)], known, now=now)


def _key(danger: Danger) -> str:
    """How the keys of all that is told of one danger begin."""
    return f"{danger.promise_id}:in danger:{danger.pk}:"


# --- past the grace -----------------------------------------------------------------------------------------------


def grace_ends(promise: Promise, told_at: datetime, known: Known) -> datetime:
    """Until when the provider, told at `told_at`, can give word before others hear: the agreement's grace, else the
    usual one, in the provider's working time; but never longer than half of the time that is left to the date.
    """
    grace = expectations_of(promise.agreement_id, promise.agreement_version).grace
    half = told_at + (promise.due - told_at) / HALF
    try:
        return min(half, add_working_time(known.calendar(promise.provider), told_at, GRACE if grace is None else grace))
    except NoWorkingTimeError:
        return half


def _is_owed(danger: Danger, promise: Promise) -> bool:
    """Whether others have to hear of it past the grace: they have not, or it got materially worse; and the provider has
    named no date since they were told themselves.
    """
    told = danger.passed_on_chance
    if danger.told_at is None or (told is not None and not materially_worse(told, danger.chance)):
        return False
    dated = promise.dated_at is not None and promise.dated_at > danger.told_at
    return not dated and promise.proposed_by != Side.PROVIDER


# --- what ---------------------------------------------------------------------------------------------------------


def _to_provider(
    danger: Danger, promise: Promise, state: PromiseState, known: Known, now: datetime
) -> Iterable[Matter]:
    for reader in _within(promise, known, readers.of_side(state, Side.PROVIDER)):
        why = _why(promise, reader.person, now)
        yield Matter(
            reader=reader.pk, kind=Kind.DANGER, key=f"{_key(danger)}{now.isoformat()}", subject=promise.what, says=why,
            needs=NEEDS, promise=promise,
        )  # fmt: skip


def _why(promise: Promise, reader: Person, now: datetime) -> str:
    chain = chains.upstream([promise], reader, now)
    past = getattr(promise, "likelihood", None)
    return why_in_danger(promise, chain, past) if past is not None else "It is likely to miss its date."


def _to_customer(danger: Danger, promise: Promise, state: PromiseState, known: Known) -> Iterable[Matter]:
    keys = readers.of_side(state, Side.CUSTOMER)
    if not promise.private:
        agreed = expectations_of(promise.agreement_id, promise.agreement_version)
        keys += readers.active([one for one in agreed.tell if one not in keys])
    for reader in _within(promise, known, keys):
        zone = known.zone(reader)
        says = (
            f"{promise.provider} promised this by {on_the_day(danger.due, zone)}. {_comes(danger, zone)} "
            f"{promise.provider} has been told so."
        )
        yield Matter(
            reader=reader.pk, kind=Kind.SLIP, key=f"{_key(danger)}{_moment(danger)}", subject=promise.what, says=says,
            promise=promise,
        )  # fmt: skip


def _comes(danger: Danger, zone: tzinfo) -> str:
    if danger.likely is None:
        return "It has taken longer than anything like it so far, so nobody can say when it comes."
    return f"By what work like it took, it is likely to come {on_the_day(danger.likely, zone)}."


def _moment(danger: Danger) -> str:
    return danger.told_at.isoformat() if danger.told_at else ""


def _within(promise: Promise, known: Known, keys: Iterable[int]) -> list[Party]:
    """Those of `keys` who may hear of it: of a private promise the persons named in it, and the customer itself."""
    found = known.parties(keys)
    if promise.private:
        named = set(Participant.objects.filter(promise=promise.pk).values_list("person_id", flat=True))
        found = {key: one for key, one in found.items() if key in named or key == promise.customer_id}
    return [found[key] for key in sorted(found)]


def _down_the_line(danger: Danger, promise: Promise, known: Known, now: datetime) -> Iterable[Matter]:
    """What those hear whose own promise relies on it, as much as they may know; those warned of their own, nothing."""
    below = chains.down_the_line(promise)
    warned = Danger.objects.filter(promise__in=[one.pk for one in below], over_at=None, told_at__isnull=False)
    skipped = set(warned.values_list("promise", flat=True))
    persons = Person.objects.filter(is_active=True).in_bulk([one.responsible_id for one in below if one.responsible_id])
    for one in below:
        reader = persons.get(one.responsible_id or 0)
        if reader is None or one.pk in skipped or reader.pk == promise.responsible_id:
            continue
        chain = chains.upstream([one], reader, now)
        if promise.pk in chain.promises:
            called, comes = chain.called(promise.pk), _likely_to_come(danger, known.zone(reader))
            yield Matter(
                reader=reader.pk, kind=Kind.SLIP, key=f"line:{one.pk}:in danger:{danger.pk}:{_moment(danger)}",
                subject=one.what,
                says=f"{called[0].upper()}{called[1:]}, which this relies on, {comes}.",
                needs="See what that means for your own customer.", promise=one,
            )  # fmt: skip


def _likely_to_come(danger: Danger, zone: tzinfo) -> str:
    if danger.likely is None:
        return "has taken longer than anything like it so far"
    return f"is likely to come {on_the_day(danger.likely, zone)}"
