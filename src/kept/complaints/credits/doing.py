"""What somebody contributed to a delivered promise, in words about what went right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kept.core import acts, durations
from kept.core.state import Event as Happened
from kept.core.state import State
from kept.core.terms import Side
from kept.ledger import book
from kept.ledger.models import Event
from kept.people.models import Person
from kept.promises.models import Promise

ANSWERED_EARLY: Final = timedelta(days=1)
"""An ask that was promised within this was answered early."""
A_DAY: Final = timedelta(days=1)
TOLD: Final = (
    "promise.promised", "promise.delivered", "promise.updated", "promise.handed_over", "promise.passed_on",
    "promise.acknowledged", "promise.escalated", "promise.noted", "promise.terms_accepted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, and by whom: the ids of persons and, where they still work here, their names."""

    words: str
    by: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


def by_date(promise: Promise) -> tuple[Deed, ...]:
    """What its dates alone say: for those who see no more of it."""
    return (Deed(_in_time(promise)),)


def deeds_of(promises: Collection[Promise]) -> dict[int, tuple[Deed, ...]]:
    """What was done in each of `promises`, which the reader sees in full; two queries for all of them."""
    happened: dict[int, list[Happened]] = defaultdict(list)
    rows = Event.objects.filter(stream__in=[one.pk for one in promises], name__in=TOLD)
    for row in rows.order_by("stream_id", "sequence"):
        happened[row.stream_id].append(book.to_core(row))
    persons = {one for events in happened.values() for event in events for one in _who(event)}
    names = dict(Person.objects.filter(pk__in=persons, is_active=True).values_list("pk", "name"))
    return {one.pk: tuple(_deeds(one, happened[one.pk], names)) for one in promises}


def doers_of(promises: Collection[Promise]) -> dict[int, set[int]]:
    """The persons who work here still and did something in each of `promises`."""
    return {key: {one for deed in deeds for one in deed.by} for key, deeds in deeds_of(promises).items()}


def _deeds(promise: Promise, events: Iterable[Happened], names: Mapping[int, str]) -> Iterator[Deed]:
    ours = [event for event in events if event.by.side is Side.PROVIDER]
    for words, kinds in _KINDS:
        if (said := words(promise)) and (found := [event for event in ours if isinstance(event.act, kinds)]):
            yield _deed(said, (one for event in found for one in _who(event)), names)
    if promise.state == State.ACCEPTED and not promise.reworks:
        yield Deed("nothing came back")
    for event in events:
        if isinstance(event.act, acts.Escalate):
            yield _deed("was brought in", [event.act.to], names)


def _deed(words: str, persons: Iterable[int], names: Mapping[int, str]) -> Deed:
    here = tuple(dict.fromkeys(one for one in persons if one in names))
    return Deed(words, here, tuple(names[one] for one in here))


def _who(event: Happened) -> tuple[int, ...]:
    """Who is to be credited for an event: whoever took it over or was brought in; else whoever did it."""
    if isinstance(event.act, acts.HandOver | acts.Escalate):
        return (event.act.to,)
    return (event.by.person,)


def _answered(promise: Promise) -> str:
    if promise.promised_at is None or promise.promised_at - promise.opened_at > ANSWERED_EARLY:
        return "took it on"
    return f"took it on within {durations.roughly(promise.promised_at - promise.opened_at)}"


def _gave_word(promise: Promise) -> str:
    return "gave word" if promise.chases else "gave word before anybody had to ask"


def _delivered(promise: Promise) -> str:
    return "put it right and delivered it" if promise.reworks else _in_time(promise)


def _in_time(promise: Promise) -> str:
    if promise.delivered_at is None or promise.delivered_at > promise.due:
        return "delivered it"
    early = promise.due - promise.delivered_at
    return f"delivered it {durations.roughly(early)} early" if early >= A_DAY else "delivered it on time"


_KINDS: Final = (
    (lambda _: "passed it on to those who could do it", acts.PassOn),
    (_answered, acts.Promise),
    (lambda _: "took it over", acts.HandOver),
    (_gave_word, acts.Update | acts.Acknowledge),
    (_delivered, acts.Deliver),
)
