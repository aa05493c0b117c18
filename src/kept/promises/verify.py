"""Does replaying the ledger give what is stored? Every promise, column for column, streamed: memory stays flat.

All tables are read side by side in the order of their promise, in one snapshot of the database, so that people can
go on acting meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet

from kept.core import codec
from kept.core.errors import KeptError
from kept.core.promise import evolve
from kept.core.silence import Rhythm
from kept.core.state import TABLE, PromiseState
from kept.core.state import Event as Happened
from kept.core.terms import Side
from kept.ledger import book, seal
from kept.ledger.models import Event, Stream
from kept.people.models import Person
from kept.promises import measures, projection
from kept.promises.agreed import expectations_of
from kept.promises.models import Impression, Participant, Promise, Reliance, WordOwed

MOST = 1000
"""How many differences a report lists; the rest it counts."""
CHUNK = 2000
Row = tuple[Any, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something about one promise that replaying its events does not give; `says` it in a sentence."""

    promise: int
    says: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared, whether the seal is laid, the first `MOST` differences, and how many there are in all."""

    promises: int
    events: int
    sealed: bool
    differences: tuple[Difference, ...]
    count: int

    @property
    def clean(self) -> bool:
        """Whether the seal is laid and nothing differs."""
        return self.sealed and not self.count


def verify(*, on_progress: Callable[[float], None] = lambda _share: None) -> Verified:
    """Replay every promise and compare; `on_progress` is told the share that is done, 0 to 1. Changes nothing."""
    found: list[Difference] = []
    promises = events = count = 0
    with _snapshot():
        total = Event.objects.count()
        persons = frozenset(Person.objects.values_list("pk", flat=True))
        rhythm = _rhythms()
        for promise in _stored():
            promises += 1
            events += len(promise.events)
            for says in _differences(promise, persons, rhythm):
                count += 1
                if count <= MOST:
                    found.append(Difference(promise.id, says))
            if promises % 100 == 1:
                on_progress(events / max(total, 1))
        sealed = seal.is_laid()
    on_progress(1.0)
    return Verified(promises, events, sealed, tuple(found), count)


def _rhythms() -> Rhythm:
    """`measures.rhythm`, which asks the database once a version of an agreement."""
    update_every = lru_cache(maxsize=4096)(lambda *version: expectations_of(*version).update_every)
    return lambda state: update_every(state.agreement, state.agreement_version)


# --- what is stored, promise by promise ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stored:
    """All that any table says of one promise."""

    id: int
    streams: list[Row]
    events: list[Event]
    rows: list[Row]
    relies_on: list[Row]
    participants: list[Row]
    impressions: list[Row]
    words_owed: list[Row]


COLUMNS = tuple(field.attname for field in Promise._meta.concrete_fields if not field.primary_key)  # noqa: SLF001 Django means it for us


def _stored() -> Iterator[_Stored]:
    sources: tuple[_Ordered[Any], ...] = (
        _Ordered(_rows(Stream.objects.order_by("pk"), "pk", "kind")),
        _Ordered((row.stream_id, row) for row in _events()),
        _Ordered(_rows(Promise.objects.order_by("pk"), "pk", *COLUMNS)),
        _Ordered(_rows(Reliance.objects.order_by("promise_id", "on_id"), "promise_id", "on_id")),
        _Ordered(_rows(Participant.objects.order_by("promise_id", "person_id"), "promise_id", "person_id")),
        _Ordered(_rows(Impression.objects.order_by("promise_id", "pk"), "promise_id", *measures.IMPRESSION)),
        _Ordered(_rows(WordOwed.objects.order_by("promise_id", "pk"), "promise_id", *measures.WORD_OWED)),
    )
    while heads := [source.next_id for source in sources if source.next_id is not None]:
        promise = min(heads)
        yield _Stored(promise, *(source.take(promise) for source in sources))


def _events() -> Iterator[Event]:
    return Event.objects.order_by("stream_id", "sequence").iterator(chunk_size=CHUNK)


def _rows(query: QuerySet[Any], *columns: str) -> Iterator[tuple[int, Row]]:
    return ((row[0], row[1:]) for row in query.values_list(*columns).iterator(chunk_size=CHUNK))


class _Ordered(Generic[T]):
    """Rows in the order of their promise, handed out promise by promise."""

    def __init__(self, rows: Iterator[tuple[int, T]]) -> None:
        self._rows = rows
        self._head = next(rows, None)

    @property
    def next_id(self) -> int | None:
        """The promise of the next row."""
        return self._head[0] if self._head else None

    def take(self, promise: int) -> list[T]:
        """The rows of this promise, which must be the next one or a later one."""
        taken: list[T] = []
        while self._head and self._head[0] == promise:
            taken.append(self._head[1])
            self._head = next(self._rows, None)
        return taken


@contextmanager
def _snapshot() -> Iterator[None]:
    """Let everything inside see one moment of the database, without holding anybody up."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:  # `atomic` would begin a writer's transaction and hold up the others
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


