"""How an open promise stands, in one word and one sentence: derived each time, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kept.core.state import State
from kept.promises.models import Promise


@dataclass(frozen=True, slots=True)
class Standing:
    """`word` is late, at risk, silent, or the state itself; `why` says in one sentence what that rests on."""

    word: str
    why: str


WHY_STATE: dict[str, str] = {
    State.ASKED: "Waiting for an answer.",
    State.OFFERED: "Waiting for the customer's answer.",
    State.COUNTERED: "Other terms are on the table; waiting for the customer's answer.",
    State.PROMISED: "Promised, and on its way.",
    State.DELIVERED: "Delivered; waiting for the customer to accept it.",
    State.ACCEPTED: "Accepted.",
    State.DECLINED: "Declined.",
    State.WITHDRAWN: "Withdrawn.",
    State.CANCELLED: "Cancelled by the customer.",
    State.BROKEN: "The provider had to give it up.",
}


def standing(promise: Promise, now: datetime) -> Standing:
    """How `promise` stands at `now`."""
    if promise.state == State.PROMISED:
        return _of_promised(promise, now)
    if promise.state == State.ASKED and promise.hear_by is not None and promise.hear_by < now:
        return Standing("silent", "The customer was to hear by now, and has not.")
    if promise.outcome:
        return Standing(promise.outcome, _why_ended(promise))
    return Standing(promise.state, WHY_STATE[promise.state])


def _of_promised(promise: Promise, now: datetime) -> Standing:
    if promise.due < now:
        return Standing("late", "Its date has passed.")
    if promise.expected is not None and promise.expected > promise.due:
        return Standing("at risk", "It is expected after its date.")
    if promise.needs_help:
        return Standing("at risk", "The provider has asked for help.")
    if promise.proposed_by:
        return Standing(promise.state, f"The {promise.proposed_by}'s side proposes new terms.")
    if promise.reworks:
        return Standing(promise.state, "It came back once and is being put right.")
    return Standing(promise.state, WHY_STATE[promise.state])


def _why_ended(promise: Promise) -> str:
    if promise.state == State.BROKEN:
        return WHY_STATE[State.BROKEN]
    if promise.outcome == "kept":
        return "Delivered by its date, and accepted."
    return "Accepted, but delivered after its date, or the date was moved when it had already passed."
