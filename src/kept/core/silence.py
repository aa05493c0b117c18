"""When is a customer owed word, and how long was it not given? Read from the events of a promise.

Word is owed in two ways: to an ask by the moment that the provider named (`hear_by`), and in a promise that stands, as
often as its agreement says (the update rhythm, in working time). Any act of the provider but a link is word. While the
provider's new terms wait for the customer's answer, none is owed. Whoever passes an ask on owes what they announced
until it is taken on there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kept.core.calendars import Calendar, NoWorkingTimeError, add_working_time, working_time
from kept.core.promise import evolve
from kept.core.state import Event, PromiseState, State
from kept.core.terms import Side


class Owed(StrEnum):
    """Why word is owed."""

    ANNOUNCED = "announced"
    RHYTHM = "rhythm"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `since` to `until` (`None`: still) word was owed: by `hear_by`, or within `allowed` working time."""

    provider: int
    since: datetime
    until: datetime | None
    hear_by: datetime | None = None
    allowed: timedelta | None = None


Rhythm = Callable[[PromiseState], timedelta | None]
"""How often the customer hears, by the agreement that a promise was made under; `None` where none says."""


def owed(state: PromiseState | None) -> Owed | None:
    """Why word is owed in this state; `None` where it is not."""
    if state is None:
        return None
    if state.state is State.ASKED and state.hear_by is not None:
        return Owed.ANNOUNCED
    awaits_customer = state.proposed is not None and state.proposed.side is Side.PROVIDER
    return Owed.RHYTHM if state.state is State.PROMISED and not awaits_customer else None


def begins_anew(before: PromiseState | None, event: Event, after: PromiseState) -> bool:
    """Whether what was owed before `event` ends with it; where word is owed after it, that begins there."""
    return event.is_word or owed(before) is not owed(after)


def opened(event: Event, after: PromiseState, rhythm: Rhythm) -> Stretch | None:
    """The stretch that begins with `event`; `None` where no word is owed, or no agreement says how often."""
    match owed(after):
        case Owed.ANNOUNCED:
            return Stretch(after.answerable_party, event.at, None, hear_by=after.hear_by)
        case Owed.RHYTHM if (allowed := rhythm(after)) is not None:
            return Stretch(after.provider, event.at, None, allowed=allowed)
        case _:
            return None


def stretches(events: Iterable[Event], rhythm: Rhythm) -> tuple[Stretch, ...]:
    """Every stretch of a promise in which word was owed, oldest first."""
    found: list[Stretch] = []
    current: Stretch | None = None
    state: PromiseState | None = None
    for event in events:
        before, state = state, evolve(state, event)
        if not begins_anew(before, event, state):
            continue
        if current is not None and current.since < event.at:  # one that ended as it began never was
            found.append(replace(current, until=event.at))
        current = opened(event, state, rhythm)
    return (*found, current) if current is not None else tuple(found)


def silent_time(stretch: Stretch, calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How much of the working time between `start` and `end` the customer was owed word that had not come."""
    until = end if stretch.until is None else min(end, stretch.until)
    if stretch.allowed is not None and until - stretch.since <= stretch.allowed:
        return timedelta(0)  # working time is never longer than time
    owed_at = _owed_at(stretch, calendar)
    if owed_at is None:
        return timedelta(0)
    begin = max(owed_at, stretch.since, start)  # what was silent before `since` is another stretch's
    return working_time(calendar, begin, until) if begin < until else timedelta(0)


def _owed_at(stretch: Stretch, calendar: Calendar) -> datetime | None:
    """When word was due; `None` where the calendar never gets there."""
    if stretch.allowed is None:
        return stretch.hear_by
    try:
        return add_working_time(calendar, stretch.since, stretch.allowed)
    except NoWorkingTimeError:
        return None
