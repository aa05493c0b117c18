"""Whose turn was it, and for how long? The time in which the customer's answer is awaited does not measure a provider.

It is the **customer's** turn while an offer, other terms, a delivery, or new terms that the provider proposes wait for
their answer; it is the **provider's** turn while an ask waits for an answer and while a promise is being kept. Once the
conversation is over it is nobody's. What was passed on is the turn of those who did so, until it is taken on there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kept.core.promise import evolve
from kept.core.state import Event, PromiseState, State
from kept.core.terms import Side


@dataclass(frozen=True, slots=True)
class Turn:
    """From `start` to `end` it was the turn of `party`, on that side."""

    side: Side
    party: int
    start: datetime
    end: datetime


def whose_turn(state: PromiseState) -> Side | None:
    """The side that the next step waits for; `None` once it is over."""
    match state.state:
        case State.OFFERED | State.COUNTERED | State.DELIVERED:
            return Side.CUSTOMER
        case State.PROMISED if state.proposed is not None and state.proposed.side is Side.PROVIDER:
            return Side.CUSTOMER
        case State.ASKED | State.PROMISED:
            return Side.PROVIDER
        case _:
            return None


def turns(events: Iterable[Event], now: datetime) -> list[Turn]:
    """Every turn up to `now`, oldest first; they follow upon each other without a gap while the promise is open."""
    found: list[Turn] = []
    state: PromiseState | None = None
    for event in events:
        if state is not None:
            _add(found, state, event.at)
        state = evolve(state, event)
    if state is not None:
        _add(found, state, max(now, state.last_at))
    return found


def _add(found: list[Turn], state: PromiseState, until: datetime) -> None:
    side = whose_turn(state)
    if side is None:
        return
    party = state.answerable_party if side is Side.PROVIDER else state.customer
    if found and (found[-1].side, found[-1].party, found[-1].end) == (side, party, state.last_at):
        found[-1] = Turn(side, party, found[-1].start, until)
    else:
        found.append(Turn(side, party, state.last_at, until))
