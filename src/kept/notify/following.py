"""What follows from the events of the ledger: for each, once, who is told what, and what each channel has to send."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from kept.core.promise import replay
from kept.core.state import Event as Happened
from kept.core.state import PromiseState
from kept.ledger import book
from kept.ledger.models import Event, Outbox, Stream
from kept.notify import agreements, complaints, line, readers, waking
from kept.notify.channels import CHANNELS
from kept.notify.kinds import Kind
from kept.notify.known import Known
from kept.notify.saying import line_for, sentence
from kept.notify.telling import Matter, tell
from kept.promises.models import Promise

MOST = 10
"""How many events are followed in one transaction: on SQLite nobody else writes meanwhile."""
WAIT = timedelta(minutes=1)
"""How long an event waits, times its attempts, after following it failed."""

log = logging.getLogger(__name__)


def follow_some(*, now: datetime) -> int:
    """Follow up to `MOST` events, oldest first; gives how many there were. Several workers never follow the same one.

    The mark that an event was followed is written in the transaction of what follows from it: both or neither.
    """
    with transaction.atomic():
        known = Known()
        rows = list(_pending(now)[:MOST])
        for row in rows:
            if Outbox.objects.filter(pk=row.pk, done_at=None).update(done_at=now):
                _follow(row, known, now)
    return len(rows)


def _pending(now: datetime) -> QuerySet[Outbox]:
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    rows = Outbox.objects.filter(free, done_at=None).order_by("pk").select_related("event__stream")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return rows


def _follow(row: Outbox, known: Known, now: datetime) -> None:
    """What follows from one event; one that fails is tried again later, and holds up no other."""
    try:
        with transaction.atomic():
            notices = tell(matters(row.event, known), at=row.event.at, now=now)
            for channel in CHANNELS:
                channel.take(row.event, notices, known, now=now)
    except Exception:
        log.exception("What follows from event %s could not be done; it is tried again.", row.pk)
        again = now + WAIT * (row.attempts + 1)
        Outbox.objects.filter(pk=row.pk).update(done_at=None, attempts=F("attempts") + 1, claimed_until=again)


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
    promise = Promise.objects.select_related("customer", "provider").filter(pk=event.stream_id).first()
    if promise is None or state is None:
        return
    waking.set_alarm(promise, known)
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