# --- what differs, in words ---------------------------------------------------------------------------------------


def _differences(promise: _Stored, persons: frozenset[int], rhythm: Rhythm) -> Iterator[str]:
    if not promise.streams:
        yield "the ledger has no story of it, only rows that hang in the air."
    elif promise.streams[0][0] not in Stream.Kind.values:
        yield f"its story is of a kind that is not known: “{promise.streams[0][0]}”."
    elif promise.streams[0][0] != Stream.Kind.PROMISE:
        yield from _unsound(promise.events, persons)  # the room whose story it is compares its own rows
        return
    if not promise.events:
        yield "it has no events, though other rows tell of it." if promise.rows else "its story is empty."
        return
    broken = list(_unsound(promise.events, persons))
    yield from broken
    if broken:
        return  # what its rows should say cannot be told
    replayed = _replayed(promise.events)
    if isinstance(replayed, str):
        yield replayed
        return
    state, named, happened = replayed
    yield from _row_differs(promise.rows, projection.columns(state))
    yield from _set_differs("relies on promise", promise.relies_on, set(state.relies_on))
    yield from _set_differs("names person", promise.participants, named & persons)
    yield from _measure_differs("an impression", promise.impressions, measures.impressions(happened))
    yield from _measure_differs("word owed", promise.words_owed, measures.stretches(happened, rhythm))


def _unsound(events: list[Event], persons: frozenset[int]) -> Iterator[str]:
    """What is wrong with the events as they stand, before any rule is asked."""
    if [event.sequence for event in events] != list(range(1, len(events) + 1)):
        shown = ", ".join(str(event.sequence) for event in events[:20])
        yield f"its {len(events)} events should be numbered from 1 without a gap, but are: {shown}."
    for before, event in zip([None, *events], events, strict=False):
        if not 1 <= event.schema <= codec.SCHEMA:
            yield f"event {event.sequence} is of schema {event.schema}; this version of Kept knows 1 to {codec.SCHEMA}."
        if event.side not in list(Side):
            yield f"event {event.sequence} speaks for “{event.side}”, which is no side of a promise."
        if event.actor_id not in persons:
            yield f"event {event.sequence} was done by {event.actor_id}, which is no person."
        if before is not None and event.at < before.at:
            yield f"event {event.sequence} is earlier than the one before it."


def _replayed(events: Iterable[Event]) -> tuple[PromiseState, set[int], list[Happened]] | str:
    """The state that the events lead to, the parties that they name and the events as the rules know them; or the
    sentence that says why they lead to none."""
    state: PromiseState | None = None
    named: set[int] = set()
    happened: list[Happened] = []
    for row in events:
        try:
            event = book.to_core(row)
            move = TABLE.get((state.state if state else None, event.by.side, type(event.act)))
            if move is None:
                where = state.state if state else "the beginning"
                return f"event {row.sequence} (“{row.name}”) is not possible there: the promise stood at {where}."
            if move.event != row.name:
                return f"event {row.sequence} is called “{row.name}”, but what it holds is “{move.event}”."
            state = evolve(state, event)
            named |= projection.named_in(event)
            happened.append(event)
        except KeptError as error:
            return f"event {row.sequence} (“{row.name}”) cannot be read: {error}"
    return (state, named, happened) if state else "it has no events."


def _row_differs(rows: list[Row], wanted: dict[str, Any]) -> Iterator[str]:
    if not rows:
        yield "it has no row, though its events tell of it."
        return
    for name, stored in zip(COLUMNS, rows[0], strict=True):
        if stored != wanted[name]:
            yield f"{_in_words(name)} is stored as {_shown(stored)}; its events give {_shown(wanted[name])}."


def _set_differs(verb: str, rows: list[Row], wanted: set[int]) -> Iterator[str]:
    stored = {row[0] for row in rows}
    for missing in sorted(wanted - stored):
        yield f"its events say that it {verb} {missing}; no row does."
    for extra in sorted(stored - wanted):
        yield f"a row says that it {verb} {extra}; no event does."


def _measure_differs(what: str, rows: list[Row], wanted: set[Row]) -> Iterator[str]:
    if len(rows) != len(set(rows)):
        yield f"{what} stands there twice."
    for missing in sorted(wanted - set(rows), key=str):
        yield f"its events give {what} at event or moment {_shown(missing[0])}, {_shown(missing[1])}; no row does."
    for extra in sorted(set(rows) - wanted, key=str):
        yield f"a row tells of {what} ({_shown(extra[0])}, {_shown(extra[1])}); no event does."


def _in_words(column: str) -> str:
    return f"“{column.removesuffix('_id').replace('_', ' ')}”"


def _shown(value: Any) -> str:
    return "nothing" if value in (None, "") else f"“{value}”"
