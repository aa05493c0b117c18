"""The customer's answers at acceptance, read from the events of a promise, and when each is final."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kept.core import acts
from kept.core.promise import evolve
from kept.core.state import Event, PromiseState, State
from kept.core.terms import Answer, Side

SOONEST, LATEST = timedelta(days=1), timedelta(days=31)
"""An answer is final when the promise cannot be reopened any more: not sooner than this, and not later than that."""


@dataclass(frozen=True, slots=True)
class Impression:
    """The answer given in event `sequence` by the person `author`.

    `own_side`: the author had acted for the provider in the same promise. `provider_answer` is what the provider said
    of that delivery. From `settles_at` on the answer counts for good.
    """

    sequence: int
    author: int
    answer: Answer
    signed: bool
    provider_answer: Answer
    own_side: bool
    at: datetime
    settles_at: datetime


def given(before: PromiseState | None, event: Event, *, own_side: bool) -> Impression | None:
    """The impression that `event` gives; `None` where it is no acceptance of a delivery."""
    if not isinstance(event.act, acts.Accept) or event.act.answer is None:
        return None
    if before is None or before.state is not State.DELIVERED or before.provider_answer is None:
        return None
    return Impression(
        sequence=before.sequence + 1,
        author=event.by.person,
        answer=event.act.answer,
        signed=event.act.signed,
        provider_answer=before.provider_answer,
        own_side=own_side,
        at=event.at,
        settles_at=event.at + min(max(before.reopen_window, SOONEST), LATEST),
    )


def takes_back(event: Event, impression: Impression) -> bool:
    """Whether `event` takes the answer back: the promise is reopened before it was final."""
    return isinstance(event.act, acts.Reopen) and event.at < impression.settles_at


def impressions(events: Iterable[Event]) -> tuple[Impression, ...]:
    """The answers that stand after all `events`, oldest first."""
    found: list[Impression] = []
    provider_side: set[int] = set()
    state: PromiseState | None = None
    for event in events:
        before, state = state, evolve(state, event)
        if event.by.side is Side.PROVIDER:
            provider_side.add(event.by.person)
        found = [one for one in found if not takes_back(event, one)]
        if (one := given(before, event, own_side=event.by.person in provider_side)) is not None:
            found.append(one)
    return tuple(found)
