"""Kept or broken: the one rule by which a promise counts."""

from __future__ import annotations

from enum import StrEnum

from kept.core.state import PromiseState, State


class Outcome(StrEnum):
    """How a promise ended, where it counts at all."""

    KEPT = "kept"
    BROKEN = "broken"


def outcome(state: PromiseState) -> Outcome | None:
    """Kept, broken, or `None` while it is open and where it counts as neither (declined, withdrawn, cancelled).

    Kept: the delivery that the customer accepted was made on or before the date in force, and that date was never
    moved after it had passed. Broken: the provider reneged, or delivered later than that.
    """
    if state.state is State.BROKEN:
        return Outcome.BROKEN
    if state.state is not State.ACCEPTED or state.terms is None or state.delivered_at is None:
        return None
    on_time = state.delivered_at <= state.terms.due
    return Outcome.KEPT if on_time and not state.date_moved_late else Outcome.BROKEN


def kept_as_first_promised(state: PromiseState) -> bool | None:
    """The stricter question: kept, and by the date that was promised first. `None` where `outcome` is."""
    ended = outcome(state)
    if ended is None:
        return None
    if ended is Outcome.BROKEN or state.first_terms is None or state.delivered_at is None:
        return False
    return state.delivered_at <= state.first_terms.due
