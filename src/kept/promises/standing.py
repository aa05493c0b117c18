"""How open promises stand, in words and sentences: derived each time, never stored.

Late, at risk, silent and waiting on may hold at the same time; the first of them in this order gives the word, all are
told. Many promises are looked at in one go: the number of queries depends on the length of their chains alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from kept.core import durations
from kept.core.calendars import Calendar, NoWorkingTimeError, add_working_time, working_time
from kept.core.chains import Cause, Foreseen
from kept.core.state import State
from kept.people.calendars import calendars_of
from kept.people.models import Person
from kept.promises import chains, likelihoods
from kept.promises.chains import Chain
from kept.promises.models import Likelihood, Promise, WordOwed

SOON = 0.75
"""The part of the rhythm after which the next word is said to be due soon."""
A_DAY = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that holds of a promise: late, at risk, silent, waiting on; `why` in one sentence.

    `since` is when it began, where that is known.
    """

    word: str
    why: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """`word` is late, at risk, silent, waiting on, or the state itself; `why` says in one sentence what that rests on.

    `signs` are all that hold, the one that gives the word first. `expected` is when an open promise is to be expected,
    where that is not its date and somebody said when; `word_by` when the next word is owed, where that is soon or has
    passed.

    `likely` is when an open promise is likely to be ready, where the past says so; `likelihood` is all that it says,
    for those who see the promise in full. `in_danger`: its date is likely to be missed, and its provider named no
    other.
    """

    word: str
    why: str
    signs: tuple[Sign, ...] = ()
    expected: datetime | None = None
    word_by: datetime | None = None
    likely: datetime | None = None
    likelihood: Likelihood | None = None
    in_danger: bool = False


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


def standing(promise: Promise, viewer: Person, now: datetime) -> Standing:
    """How `promise`, which the viewer sees in full, stands at `now`."""
    return standings([promise], viewer, now)[promise.pk]


def standings(promises: Collection[Promise], viewer: Person, now: datetime) -> dict[int, Standing]:
    """How each of `promises`, which the viewer sees in full, stands at `now`."""
    return in_chain(promises, chains.upstream(promises, viewer, now), now)


def in_chain(promises: Collection[Promise], chain: Chain, now: datetime) -> dict[int, Standing]:
    """How each of `promises` stands at `now`, whose chain is read already."""
    rhythms = _rhythms([one for one in promises if one.state == State.PROMISED])
    likelihoods.read_for(promises)
    return {one.pk: _standing(one, chain, rhythms.get(one.pk), now) for one in promises}


def in_outline(promise: Promise, now: datetime) -> Standing:
    """How a promise stands for somebody who sees its state and dates alone."""
    return _standing(promise, chains.alone(promise, now), None, now)


def _standing(promise: Promise, chain: Chain, rhythm: _Rhythm | None, now: datetime) -> Standing:
    if promise.outcome:
        return Standing(promise.outcome, _why_ended(promise))
    foreseen = chain.foreseen.get(promise.pk)
    past = likelihoods.told(promise, now)
    signs = _signs(promise, chain, past, rhythm, now)
    known = foreseen is not None and foreseen.slip and foreseen.cause is not Cause.LATE
    expected = foreseen.expected if foreseen and known else None  # of what is only late, nobody knows when it comes
    word_by = rhythm.by if rhythm and rhythm.soon <= now else None
    word, why = promise.state, _why_state(promise)
    if signs and (signs[0].word != "waiting on" or promise.state == State.PROMISED):
        word, why = signs[0].word, signs[0].why
    likely = past.likely if past and past.likely and past.likely > now else None
    seen = past if promise.pk in chain.named else None
    return Standing(word, why, signs, expected, word_by, likely, seen, likelihoods.is_open_danger(promise, past, now))


