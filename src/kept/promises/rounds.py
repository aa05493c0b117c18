"""The terms on the table beside those that they differ from: theirs, yours, what changed; and every round before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kept.core import acts, durations
from kept.core.calendars import Calendar, working_time
from kept.core.promise import evolve
from kept.core.state import Event, PromiseState, State
from kept.core.terms import Side, Terms
from kept.core.wording import Kind, changed
from kept.people.calendars import calendar_of
from kept.promises.models import Promise
from kept.promises.standing import working_day


@dataclass(frozen=True, slots=True)
class Round:
    """Terms that one side put on the table at a moment; `by` says whose they are, for the reader."""

    terms: Terms
    side: Side
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The terms on the table (`new`), those that they are compared with (`old`), and what changed, for one reader.

    `old_title` and `new_title` say whose each are; `what` and `done_when` are the wordings with what was taken out and
    put in (empty where nothing changed), `date` says in words how far the date moved; `earlier` are the rounds before.
    """

    old_title: str
    new_title: str
    old: Terms
    new: Terms
    what: tuple[tuple[Kind, str], ...]
    date: str
    done_when: tuple[tuple[Kind, str], ...]
    earlier: tuple[Round, ...]


def beside(promise: Promise, events: Iterable[Event], sides: Collection[Side]) -> Beside | None:
    """What lies on the table against what it differs from, for somebody on `sides`; `None` where nothing does."""
    rounds, state = _rounds(promise, events, sides)
    if state is None or state.proposed is None or state.state.ended or not rounds:
        return None
    latest = rounds[-1]
    if state.terms is not None:
        old, title = state.terms, "As agreed"
    else:
        before = [one for one in rounds[:-1] if one.side is not latest.side] or rounds[:-1]
        if not before:
            return None
        old = before[-1].terms
        title = before[-1].by if before[-1].side is not latest.side else f"{before[-1].by}, before"
    if old == latest.terms:
        return None
    new = latest.terms
    return Beside(
        title, latest.by, old, new, _wording(old.what, new.what),
        date_moved(old.due, new.due, calendar_of(promise.provider), str(promise.provider)),
        _wording(old.done_when, new.done_when), tuple(rounds[:-1]),
    )  # fmt: skip


def on_the_table(events: Iterable[Event]) -> Terms | None:
    """The terms that wait for an answer, from which an answer with other terms begins."""
    state: PromiseState | None = None
    for event in events:
        state = evolve(state, event)
    return state.proposed.terms if state and state.proposed else None


def _rounds(
    promise: Promise, events: Iterable[Event], sides: Collection[Side]
) -> tuple[list[Round], PromiseState | None]:
    found: list[Round] = []
    state: PromiseState | None = None
    for event in events:
        state = evolve(state, event)
        if isinstance(event.act, acts.Opening | acts.Counter | acts.Amend | acts.Propose):
            by = _whose(promise, event.by.side, sides, proposed=state.state is State.PROMISED)
            found.append(Round(event.act.terms, event.by.side, event.at, by))
    return found, state


def _whose(promise: Promise, side: Side, sides: Collection[Side], *, proposed: bool) -> str:
    if len(sides) == 1:
        return (
            ("You propose" if side in sides else "They propose") if proposed else "Yours" if side in sides else "Theirs"
        )
    party = promise.customer if side is Side.CUSTOMER else promise.provider
    return f"{party} proposes" if proposed else f"{party}'s"


def _wording(old: str, new: str) -> tuple[tuple[Kind, str], ...]:
    return changed(old, new) if old != new else ()


def date_moved(old: datetime, new: datetime, calendar: Calendar, whose: str) -> str:
    """How far a date moved, in plain words and in the working time of `whose` calendar it is; "" where it did not."""
    if old == new:
        return ""
    later = new > old
    work = abs(working_time(calendar, old, new))
    plain = f"{durations.roughly(abs(new - old))} {'later' if later else 'earlier'}"
    if not work:
        return f"{plain}, without any working time of {whose} in between"
    return f"{plain}: {_worked(work, calendar)} {'more' if later else 'less'} for {whose}"


def _worked(work: timedelta, calendar: Calendar) -> str:
    said = durations.working(work, working_day(calendar))
    return said if "working" in said else f"{said} of work"
