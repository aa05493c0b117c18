"""From the events of a promise to what its figures are made from: impressions, and the stretches that word was owed in.

`record` writes what one event changes; `impressions` and `stretches` say from all events what must stand there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from kept.core import acts, silence
from kept.core import impressions as answers
from kept.core.promise import evolve
from kept.core.silence import Stretch
from kept.core.state import Event, PromiseState, State
from kept.core.terms import Side
from kept.ledger.models import Event as Row
from kept.promises.agreed import expectations_of
from kept.promises.models import ChasePassed, Impression, WordOwed

IMPRESSION = ("sequence", "author_id", "answer", "signed", "provider_answer", "own_side", "at", "settles_at")
CHASE_PASSED = ("sequence", "provider_id")
WORD_OWED = ("provider_id", "since", "until", "hear_by", "allowed")


def rhythm(state: PromiseState) -> timedelta | None:
    """How often the customer hears, by the version of the agreement that the promise was made under."""
    return expectations_of(state.agreement, state.agreement_version).update_every


def record(promise_id: int, before: PromiseState | None, event: Event, after: PromiseState) -> None:
    """Write what `event` changes."""
    if isinstance(event.act, acts.Reopen):
        Impression.objects.filter(promise=promise_id, settles_at__gt=event.at).delete()
    elif isinstance(event.act, acts.Accept) and before is not None and before.state is State.DELIVERED:
        _record_impression(promise_id, before, event)
    elif isinstance(event.act, acts.Chase) and after.answerable is not None:
        ChasePassed.objects.create(promise_id=promise_id, **dict(zip(CHASE_PASSED, _chase(after), strict=True)))
    if silence.begins_anew(before, event, after):
        _record_stretch(promise_id, before, event, after)


def _record_impression(promise_id: int, before: PromiseState, event: Event) -> None:
    acted = Row.objects.filter(stream=promise_id, side=Side.PROVIDER, actor=event.by.person)
    given = answers.given(before, event, own_side=acted.exists())
    if given is not None:
        Impression.objects.create(promise_id=promise_id, **dict(zip(IMPRESSION, _answer(given), strict=True)))


def _record_stretch(promise_id: int, before: PromiseState | None, event: Event, after: PromiseState) -> None:
    was = silence.owed(before)
    if before is not None and (was is silence.Owed.ANNOUNCED or (was and before.agreement is not None)):
        current = WordOwed.objects.filter(promise=promise_id, until=None)
        if before.last_at == event.at:  # one that ends as it began never was
            current.filter(since=event.at).delete()
        current.update(until=event.at)
    if (stretch := silence.opened(event, after, rhythm)) is not None:
        WordOwed.objects.create(promise_id=promise_id, **dict(zip(WORD_OWED, _stretch(stretch), strict=True)))


def impressions(events: Iterable[Event]) -> set[tuple[Any, ...]]:
    """The rows of `Impression`, in the columns `IMPRESSION`, that replaying gives."""
    return {_answer(one) for one in answers.impressions(events)}


def stretches(events: Iterable[Event], known: silence.Rhythm = rhythm) -> set[tuple[Any, ...]]:
    """The rows of `WordOwed`, in the columns `WORD_OWED`, that replaying gives."""
    return {_stretch(one) for one in silence.stretches(events, known)}


def chases_passed(events: Iterable[Event]) -> set[tuple[Any, ...]]:
    """The rows of `ChasePassed`, in the columns `CHASE_PASSED`, that replaying gives."""
    found, state = set(), None
    for event in events:
        state = evolve(state, event)
        if isinstance(event.act, acts.Chase) and state.answerable is not None:
            found.add(_chase(state))
    return found


def _chase(after: PromiseState) -> tuple[Any, ...]:
    return (after.sequence, after.answerable_party)


def _answer(one: answers.Impression) -> tuple[Any, ...]:
    return (
        one.sequence, one.author, str(one.answer), one.signed, str(one.provider_answer), one.own_side, one.at,
        one.settles_at,
    )  # fmt: skip


def _stretch(stretch: Stretch) -> tuple[Any, ...]:
    return (stretch.provider, stretch.since, stretch.until, stretch.hear_by, stretch.allowed)