def _signs(
    promise: Promise, chain: Chain, past: Likelihood | None, rhythm: _Rhythm | None, now: datetime
) -> tuple[Sign, ...]:
    found = []
    foreseen = chain.foreseen.get(promise.pk)
    if promise.state == State.PROMISED:
        if promise.due < now:
            found.append(Sign("late", _why_late(promise, chain, foreseen), promise.due))
        elif foreseen is not None and foreseen.cause is not None:
            found.append(Sign("at risk", chain.why(promise.pk), foreseen.known_at))
        elif past is not None and past.in_danger:
            found.append(Sign("at risk", why_in_danger(promise, chain, past)))
        if promise.needs_help:
            found.append(Sign("at risk", f"{promise.provider} has asked for help."))
        if rhythm is not None and rhythm.by < now:
            found.append(Sign("silent", rhythm.why(promise, now), rhythm.by))
    elif promise.state == State.ASKED and promise.hear_by is not None and promise.hear_by < now:
        why = f"{promise.customer} was to hear from {promise.answerable or promise.provider} by now, and has not."
        found.append(Sign("silent", why, promise.hear_by))
    if foreseen is not None and foreseen.waiting is not None:
        found.append(Sign("waiting on", chain.waits_for(promise.pk), foreseen.waiting.since))
    return tuple(found)


def _why_late(promise: Promise, chain: Chain, foreseen: Foreseen[int] | None) -> str:
    if foreseen is None or foreseen.cause is Cause.LATE:
        return "Its date has passed."
    return f"Its date has passed. {chain.why(promise.pk)}"


def why_in_danger(promise: Promise, chain: Chain, past: Likelihood) -> str:
    """What the past says, in one sentence or two; to those who see state and dates alone, no more than these."""
    if promise.pk not in chain.named:
        return likelihoods.how_late(past)
    waits = past.through_id if past.through_id in chain.promises else None
    reasons = [f"It waits for {chain.called(waits)}."] if waits else past.slower[:1]
    return " ".join([likelihoods.in_words(past), *reasons])


def _why_state(promise: Promise) -> str:
    if promise.state == State.PROMISED and promise.proposed_by:
        return f"The {promise.proposed_by}'s side proposes new terms."
    if promise.state == State.PROMISED and promise.reworks:
        return "It came back once and is being put right."
    return WHY_STATE[promise.state]


def _why_ended(promise: Promise) -> str:
    if promise.state == State.BROKEN:
        return WHY_STATE[State.BROKEN]
    if promise.outcome == "kept":
        return "Delivered by its date, and accepted."
    return "Accepted, but delivered after its date, or the date was moved when it had already passed."


# --- the rhythm of updates ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """Since when word is owed, by when, and from when on that is soon, as the agreement's rhythm says."""

    since: datetime
    soon: datetime
    by: datetime
    allowed: timedelta
    calendar: Calendar

    def why(self, promise: Promise, now: datetime) -> str:
        """Why the promise is silent."""
        day = working_day(self.calendar)
        quiet = durations.working(working_time(self.calendar, self.since, now), day)
        every = durations.working(self.allowed, day)
        return f"{promise.customer} has heard nothing for {quiet} of work; they agreed on a word every {every}."


@dataclass(frozen=True, slots=True)
class WordDue:
    """From `soon` on the next word is said to be due soon; past `by` the promise is silent."""

    soon: datetime
    by: datetime


def word_due(promise: Promise) -> WordDue | None:
    """When the next word of a promise is due by its rhythm; None where none is owed."""
    rhythm = _rhythms([promise]).get(promise.pk)
    return WordDue(rhythm.soon, rhythm.by) if rhythm else None


def _rhythms(promises: Collection[Promise]) -> dict[int, _Rhythm]:
    """The rhythm of those promises whose customer is owed word, by their ids."""
    rows = WordOwed.objects.filter(promise__in=[one.pk for one in promises], until=None, allowed__isnull=False)
    owed = {row.promise_id: row for row in rows} if promises else {}
    calendars = calendars_of(one.provider for one in promises if one.pk in owed)
    made = {one.pk: _rhythm(owed[one.pk], calendars[one.provider_id]) for one in promises if one.pk in owed}
    return {key: rhythm for key, rhythm in made.items() if rhythm is not None}


def _rhythm(row: WordOwed, calendar: Calendar) -> _Rhythm | None:
    """`None` where the calendar does not hold as much working time."""
    if row.allowed is None:
        return None
    try:
        soon = add_working_time(calendar, row.since, row.allowed * SOON)
        by = add_working_time(calendar, row.since, row.allowed)
    except NoWorkingTimeError:
        return None
    return _Rhythm(row.since, soon, by, row.allowed, calendar)


def working_day(calendar: Calendar) -> timedelta:
    """How long a usual working day is: the mean of the week's days that have hours; eight hours where none has."""
    days = [sum(hours.closes - hours.opens for hours in day) for day in calendar.week if day]
    return timedelta(minutes=sum(days) / len(days)) if days else A_DAY
