"""The life of a promise: the conversation for action, as pure functions.

`decide(state, act, by, at) -> events` refuses or accepts an act; `evolve(state, event) -> state` says what follows.
An event is an accepted act: who, when, what, named in the past tense.

Source of the model: T. Winograd, F. Flores, Understanding Computers and Cognition (1986), figure 5.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from kept.core import acts, checks, effects
from kept.core.errors import CorruptLedger, Incomplete
from kept.core.state import TABLE, Event, PromiseState, State
from kept.core.terms import By, Side


def decide(state: PromiseState | None, act: acts.Act, by: By, at: datetime) -> tuple[Event, ...]:
    """Accept `act` by `by` at the aware moment `at`, or refuse it.

    Gives the events that happened (today always one). Raises a `Refused` that says what to do instead. Time does not
    run backwards inside a promise: an act is recorded no earlier than the event before it.
    """
    if at.tzinfo is None:
        raise Incomplete("A moment needs its time zone.")
    if state is not None:
        at = max(at, state.last_at)
    move = checks.move(state, act, by.side)
    if state is not None and (reason := checks.why_not_now(state, type(act), by.side, at)):
        raise reason
    checks.say_enough(act)
    checks.speaks_for(act, state, by.side)
    checks.check(act, state, at)
    return (Event(move.event, at, by, act),)


def evolve(state: PromiseState | None, event: Event) -> PromiseState:
    """The state after `event`. `None` is the state before the first event. `CorruptLedger` where it cannot follow."""
    if state is None:
        return effects.opened(event)
    move = TABLE.get((state.state, event.by.side, type(event.act)))
    if move is None or move.event != event.name:
        raise CorruptLedger(f"“{event.name}” by the {event.by.side}'s side cannot follow on {state.state}.")
    after = effects.apply(event.act, state, event)
    after = replace(after, **_besides(state, after, event, move.to))
    return replace(after, moved=after.sequence) if _seen(after) != _seen(state) else after


def _besides(state: PromiseState, after: PromiseState, event: Event, to: State) -> dict[str, Any]:
    """What every event changes besides what its act does (`after`), where it leads to the state `to`."""
    changes: dict[str, Any] = {"state": to, "sequence": state.sequence + 1, "last_at": event.at}
    if to is not State.ASKED:
        changes["answerable"] = None  # taken on there, or over
    if event.is_word:
        changes["heard_at"] = event.at
    if event.by.side is Side.CUSTOMER and after.asker is None:
        changes["asker"] = event.by.person
    if to.ended and not state.state.ended:
        # Where no terms ever came into force, what was last on the table stays: it is what the story was about.
        changes |= {"ended_at": event.at, "proposed": None if after.terms else after.proposed}
    return changes


def _seen(state: PromiseState) -> tuple[object, ...]:
    """What an actor must have seen before acting: who acts after a change of these without knowing it is overtaken."""
    return (state.state, state.terms, state.proposed, state.provider, state.answerable)


def replay(events: Iterable[Event]) -> PromiseState | None:
    """The state that `events`, in order, lead to; `None` where there are none."""
    state: PromiseState | None = None
    for event in events:
        state = evolve(state, event)
    return state


def open_acts(state: PromiseState, side: Side, at: datetime) -> tuple[type[acts.Act], ...]:
    """The acts that `side` may do at the moment `at`, in the order of the table: just what `decide` can accept."""
    at = max(at, state.last_at)
    return tuple(
        act
        for (where, who, act) in TABLE
        if where is state.state and who is side and checks.why_not_now(state, act, side, at) is None
    )
