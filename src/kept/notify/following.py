"""What follows from the events of the ledger: for each, once, who is told what, and what each channel has to send."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from kept.core.promise import replay
from kept.core.state import Event as Happened
from kept.core.state import PromiseState
from kept.ledger import book
from kept.ledger.models import Event, Outbox, Stream
from kept.notify import agreements, complaints, line, readers, waking
from kept.notify.channels import CHANNELS
from kept.notify.channels.base import Followed
from kept.notify.kinds import Kind
from kept.notify.known import Known
from kept.notify.models import Notice
from kept.notify.saying import line_for, sentence
from kept.notify.telling import Matter, tell_all
from kept.outlook import wanting
from kept.promises.models import Promise

MOST = 10
"""How many events are followed in one transaction: on SQLite nobody else writes meanwhile."""
LEASE = timedelta(minutes=1)
"""How long a worker has events for itself."""
WAIT = timedelta(minutes=1)
"""How long an event waits, times its attempts, after following it failed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that follows from an event, not yet written: what is told, and the alarm of its promise."""

    row: Outbox
    matters: list[Matter]
    alarm: waking.Set | None


def follow_some(*, now: datetime) -> int:
    """Follow up to `MOST` events, oldest first; gives how many there were. Several workers never follow the same one.

    What follows is found out first, then written in one short transaction with the mark that the event was followed:
    both or neither.
    """
    rows = _claimed(now)
    known = Known()
    prepared = [one for row in rows if (one := _prepared(row, known, now)) is not None]
    try:
        _write(prepared, known, now)
    except Exception:
        for one in prepared:  # each by itself, so that one that fails holds up no other
            try:
                _write([one], known, now)
            except Exception as error:
                _put_off(one.row, error, now)
    return len(rows)


def _claimed(now: datetime) -> list[Outbox]:
    """Events that no other worker has, for `LEASE`."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    pending = Outbox.objects.filter(free, done_at=None)
    keys = list(pending.order_by("pk").values_list("pk", flat=True)[:MOST])
    if not keys:
        return []
    with transaction.atomic():
        mine = [key for key in keys if pending.filter(pk=key).update(claimed_until=now + LEASE)]
    return list(Outbox.objects.filter(pk__in=mine).order_by("pk").select_related("event__stream"))


def _prepared(row: Outbox, known: Known, now: datetime) -> Prepared | None:
    try:
        return Prepared(row, matters(row.event, known), _alarm(row.event, known))
    except Exception as error:
        _put_off(row, error, now)
        return None


def _write(prepared: Sequence[Prepared], known: Known, now: datetime) -> None:
    if not prepared:
        return
    with transaction.atomic():
        mine = [one for one in prepared if Outbox.objects.filter(pk=one.row.pk, done_at=None).update(done_at=now)]
        told = [(matter, one.row.event.at) for one in mine for matter in one.matters]
        by_key: dict[str, list[Notice]] = {}
        for notice in tell_all(told, now=now):
            by_key.setdefault(notice.key, []).append(notice)
        wanting.want([one.row.event.stream_id for one in mine if _is_of_promise(one)], at=now)
        followed = [Followed(one.row.event, _of(one, by_key)) for one in mine]
        waking.set_earlier([one.alarm for one in mine if one.alarm])
        for channel in CHANNELS:
            channel.take(followed, known, now=now)


def _is_of_promise(one: Prepared) -> bool:
    return one.row.event.stream.kind == Stream.Kind.PROMISE


def _of(one: Prepared, by_key: Mapping[str, list[Notice]]) -> list[Notice]:
    """The notices that were made because of one event."""
    keys = dict.fromkeys(matter.key for matter in one.matters)
    return [notice for key in keys for notice in by_key.get(key, [])]


def _put_off(row: Outbox, why: Exception, now: datetime) -> None:
    log.error("What follows from event %s could not be done; it is tried again.", row.pk, exc_info=why)
    again = now + WAIT * (row.attempts + 1)
    Outbox.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, claimed_until=again)


def _alarm(event: Event, known: Known) -> waking.Set | None:
    promise = known.promise(event.stream_id) if event.stream.kind == Stream.Kind.PROMISE else None
    return waking.next_alarm(promise, known) if promise else None


def matters(event: Event, known: Known) -> list[Matter]:
    """All that is told because of one event."""
    if event.stream.kind == Stream.Kind.AGREEMENT:
        return agreements.matters(event, known)
    if event.stream.kind in complaints.STREAMS:
        return complaints.matters(event, known)
    return list(_of_promise(event, known))


def _of_promise(event: Event, known: Known) -> Iterable[Matter]:
    past = book.read(event.stream_id)[: event.sequence]
    state = replay(past)
    promise = known.promise(event.stream_id)
    if promise is None or state is None:
        return
    yield from _told(event, past, state, promise, known)
    yield from line.matters(event, past[-1], promise)


def _told(event: Event, past: list[Happened], state: PromiseState, promise: Promise, known: Known) -> Iterable[Matter]:
    tellings = readers.of_event(past[-1], state)
    parties = known.parties(one.reader for one in tellings)
    for telling in tellings:
        reader = parties.get(telling.reader)
        story_line = line_for(promise, past, reader) if reader else None
        if reader is None or story_line is None:
            continue
        yield Matter(
            reader=reader.pk,
            kind=Kind(telling.kind),
            key=f"event:{event.pk}",
            subject=promise.what,
            says=sentence(story_line, known.zone(reader)),
            words=story_line.words,
            needs=telling.needs,
            promise=promise,
        )
