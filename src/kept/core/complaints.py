"""The short life of a complaint and of thanks, as pure functions: a customer says it, the provider's side hears it.

`decide(state, act, by, at) -> events` refuses or accepts an act; `evolve(state, event) -> state` says what follows.
A complaint is heard with words that say what happens now; thanks may be heard without. A complaint about nothing in
particular can be put to a promise later, by either side, and what makes it good again is a promise of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kept.core.acts import Act
from kept.core.errors import CorruptLedger, Incomplete, Refused, WrongSide, WrongState
from kept.core.state import Event
from kept.core.terms import LONGEST_WORDS, By, Side


@dataclass(frozen=True, kw_only=True)
class Saying(Act):
    """What a complaint and thanks have in common: whose they are, of whom, and about which promise (None: no one's).

    Its words are needed.
    """

    customer: int
    provider: int
    promise: int | None = None


@dataclass(frozen=True, kw_only=True)
class Complain(Saying):
    """Something went wrong for the customer, who hears about it by `hear_by` where that was agreed."""

    name = "complain"
    hear_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Thank(Saying):
    """Something went right for the customer."""

    name = "thank"


@dataclass(frozen=True, kw_only=True)
class Hear(Act):
    """The provider's side has heard it; the words say what happens now."""

    name = "hear"


@dataclass(frozen=True, kw_only=True)
class About(Act):
    """Either side says which promise the complaint is about, where it was about nothing in particular."""

    name = "about"
    promise: int


@dataclass(frozen=True, kw_only=True)
class Remedy(Act):
    """What makes it good again is the promise `promise`: the provider offered it, or the customer asked for it."""

    name = "remedy"
    promise: int


BY_NAME: dict[str, type[Act]] = {act.name: act for act in (Complain, Thank, Hear, About, Remedy)}


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, by whom and when; `heard_at`, `heard_by` and `answer` once the provider's side has heard it.

    `promise` is what it is about, said at once or later (None: nothing in particular); `remedy` the newest promise that
    is to make it good again.
    """

    saying: Saying
    by: int
    at: datetime
    last_at: datetime
    sequence: int = 1
    heard_at: datetime | None = None
    heard_by: int | None = None
    answer: str = ""
    about: int | None = None
    remedy: int | None = None

    @property
    def promise(self) -> int | None:
        """The promise that it is about; None for nothing in particular."""
        return self.saying.promise if self.about is None else self.about


def event_name(act: Act, state: Said | None) -> str:
    """The name of the event in which `act` is recorded."""
    saying = state.saying if state else act
    story = "complaint" if isinstance(saying, Complain) else "thanks"
    later = _LATER.get(type(act))
    if later is not None:
        return f"{story}.{later}"
    return "complaint.made" if story == "complaint" else "thanks.given"


_LATER: dict[type[Act], str] = {Hear: "heard", About: "placed", Remedy: "remedied"}


def decide(state: Said | None, act: Act, by: By, at: datetime) -> tuple[Event, ...]:
    """Accept `act` by `by` at the aware moment `at`, or refuse it with a `Refused` that says what to do instead."""
    if at.tzinfo is None:
        raise Incomplete("A moment needs its time zone.")
    _refuse_out_of_place(state, act, by)
    words = act.words.strip()
    if len(words) > LONGEST_WORDS:
        raise Incomplete(f"That is longer than {LONGEST_WORDS:,} characters; shorten it.", field="words")
    if not words and not _may_be_wordless(act, state):
        what = "Say in a few words what happens now." if isinstance(act, Hear) else "Say it in a few words."
        raise Incomplete(what, field="words")
    return (Event(event_name(act, state), max(at, state.last_at) if state else at, by, act),)


def _may_be_wordless(act: Act, state: Said | None) -> bool:
    if isinstance(act, Hear):
        return state is not None and isinstance(state.saying, Thank)
    return isinstance(act, About | Remedy)


def _refuse_out_of_place(state: Said | None, act: Act, by: By) -> None:
    if isinstance(act, Saying):
        if state is not None:
            raise WrongState("That was said already; say it anew.")
        if by.side is not Side.CUSTOMER:
            raise WrongSide("Only the customer's side thanks or complains.")
        if act.customer == act.provider:
            raise Incomplete("Thanks and complaints go to somebody else.", field="provider")
        return
    if state is None:
        raise WrongState("Nothing was said yet.")
    if isinstance(act, Hear):
        _refuse_hearing(state, by)
    elif not isinstance(state.saying, Complain):
        raise WrongState("Only a complaint is put to a promise, or made good by one.")
    elif isinstance(act, About) and state.promise is not None:
        raise WrongState("It is about a promise already.")
    elif isinstance(act, Remedy) and act.promise == state.promise:
        raise Incomplete("What makes it good again is another promise.", field="promise")


def _refuse_hearing(state: Said, by: By) -> None:
    if by.side is not Side.PROVIDER:
        raise WrongSide("The side that it was said to hears it.")
    if state.heard_at is not None:
        raise WrongState("Somebody of your side has answered this already.")
    if by.person == state.by:
        raise Refused("You said this yourself; let a colleague hear it.")


def evolve(state: Said | None, event: Event) -> Said:
    """What follows from `event`. `CorruptLedger` where it cannot follow."""
    act = event.act
    if isinstance(act, Saying) and state is None:
        return Said(act, event.by.person, event.at, event.at)
    if isinstance(act, Hear) and state is not None and state.heard_at is None:
        return replace(
            state, sequence=state.sequence + 1, last_at=event.at, heard_at=event.at, heard_by=event.by.person,
            answer=act.words.strip(),
        )  # fmt: skip
    if state is not None and isinstance(state.saying, Complain):
        onwards = replace(state, sequence=state.sequence + 1, last_at=event.at)
        if isinstance(act, About) and state.promise is None:
            return replace(onwards, about=act.promise)
        if isinstance(act, Remedy):
            return replace(onwards, remedy=act.promise)
    raise CorruptLedger(f"“{event.name}” cannot follow there.")


def replay(events: Iterable[Event]) -> Said | None:
    """What all `events`, in order, lead to; `None` where there are none."""
    state: Said | None = None
    for event in events:
        state = evolve(state, event)
    return state
