"""What must hold of promises, worked out the slow way: from what happened and who works how, one promise at a time.

Nothing here asks a table of promises or the rules of chains, silence and calendars; so where this and Kept agree, both
say what docs/chains.md and section 6 of the design say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import holidays

from kept.core import acts
from kept.core.expectations import WhileOpen
from kept.core.promise import evolve
from kept.core.state import Event, PromiseState, State
from kept.core.terms import Side

NOTHING_DELIVERED = (State.ASKED, State.OFFERED, State.COUNTERED, State.PROMISED)
ACTING = ("self", "lead", "member", "looks_after", "successor")
OFFICE = ((9 * 60, 17 * 60),)
Minutes = tuple[tuple[int, int], ...]


@dataclass
class Plan:
    """When somebody works: hours of each weekday in minutes since midnight, a country's holidays, days of their own."""

    zone: str
    week: tuple[Minutes, ...]
    country: str = ""
    days: dict[date, Minutes] = field(default_factory=dict)

    def hours(self, day: date) -> Minutes:
        """The hours of one day."""
        if day in self.days:
            return self.days[day]
        if self.country and day in holidays.country_holidays(self.country, years=day.year):
            return ()
        return self.week[day.weekday()]

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """The moment by which `amount` of working time has passed since `start`: day by day, on the clock there."""
        zone, missing = ZoneInfo(self.zone), amount
        day = start.astimezone(zone).date()
        for _ in range(500):
            for opens, closes in self.hours(day):
                begin, end = max(_moment(day, opens, zone), start), _moment(day, closes, zone)
                if end > begin and end - begin >= missing:
                    return begin + missing
                missing -= max(end - begin, timedelta(0))
            day += timedelta(days=1)
        raise AssertionError("nobody works here")


