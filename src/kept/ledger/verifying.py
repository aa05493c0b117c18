"""Does replaying the ledger give what is stored? Every story, column for column, streamed: memory stays flat.

All tables are read side by side in the order of their story, in one snapshot of the database, so that people can go on
acting meanwhile. How one kind of story is replayed and compared its own room says, in its module `verify`, which
registers a `StoryKind` here; those modules are found by their name, so that the ledger knows none of the rooms above.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import autodiscover_modules

from kept.core import codec
from kept.core.terms import Side
from kept.ledger import seal
from kept.ledger.models import Event, Stream

MOST = 1000
"""How many differences a report lists; the rest it counts."""
CHUNK = 2000
Row = tuple[Any, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Story:
    """One story as it is stored: its events, and the rows that each of its room's tables has of it."""

    id: int
    events: list[Event]
    tables: list[list[Row]]


Differ = Callable[[Story], Iterator[str]]
"""What is stored of a story and its events would not give, each in a sentence. The events are sound and not empty."""


def _nothing() -> Iterator[str]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Comparing:
    """What compares the stories of one kind: each by itself with `each`, and, after the last one, with `together` what
    is stored of all of them in sum. That is asked only where every story was sound: otherwise no sum can be told.
    """

    each: Differ
    together: Callable[[], Iterator[str]] = _nothing


@dataclass(frozen=True, slots=True)
class StoryKind:
    """How the stories of one kind are compared.

    `tables` gives, for each table of the room, its rows with the id of their story, in the order of that id (see
    `rows`); `comparing` is asked once a verification, inside its snapshot, for the functions that compare.
    """

    kind: str
    tables: Callable[[], list[Iterator[tuple[int, Row]]]]
    comparing: Callable[[], Comparing]


_KINDS: dict[str, StoryKind] = {}


def register(kind: StoryKind) -> None:
    """From now on the stories of this kind are compared; for the module `verify` of a room."""
    _KINDS[kind.kind] = kind


