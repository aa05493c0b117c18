"""The life of an agreement, as pure functions: each side writes what it expects, and what both agreed to is in force.

`decide(state, act, by, at) -> events` refuses or accepts an act; `evolve(state, event) -> state` says what follows.
A version comes into force in one way only: one side wrote it, and somebody of the other side agreed to exactly that.
Versions are numbered from 1 and never change; the last one agreed is in force until the next, or until either ends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kept.core import expectations
from kept.core.acts import Act
from kept.core.errors import Incomplete, Overtaken, Refused, WrongSide, WrongState
from kept.core.expectations import Expectations
from kept.core.state import Event
from kept.core.terms import LONGEST_WORDS, By, Side

# --- what can be said ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Between:
    """Whom an agreement is between: two parties, and the result that it is about (None: all that they do)."""

    customer: int
    provider: int
    result: int | None = None


@dataclass(frozen=True, kw_only=True)
class Expect(Act):
    """One side writes what it expects: it proposes, or answers with something else.

    The first one of an agreement says `between` whom; later ones leave that out.
    """

    name = "expect"
    expectations: Expectations
    between: Between | None = None


@dataclass(frozen=True, kw_only=True)
class Agree(Act):
    """Yes to what the other side expects; `to` is the sequence of the event in which it said so."""

    name = "agree"
    to: int


@dataclass(frozen=True, kw_only=True)
class End(Act):
    """One side ends it; the words say why. What was agreed stays in the history."""

    name = "end"


BY_NAME: dict[str, type[Act]] = {act.name: act for act in (Expect, Agree, End)}
EVENTS: dict[type[Act], str] = {
    Expect: "agreement.expected",
    Agree: "agreement.agreed",
    End: "agreement.ended",
}


# --- where it stands ----------------------------------------------------------------------------------------------


class Standing(StrEnum):
    """Where an agreement stands."""

    PROPOSED = "proposed"
    IN_FORCE = "in force"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Stated:
    """What one side has on the table: said by whom, when, in which event."""

    expectations: Expectations
    person: int
    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Version:
    """What both agreed: `side` wrote it (`written_by`), the other agreed (`agreed_by`) in event `sequence`."""

    number: int
    expectations: Expectations
    side: Side
    written_by: int
    agreed_by: int
    agreed_at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class AgreementState:
    """Everything that the rules need to know of an agreement; replaying its events gives it."""

    between: Between
    last_at: datetime
    sequence: int = 0
    customer: Stated | None = None
    provider: Stated | None = None
    versions: tuple[Version, ...] = ()
    in_force: Version | None = None
    ended_at: datetime | None = None

    @property
    def standing(self) -> Standing:
        """In force, proposed (nothing in force, something on the table), or ended."""
        if self.in_force is not None:
            return Standing.IN_FORCE
        return Standing.PROPOSED if self.customer or self.provider else Standing.ENDED

    def stated(self, side: Side) -> Stated | None:
        """What that side has on the table."""
        return self.customer if side is Side.CUSTOMER else self.provider

    def expected_by(self, side: Side) -> Expectations | None:
        """What that side expects now: what it has on the table, else what is in force."""
        stated = self.stated(side)
        if stated is not None:
            return stated.expectations
        return self.in_force.expectations if self.in_force else None


# --- the rules ----------------------------------------------------------------------------------------------------


def decide(state: AgreementState | None, act: Act, by: By, at: datetime) -> tuple[Event, ...]:
    """Accept `act` by `by` at the aware moment `at`, or refuse it; gives the events that happened (one).

    Raises a `Refused` that says what to do instead. An act is recorded no earlier than the event before it.
    """
    if at.tzinfo is None:
        raise Incomplete("A moment needs its time zone.")
    if len(act.words) > LONGEST_WORDS:
        raise Incomplete(f"That is longer than {LONGEST_WORDS:,} characters; attach it as a file.", field="words")
    if state is not None:
        at = max(at, state.last_at)
    _check(act, state, by, at)
    return (Event(EVENTS[type(act)], at, by, act),)


def open_acts(state: AgreementState, by: By) -> tuple[type[Act], ...]:
    """The acts that `by` may do now, in the order in which a page offers them."""
    theirs = state.stated(by.side.other)
    can_agree = theirs is not None and _why_not_agree(state, theirs, by) is None
    acts: list[type[Act]] = [Agree] if can_agree else []
    acts.append(Expect)
    if state.standing is not Standing.ENDED:
        acts.append(End)
    return tuple(acts)


def _check(act: Act, state: AgreementState | None, by: By, at: datetime) -> None:
    """Refuse an act that makes no sense where the agreement stands."""
    match act:
        case Expect():
            expectations.check(act.expectations, at)
            _check_between(act, state)
            if state is not None:
                _refuse_said_already(state, act.expectations, by.side)
        case Agree():
            _check_agree(act, state, by)
        case End():
            if state is None or state.standing is Standing.ENDED:
                raise WrongState("There is nothing to end.")
            if not act.words.strip():
                raise Incomplete("Say why: the other side has to plan without it.", field="words")
        case _:
            raise WrongState(f"“{act.name}” is no act of an agreement; these are: {', '.join(BY_NAME)}.")


def _check_between(act: Expect, state: AgreementState | None) -> None:
    if state is not None:
        if act.between is not None:
            raise Incomplete("Between whom it is was said once and stays.", field="between")
    elif act.between is None:
        raise Incomplete("Say between whom this agreement is.", field="between")
    elif act.between.customer == act.between.provider:
        raise Incomplete("An agreement needs two parties: choose somebody else.", field="between")


def _refuse_said_already(state: AgreementState, wanted: Expectations, side: Side) -> None:
    own, theirs = state.stated(side), state.stated(side.other)
    if own is not None and own.expectations == wanted:
        raise Refused("That is what you expect already; change something first.")
    if theirs is not None and theirs.expectations == wanted:
        raise Refused("The other side expects exactly that: agree to it instead.")
    in_force = state.in_force is not None and state.in_force.expectations == wanted
    if in_force and own is None and theirs is None:
        raise Refused("That is in force already; change something first.")


def _check_agree(act: Agree, state: AgreementState | None, by: By) -> None:
    theirs = state.stated(by.side.other) if state else None
    if state is None or theirs is None:
        raise WrongState("The other side has nothing on the table to agree to; write what you expect.")
    if theirs.sequence != act.to:
        raise Overtaken("The other side has changed what it expects meanwhile: read it again, then agree or answer.")
    if reason := _why_not_agree(state, theirs, by):
        raise reason


def _why_not_agree(state: AgreementState, theirs: Stated, by: By) -> Refused | None:
    if theirs.person == by.person:
        return WrongSide("You wrote this for the other side: somebody else has to agree to it for this one.")
    if state.in_force is not None and state.in_force.expectations == theirs.expectations:
        return WrongState("That is in force already: the other side wants it to stay as it is.")
    return None


def evolve(state: AgreementState | None, event: Event) -> AgreementState:
    """The state after `event`. `None` is the state before the first event."""
    if state is None:
        state = _opened(event)
    after = _apply(event.act, state, event)
    return replace(after, sequence=state.sequence + 1, last_at=event.at)


def _opened(event: Event) -> AgreementState:
    if not isinstance(event.act, Expect) or event.act.between is None:
        raise WrongState("An agreement begins with what one side expects, and between whom it is.")
    return AgreementState(event.act.between, event.at)


def _apply(act: Act, state: AgreementState, event: Event) -> AgreementState:
    match act:
        case Expect():
            return _expected(act, state, event)
        case Agree():
            return _agreed(act, state, event)
        case End():
            return replace(state, customer=None, provider=None, in_force=None, ended_at=event.at)
        case _:
            raise WrongState(f"“{act.name}” is no act of an agreement.")


def _expected(act: Expect, state: AgreementState, event: Event) -> AgreementState:
    stated = Stated(act.expectations, event.by.person, event.at, state.sequence + 1)
    after = replace(state, ended_at=None)
    after = replace(after, customer=stated) if event.by.side is Side.CUSTOMER else replace(after, provider=stated)
    table = [each.expectations for each in (after.customer, after.provider) if each is not None]
    if after.in_force is not None and all(each == after.in_force.expectations for each in table):
        return replace(after, customer=None, provider=None)  # both are content again with what is in force
    return after


def _agreed(act: Agree, state: AgreementState, event: Event) -> AgreementState:
    theirs = state.stated(event.by.side.other)
    if theirs is None or theirs.sequence != act.to:
        raise WrongState("Nothing is on the table that could be agreed to.")
    version = Version(
        number=len(state.versions) + 1,
        expectations=theirs.expectations,
        side=event.by.side.other,
        written_by=theirs.person,
        agreed_by=event.by.person,
        agreed_at=event.at,
        sequence=state.sequence + 1,
    )
    return replace(state, customer=None, provider=None, versions=(*state.versions, version), in_force=version)


def replay(events: Iterable[Event]) -> AgreementState | None:
    """The state that `events`, in order, lead to; `None` where there are none."""
    state: AgreementState | None = None
    for event in events:
        state = evolve(state, event)
    return state
