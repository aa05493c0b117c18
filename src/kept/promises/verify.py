"""Does replaying the ledger give what is stored of each promise? Registered with `ledger.verifying`, which asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain

from django.db.models import QuerySet

from kept.core.errors import KeptError
from kept.core.promise import evolve
from kept.core.silence import Rhythm
from kept.core.state import TABLE, PromiseState
from kept.core.state import Event as Happened
from kept.ledger import book
from kept.ledger.models import Event, Stream
from kept.ledger.verifying import CHUNK, Comparing, Row, Story, StoryKind, register, row_differs, rows, shown
from kept.people.models import Person
from kept.promises import contents, measures, projection, tally
from kept.promises.agreed import expectations_of
from kept.promises.figures import shutting
from kept.promises.models import ChasePassed, File, Impression, Participant, Practice, Promise, Reliance, WordOwed

COLUMNS = tuple(field.attname for field in Promise._meta.concrete_fields if not field.primary_key)  # noqa: SLF001 Django means it for us

FILES = 4
"""The place of the files among the tables below."""


def tables() -> list[Iterator[tuple[int, Row]]]:
    """Everything that any table says of promises: `Promise`, and what hangs on it."""
    return [
        rows(Promise.objects.order_by("pk"), "pk", *COLUMNS),
        rows(Reliance.objects.order_by("promise_id", "on_id"), "promise_id", "on_id"),
        rows(Participant.objects.order_by("promise_id", "person_id"), "promise_id", "person_id"),
        rows(Impression.objects.order_by("promise_id", "pk"), "promise_id", *measures.IMPRESSION),
        rows(_went_along(), "promise_id", "sequence", "pk", "uploaded_by_id", "sha256"),
        rows(ChasePassed.objects.order_by("promise_id", "pk"), "promise_id", *measures.CHASE_PASSED),
        rows(WordOwed.objects.order_by("promise_id", "pk"), "promise_id", *measures.WORD_OWED),
    ]


def comparing() -> Comparing:
    """What compares one promise with its events, and `Practice` and the blocks of answers with those of all of them."""
    persons = frozenset(Person.objects.values_list("pk", flat=True))
    rhythm, counted = _rhythms(), tally.Sum()
    is_whole = lru_cache(maxsize=65536)(contents.is_whole)  # a content may have gone with several acts
    return Comparing(
        lambda promise: chain(_differences(promise, persons, rhythm, counted), _spoiled(promise, is_whole)),
        lambda: chain(tally.differences(counted, _practice()), shutting.differences()),
    )


def _practice() -> Iterator[tuple[int, str, Row]]:
    columns = ("party_id", "word", *tally.COUNTS, "last")
    for party, word, *values in Practice.objects.values_list(*columns).iterator(chunk_size=CHUNK):
        yield party, word, tuple(values)


def _went_along() -> QuerySet[File]:
    return File.objects.filter(sequence__isnull=False).order_by("promise_id", "sequence", "pk")


def _spoiled(promise: Story, is_whole: Callable[[str], bool]) -> Iterator[str]:
    """The files of the promise whose content is not on the disk as it was handed in."""
    for _, file, _, digest in promise.tables[FILES]:
        if not is_whole(digest):
            yield f"the content of file {file} is gone from the disk, or not what was handed in ({digest[:12]}…)."


def _rhythms() -> Rhythm:
    """`measures.rhythm`, which asks the database once a version of an agreement."""
    update_every = lru_cache(maxsize=4096)(lambda *version: expectations_of(*version).update_every)
    return lambda state: update_every(state.agreement, state.agreement_version)


def _differences(promise: Story, persons: frozenset[int], rhythm: Rhythm, counted: tally.Sum) -> Iterator[str]:
    replayed = _replayed(promise.events)
    if isinstance(replayed, str):
        yield replayed
        return
    state, named, happened = replayed
    for each in tally.changes(happened):
        counted.add(each)
    yield from _by_another_customer(happened, state.customer, persons)
    own, relies_on, participants, impressions, files, chases, words_owed = promise.tables
    yield from row_differs(COLUMNS, own, projection.columns(state))
    yield from _set_differs("relies on promise", relies_on, set(state.relies_on))
    yield from _set_differs("names person", participants, named & persons)
    yield from _measure_differs("a file", [row[:3] for row in files], _carried(happened))
    yield from _measure_differs("an impression", impressions, measures.impressions(happened))
    yield from _measure_differs("a chase of what was passed on", chases, measures.chases_passed(happened))
    yield from _measure_differs("word owed", words_owed, measures.stretches(happened, rhythm))


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


def _by_another_customer(events: list[Happened], customer: int, persons: frozenset[int]) -> Iterator[str]:
    """Where an outside customer acted in a promise that is not theirs: they speak for nobody but themselves."""
    for number, event in enumerate(events, start=1):
        if event.by.person != customer and event.by.person not in persons:
            yield f"event {number} was done by {event.by.person}, an outside customer whose promise this is not."


def _carried(happened: Iterable[Happened]) -> set[Row]:
    """The files that the events carry: sequence, file, and who handed it in."""
    return {
        (sequence, file, event.by.person)
        for sequence, event in enumerate(happened, start=1)
        for file in event.act.files
    }


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
        yield f"its events give {what} at event or moment {shown(missing[0])}, {shown(missing[1])}; no row does."
    for extra in sorted(set(rows) - wanted, key=str):
        yield f"a row tells of {what} ({shown(extra[0])}, {shown(extra[1])}); no event does."


register(StoryKind(Stream.Kind.PROMISE, tables, comparing))