@dataclass(frozen=True, slots=True)
class Difference:
    """Something about one story (0: all of its kind together) that its events do not give; `says` it in a sentence."""

    kind: str
    story: int
    says: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared: how many `stories` of each kind, and events; whether the seal is laid; the first `MOST`
    differences, and how many there are in all.
    """

    stories: Mapping[str, int]
    events: int
    sealed: bool
    differences: tuple[Difference, ...]
    count: int

    @property
    def clean(self) -> bool:
        """Whether the seal is laid and nothing differs."""
        return self.sealed and not self.count


def verify(*, on_progress: Callable[[float], None] = lambda _share: None) -> Verified:
    """Replay every story and compare; `on_progress` is told the share that is done, 0 to 1. Changes nothing."""
    autodiscover_modules("verify")
    found: list[Difference] = []
    stories = Counter(dict.fromkeys(_KINDS, 0))
    events = count = 0
    with snapshot():
        total = Event.objects.count()
        compare = _Comparison.begin()
        for kind, story, says in compare.everything():
            stories[kind] += 1
            events += len(story.events)
            for each in says:
                count += 1
                if count <= MOST:
                    found.append(Difference(kind, story.id, each))
            if stories.total() % 100 == 1:
                on_progress(events / max(total, 1))
        for kind, sentence in compare.in_sum():
            count += 1
            found.extend([Difference(kind, 0, sentence)] if count <= MOST else [])
        sealed = seal.is_laid()
    on_progress(1.0)
    return Verified(dict(stories), events, sealed, tuple(found), count)


# --- what is stored, story by story -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Comparison:
    """All tables opened beside each other, and what compares each kind."""

    streams: _Ordered[Row]
    events: _Ordered[Event]
    tables: dict[str, list[_Ordered[Row]]]
    differs: dict[str, Comparing]
    by_nobody: frozenset[int]
    broken: set[str]

    @classmethod
    def begin(cls) -> _Comparison:
        kinds = _KINDS.values()
        return cls(
            streams=_Ordered(rows(Stream.objects.order_by("pk"), "pk", "kind")),
            events=_Ordered((row.stream_id, row) for row in _events()),
            tables={kind.kind: [_Ordered(table) for table in kind.tables()] for kind in kinds},
            differs={kind.kind: kind.comparing() for kind in kinds},
            by_nobody=_by_nobody(),
            broken=set(),
        )

    def everything(self) -> Iterator[tuple[str, Story, Iterator[str]]]:
        """Every story with its kind, and what differs; one that is of no known kind goes by that of its rows."""
        sources: list[_Ordered[Any]] = [
            self.streams,
            self.events,
            *(table for tables in self.tables.values() for table in tables),
        ]
        while heads := [source.next_id for source in sources if source.next_id is not None]:
            story_id = min(heads)
            streams, events = self.streams.take(story_id), self.events.take(story_id)
            told = {kind: [table.take(story_id) for table in tables] for kind, tables in self.tables.items()}
            said = str(streams[0][0]) if streams else ""
            with_rows = [other for other, tables in told.items() if any(tables)]
            kind = said if said in told else next(iter(with_rows), "")
            story = Story(story_id, events, told.get(kind, []))
            strange = [other for other in with_rows if other != kind]
            yield kind or said, story, self._differences(kind, story, streams, strange)

    def _differences(self, kind: str, story: Story, streams: list[Row], strange: list[str]) -> Iterator[str]:
        if not streams:
            yield "the ledger has no story of it, only rows that hang in the air."
        elif streams[0][0] not in self.differs:
            yield f"its story is of a kind that is not known: “{streams[0][0]}”."
        for other in strange:
            yield f"rows tell of it as if it were one of another kind: “{other}”."
        if not story.events:
            yield "it has no events, though other rows tell of it." if any(story.tables) else "its story is empty."
            return
        broken = list(self._unsound(story.events))
        yield from broken
        if broken:  # then what its rows should say cannot be told
            self.broken.add(kind)
        elif kind:
            yield from self.differs[kind].each(story)

    def in_sum(self) -> Iterator[tuple[str, str]]:
        """After the last story: what differs in what is stored of all of a kind together."""
        for kind, comparing in self.differs.items():
            if kind not in self.broken:
                yield from ((kind, says) for says in comparing.together())

    def _unsound(self, events: list[Event]) -> Iterator[str]:
        """What is wrong with the events as they stand, before any rule is asked."""
        if [event.sequence for event in events] != list(range(1, len(events) + 1)):
            shown = ", ".join(str(event.sequence) for event in events[:20])
            yield f"its {len(events)} events should be numbered from 1 without a gap, but are: {shown}."
        for before, event in zip([None, *events], events, strict=False):
            number = event.sequence
            if not 1 <= event.schema <= codec.SCHEMA:
                yield f"event {number} is of schema {event.schema}; this version of Kept knows 1 to {codec.SCHEMA}."
            if event.side not in list(Side):
                yield f"event {number} speaks for “{event.side}”, which is no side."
            if event.pk in self.by_nobody:
                yield f"event {number} was done by {event.actor_id}, which is no person."
            if before is not None and event.at < before.at:
                yield f"event {number} is earlier than the one before it."


def _events() -> Iterator[Event]:
    return Event.objects.order_by("stream_id", "sequence").iterator(chunk_size=CHUNK)


def _by_nobody() -> frozenset[int]:
    """The ids of events whose actor is no person: nor, outside of agreements, an outside customer for itself."""
    themselves = {"actor__kind": "outside", "side": Side.CUSTOMER}
    rows = Event.objects.exclude(actor__kind="person").exclude(~Q(stream__kind=Stream.Kind.AGREEMENT), **themselves)
    return frozenset(rows.values_list("pk", flat=True))


def rows(query: QuerySet[Any], *columns: str) -> Iterator[tuple[int, Row]]:
    """The rows of a table, each with the id of its story, which is the first of `columns`; `query` is in its order."""
    return ((row[0], row[1:]) for row in query.values_list(*columns).iterator(chunk_size=CHUNK))


class _Ordered(Generic[T]):
    """Rows in the order of their story, handed out story by story."""

    def __init__(self, rows: Iterator[tuple[int, T]]) -> None:
        self._rows = rows
        self._head = next(rows, None)

    @property
    def next_id(self) -> int | None:
        """The story of the next row."""
        return self._head[0] if self._head else None

    def take(self, story: int) -> list[T]:
        """The rows of this story, which must be the next one or a later one."""
        taken: list[T] = []
        while self._head and self._head[0] == story:
            taken.append(self._head[1])
            self._head = next(self._rows, None)
        return taken


@contextmanager
def snapshot() -> Iterator[None]:
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


def row_differs(columns: tuple[str, ...], stored: list[Row], wanted: Mapping[str, Any]) -> Iterator[str]:
    """Where the one row that a story has in a table is not what its events give."""
    if not stored:
        yield "it has no row, though its events tell of it."
        return
    for name, value in zip(columns, stored[0], strict=True):
        if value != wanted[name]:
            yield f"{_in_words(name)} is stored as {shown(value)}; its events give {shown(wanted[name])}."


def _in_words(column: str) -> str:
    return f"“{column.removesuffix('_id').replace('_', ' ')}”"


def shown(value: Any) -> str:
    """A stored value as a sentence has it."""
    return "nothing" if value in (None, "") else f"“{value}”"
