"""Writing into the ledger and reading from it: streams of events, as `core` knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from kept.core import acts, codec
from kept.core.errors import NotFound
from kept.core.state import Event as Happened
from kept.core.terms import By, Side
from kept.ledger.models import Event, Stream

Acts = Mapping[str, type[acts.Act]]
LATELY = 500
"""How many ids back an event may still be in the writing."""


def open_stream(kind: Stream.Kind) -> Stream:
    """A new, empty stream."""
    return Stream.objects.create(kind=kind)


def lock(stream_id: int) -> None:
    """Lock the stream until the transaction ends; a second actor waits here. Raises `NotFound`."""
    if not Stream.objects.select_for_update().filter(pk=stream_id).values_list("pk").first():
        raise NotFound("There is no such promise, or it is not for you to see.")


def locked(stream_id: int, known: Acts = acts.BY_NAME) -> list[Happened]:
    """Lock the stream as `lock` does; gives its events, in order. Raises `NotFound`.

    On SQLite, where one transaction writes at a time, there is no row to lock: reading says whether there is a stream.
    """
    if connection.features.has_select_for_update:
        lock(stream_id)
    events = read(stream_id, known)
    if not events:
        raise NotFound("There is no such promise, or it is not for you to see.")
    return events


def append(stream_id: int, events: Iterable[Happened], *, after: int) -> list[Event]:
    """Write `events` behind sequence `after` of the stream, each into the outbox too, in the caller's transaction."""
    rows = [
        Event(
            stream_id=stream_id, sequence=after + place, name=event.name, at=event.at, actor_id=event.by.person,
            side=event.by.side, schema=codec.SCHEMA, body=codec.act_to_dict(event.act),
        )
        for place, event in enumerate(events, start=1)
    ]  # fmt: skip
    Event.objects.bulk_create(rows)
    with connection.cursor() as cursor:  # the ORM takes ten times as long over so small a row
        cursor.executemany(_INTO_OUTBOX, [(row.pk,) for row in rows])
    return rows


_INTO_OUTBOX = "INSERT INTO ledger_outbox (event_id, attempts) VALUES (%s, 0)"


def read(stream_id: int, known: Acts = acts.BY_NAME) -> list[Happened]:
    """The events of one stream, in order; `known` are the acts of its kind of story, by name."""
    rows = Event.objects.filter(stream_id=stream_id).order_by("sequence").values_list(*_COLUMNS)
    return [_to_core(row, known) for row in rows]


def mark() -> str:
    """Words that change whenever an event is added to the ledger, by whomever.

    The newest ids are counted too: of two events written at the same time the one with the lower id may come last.
    """
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    return f"{last}.{Event.objects.filter(pk__gt=last - LATELY).count()}"


def read_all(*, chunk: int = 2000) -> Iterator[tuple[int, list[Event]]]:
    """Every stream with its rows in order, streamed from the database in `chunk`s."""
    rows: list[Event] = []
    for row in Event.objects.order_by("stream_id", "sequence").iterator(chunk_size=chunk):
        if rows and rows[0].stream_id != row.stream_id:
            yield rows[0].stream_id, rows
            rows = []
        rows.append(row)
    if rows:
        yield rows[0].stream_id, rows


def to_core(row: Event, known: Acts = acts.BY_NAME) -> Happened:
    """The stored row as the rules know it."""
    return _to_core((row.name, row.at, row.actor_id, row.side, row.body), known)


_COLUMNS = ("name", "at", "actor_id", "side", "body")


def _to_core(row: tuple[str, datetime, int, str, dict[str, Any]], known: Acts) -> Happened:
    name, at, actor, side, body = row
    return Happened(name, at, By(actor, Side(side)), codec.act_from_dict(body, known))