def usual() -> Plan:
    """Where nobody has said anything."""
    return Plan("UTC", (OFFICE,) * 5 + ((), ()))


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    on, minutes = (day + timedelta(days=1), 0) if minutes == 1440 else (day, minutes)
    return datetime.combine(on, time(minutes // 60, minutes % 60), zone).astimezone(UTC)


@dataclass
class Told:
    """One promise as its events tell it; `pinned` is the agreement's id and version that it began under."""

    key: int
    events: list[Event]
    state: PromiseState
    update_every: timedelta | None
    while_open: WhileOpen
    pinned: tuple[int | None, int | None]

    @property
    def open(self) -> bool:
        """Whether those who rely on it still wait for it."""
        return self.state.state in NOTHING_DELIVERED

    @property
    def due(self) -> datetime:
        """Its date: of the terms in force, else of those on the table."""
        if self.state.terms is not None:
            return self.state.terms.due
        assert self.state.proposed is not None
        return self.state.proposed.terms.due


def answers_for(events: list[Event]) -> list[int]:
    """Who has it on the provider's side; and who passed it on there, until somebody there has said something to it."""
    opening = events[0].act
    assert isinstance(opening, acts.Opening)
    has_it, passed = opening.provider, None
    for event in events:
        act = event.act
        if isinstance(act, acts.PassOn):
            passed = act.answerable if act.answerable != act.to else None
            has_it = act.to
        elif isinstance(act, acts.Acknowledge):
            passed = passed if act.answerable == passed else None
        elif not isinstance(act, acts.Amend | acts.Chase | acts.Note):
            passed = None  # an answer, or the customer needs it no more
    return [has_it] if passed is None else [has_it, passed]


@dataclass
class World:
    """Everything there is: promises, who may act for or look after whom (`reach`), who works how (by party)."""

    promises: dict[int, Told]
    persons: set[int]
    reach: dict[tuple[int, int], str]
    plans: dict[int, Plan]

    # --- who sees what ------------------------------------------------------------------------------------------------

    def named(self, told: Told) -> set[int]:
        """The persons whom a promise names."""
        found = set()
        for event in told.events:
            found.add(event.by.person)
            if isinstance(event.act, acts.Opening):
                found |= {event.act.customer, event.act.provider}
            elif isinstance(event.act, acts.Escalate | acts.HandOver | acts.PassOn | acts.Note):
                found.add(event.act.to or event.by.person)
        return found & self.persons

    def sees(self, person: int, told: Told) -> bool:
        """Whether the person sees it in full."""
        if person in self.named(told):
            return True
        state = told.state
        if not state.private:
            return any((person, party) in self.reach for party in (state.customer, *answers_for(told.events)))
        sides = ((state.provider, state.asker), (state.customer, state.responsible))
        return any(
            self.reach.get((person, party)) == "lead"
            and not any(self.acts_for(each, party) for each in self.named(told) - {speaks_for_the_other})
            for party, speaks_for_the_other in sides
        )

    def outlines(self, person: int, told: Told) -> bool:
        """Whether the person sees state and dates alone: something of theirs hangs together with it, up or down."""
        if told.state.private or self.sees(person, told):
            return False
        return any(self._leads_to_own(person, told.key, down) for down in (True, False))

    def _leads_to_own(self, person: int, key: int, down: bool) -> bool:
        for other in self.next(key, down):
            if self.sees(person, self.promises[other]):
                return True
            if not self.promises[other].state.private and self._leads_to_own(person, other, down):
                return True
        return False

    def next(self, key: int, down: bool) -> list[int]:
        """The promises one link on."""
        if down:
            return sorted(one for one, told in self.promises.items() if key in told.state.relies_on)
        return sorted(self.promises[key].state.relies_on)

    def knows(self, person: int, told: Told) -> bool:
        """Whether the person may know that there is this promise, somewhere in a chain of theirs."""
        return not told.state.private or self.sees(person, told)

    def sides(self, person: int, told: Told) -> set[Side]:
        """The sides that the person may act for."""
        parties = [(told.state.customer, Side.CUSTOMER)]
        parties += [(party, Side.PROVIDER) for party in answers_for(told.events)]
        return {side for party, side in parties if self.acts_for(person, party)}

    def acts_for(self, person: int, party: int) -> bool:
        """Whether the person speaks for the party."""
        return self.reach.get((person, party)) in ACTING

    def only_passed_it_on(self, person: int, told: Told) -> bool:
        """Whether the person is on the provider's side for nothing but having passed the ask on."""
        has_it, *passed = answers_for(told.events)
        return bool(passed) and not self.acts_for(person, has_it)

    def passed_on_for(self, person: int, told: Told, to: int) -> int:
        """Who answers for the way on when the person passes an ask on: those whom they speak for, of those who may."""
        has_it, *passed = answers_for(told.events)
        if not self.acts_for(person, has_it) or (to in passed and self.acts_for(person, to)):
            return passed[0]  # who chose the way before takes it back, or chooses another
        return has_it

    def waited_for(self, person: int, told: Told) -> list[Told]:
        """What a promise relies on that is still open, as far as the person may know of it; by id."""
        others = [self.promises[key] for key in sorted(told.state.relies_on)]
        return [each for each in others if each.open and self.knows(person, each)]

    def circle(self) -> bool:
        """Whether any promise relies on itself, however far round."""
        return any(self._reaches(key, key, set()) for key in self.promises)

    def _reaches(self, here: int, goal: int, met: set[int]) -> bool:
        for other in self.promises[here].state.relies_on:
            if other == goal:
                return True
            if other not in met:
                met.add(other)
                if self._reaches(other, goal, met):
                    return True
        return False

    # --- how it stands ------------------------------------------------------------------------------------------------

    def foreseen(self, person: int, told: Told, now: datetime) -> Foreseen:
        """When an open promise is to be expected, as far as the person may know."""
        word = told.state.expected or told.due
        own = max(word, now)
        known = None if own <= told.due else word if word < now else told.state.dated_at
        before = [(each, self.foreseen(person, each, now)) for each in self.waited_for(person, told)]
        said = told.state.dated_at
        slips = [
            (each, seen) for each, seen in before
            if seen.slip and not (said and seen.known_at and said >= seen.known_at)
        ]  # fmt: skip
        on = _first_last(before, lambda seen: seen.expected)
        if not slips:
            return Foreseen(own, max(own - told.due, timedelta(0)), own > told.due, known, on)
        through = _first_last(slips, lambda seen: seen.slip)
        assert through is not None
        worst = next(seen for each, seen in slips if each.key == through)
        expected = own + worst.slip
        slip = max(expected - told.due, timedelta(0))
        return Foreseen(expected, slip, bool(slip), worst.known_at if slip else None, on, through if slip else None)

    def standing(self, person: int, told: Told, now: datetime) -> tuple[str, tuple[str, ...], datetime | None]:
        """The word for how a promise stands, all its signs, and when it is to be expected where not at its date."""
        state = told.state
        if state.state is State.BROKEN:
            return "broken", (), None
        if state.state is State.ACCEPTED:
            assert state.terms is not None
            assert state.delivered_at is not None
            on_time = state.delivered_at <= state.terms.due and not _moved_after_it_passed(told.events)
            return ("kept" if on_time else "broken"), (), None
        foreseen = self.foreseen(person, told, now) if told.open else None
        signs = []
        if state.state is State.PROMISED:
            if told.due < now:
                signs.append("late")
            elif foreseen and foreseen.slips:
                signs.append("at risk")
            if state.needs_help:
                signs.append("at risk")
            if self._silent(told, now):
                signs.append("silent")
        elif state.state is State.ASKED and state.hear_by is not None and state.hear_by < now:
            signs.append("silent")
        if foreseen and foreseen.waits_on is not None:
            signs.append("waiting on")
        word = signs[0] if signs and (signs[0] != "waiting on" or state.state is State.PROMISED) else str(state.state)
        # of what is only late, by its own date or by the one last named, nobody knows when it comes
        said = foreseen and foreseen.slip and (foreseen.through is not None or (state.expected or told.due) >= now)
        return word, tuple(signs), foreseen.expected if foreseen and said else None

    def _silent(self, told: Told, now: datetime) -> bool:
        since = _owed_since(told.events)
        if told.update_every is None or since is None:
            return False
        plan = self.plans.get(told.state.provider) or usual()
        return plan.after(since, told.update_every) < now


@dataclass(frozen=True)
class Foreseen:
    """When to expect a promise, how long after its date, since when that is known, and what it waits for."""

    expected: datetime
    slip: timedelta
    slips: bool
    known_at: datetime | None
    waits_on: int | None
    through: int | None = None


T = TypeVar("T", datetime, timedelta)


def _first_last(found: Iterable[tuple[Told, Foreseen]], by: Callable[[Foreseen], T]) -> int | None:
    """The key of the one that comes last; of several the first."""
    best: tuple[Told, Foreseen] | None = None
    for each, seen in found:
        if best is None or by(seen) > by(best[1]):
            best = (each, seen)
    return best[0].key if best else None


def _moved_after_it_passed(events: list[Event]) -> bool:
    state: PromiseState | None = None
    for event in events:
        before, state = state, evolve(state, event)
        if isinstance(event.act, acts.Agree) and before and before.terms and state.terms:
            late = event.at > before.terms.due
            if late and state.terms.due != before.terms.due:
                return True
    return False


def _owed_since(events: list[Event]) -> datetime | None:
    """Since when the customer of a promise that stands is owed word: the provider's last one, or what made it owed."""
    since, owed, state = None, False, None
    for event in events:
        state = evolve(state, event)
        theirs = state.proposed is not None and state.proposed.side is Side.PROVIDER
        now_owed = state.state is State.PROMISED and not theirs
        says = event.by.side is Side.PROVIDER and not isinstance(event.act, acts.Link)
        if now_owed and (not owed or says):
            since = event.at
        owed = now_owed
    return since if owed else None
