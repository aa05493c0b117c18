"""What refuses an act: where it is not possible now, and where it does not say enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import singledispatch

from kept.core import acts
from kept.core.errors import Incomplete, Refused, WrongSide, WrongState
from kept.core.state import TABLE, Move, PromiseState, State
from kept.core.terms import FARTHEST, LONGEST_WHAT, LONGEST_WORDS, Proposal, Side, Terms


def move(state: PromiseState | None, act: acts.Act, side: Side) -> Move:
    """The row of the table for this act by this side; `WrongSide` or `WrongState` where there is none."""
    where = state.state if state else None
    found = TABLE.get((where, side, type(act)))
    if found is not None:
        return found
    verb = act.name.replace("_", " ")
    if (where, side.other, type(act)) in TABLE:
        raise WrongSide(f"Only the {side.other}'s side can {verb} here.")
    if state is None:
        raise WrongState(f"A promise begins with an ask or an offer, not with “{verb}”.")
    raise WrongState(f"This is {state.state} now, so “{verb}” is not possible. What you can do is shown on its page.")


def why_not_now(state: PromiseState, act: type[acts.Act], side: Side, at: datetime) -> Refused | None:
    """Why an act that the table allows makes no sense at this moment, or `None` where it does."""
    proposed = state.proposed
    if act in (acts.Agree, acts.Refuse):
        if proposed is None:
            return WrongState("No new terms are on the table.")
        if proposed.side is side:
            return WrongSide("Your own side proposed these terms; the other side answers.")
    if act is acts.Reopen and state.ended_at is not None and at - state.ended_at > state.reopen_window:
        return WrongState(f"It could be reopened for {_in_words(state.reopen_window)}; ask anew instead.")
    if act in (acts.Promise, acts.Accept, acts.Agree) and proposed is not None and proposed.terms.due <= at:
        return Refused("The date on the table has passed; answer with another one.")
    return None


def _in_words(time: timedelta) -> str:
    """A stretch of time in whole days, or in hours where it is shorter than two days."""
    if time < timedelta(hours=1):
        return "less than an hour"
    count, unit = (time.days, "day") if time.days > 1 else (time // timedelta(hours=1), "hour")
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


# --- does the act say enough? -------------------------------------------------------------------------------------

MOST_GIVEN = 60

NEEDS_WORDS: dict[type[acts.Act], str] = {
    acts.Renege: "Say why this promise cannot be kept: your customer has to plan anew.",
    acts.Return: "Say why it goes back, so that it can be put right.",
    acts.Reopen: "Say what turned out not to be done.",
    acts.Update: "Say in a few words how it stands.",
    acts.AskHelp: "Say what would help.",
    acts.Note: "Write the note first.",
    acts.PassOn: "Say why it is for them: they read it, and so does your customer.",
    acts.Escalate: "Say what you need this person to do.",
}


def say_enough(act: acts.Act) -> None:
    """Refuse an act whose words are missing where they are needed, or too long."""
    if len(act.words) > LONGEST_WORDS:
        raise Incomplete(f"That is longer than {LONGEST_WORDS:,} characters; attach it as a file.", field="words")
    if type(act) in NEEDS_WORDS and not act.words.strip():
        raise Incomplete(NEEDS_WORDS[type(act)], field="words")


def speaks_for(act: acts.Act, state: PromiseState | None, side: Side) -> None:
    """Refuse an act for a party that does not answer to the customer for this ask."""
    party = act.answerable if isinstance(act, acts.Answering) else None
    if party is None or state is None:
        return
    if side is not Side.PROVIDER:
        raise WrongSide("Only the provider's side answers for an ask that was passed on.")
    passed = {state.answerable.party} if state.answerable else set[int]()
    if party not in (passed | {state.provider} if isinstance(act, acts.PassOn) else passed):
        raise WrongState("It is not theirs to answer for (any more): whoever has it now does.")


def _sound_terms(terms: Terms, at: datetime) -> None:
    if not terms.what.strip():
        raise Incomplete("Say in one line what it is about.", field="what")
    if len(terms.what) > LONGEST_WHAT or terms.what.splitlines() != [terms.what]:
        raise Incomplete(f"One line of at most {LONGEST_WHAT} characters; the details go into the words.", field="what")
    if len(terms.done_when) > LONGEST_WORDS:
        raise Incomplete(f"“Done when” is longer than {LONGEST_WORDS:,} characters.", field="done_when")
    if terms.due.tzinfo is None:
        raise Incomplete("The date needs its time zone.", field="due")
    if terms.due <= at:
        raise Incomplete("That moment has passed; choose a later one.", field="due")
    _within_reach(terms.due, at, "due")


def _within_reach(moment: datetime, at: datetime, field: str) -> None:
    """Refuse a mistyped year; the calendar itself ends in 9999, where no time zone could be applied any more."""
    if moment - at > FARTHEST:
        raise Incomplete("That is more than a hundred years away; look at the year again.", field=field)


@singledispatch
def check(act: acts.Act, state: PromiseState | None, at: datetime) -> None:
    """What the act itself must satisfy, beyond state, side and moment; most need nothing more."""


@check.register
def _(act: acts.Opening, state: PromiseState | None, at: datetime) -> None:
    if act.customer == act.provider:
        raise Incomplete("A promise needs two parties: choose somebody else.", field="provider")
    if not timedelta(0) <= act.reopen_window <= FARTHEST:
        raise Incomplete("A delivery can be reopened for no less than no time, and no more than a hundred years.")
    if len(act.given) > MOST_GIVEN or any(len(one.name) > LONGEST_WHAT for one in act.given):
        raise Incomplete(f"An ask carries at most {MOST_GIVEN} answers, each with a short name.", field="given")
    if any(len(one.text) > LONGEST_WORDS for one in act.given):
        raise Incomplete(f"That is longer than {LONGEST_WORDS:,} characters; attach it as a file.", field="given")
    _sound_terms(act.terms, at)


@check.register(acts.Counter)
@check.register(acts.Amend)
@check.register(acts.Propose)
def _(act: acts.Counter | acts.Amend | acts.Propose, state: PromiseState | None, at: datetime) -> None:
    _sound_terms(act.terms, at)
    promise = required(state)
    standing = {promise.terms} if isinstance(act, acts.Propose) else set[Terms | None]()
    if promise.proposed is not None:
        standing.add(promise.proposed.terms)
    if act.terms in standing:
        raise Incomplete("These are the terms as they stand; change something, or agree to them.", field="due")


@check.register
def _(act: acts.Accept, state: PromiseState | None, at: datetime) -> None:
    promise = required(state)
    if promise.state is State.DELIVERED:
        if act.answer is None:
            raise Incomplete("Did this make it easier for you to succeed? Choose an answer.", field="answer")
    elif act.answer is not None:
        raise Incomplete("The question comes with the delivery, not yet.", field="answer")


@check.register
def _(act: acts.PassOn, state: PromiseState | None, at: datetime) -> None:
    promise = required(state)
    if act.to in (promise.provider, promise.customer):
        raise Incomplete("Pass it on to somebody who is not part of it yet.", field="to")


@check.register
def _(act: acts.Note, state: PromiseState | None, at: datetime) -> None:
    if act.to is not None and not required(state).private:
        raise Incomplete("It is not private: bring somebody in by name instead, where they do not see it.", field="to")


@check.register
def _(act: acts.Acknowledge, state: PromiseState | None, at: datetime) -> None:
    if act.hear_by.tzinfo is None or act.hear_by <= at:
        raise Incomplete("Say by when they hear from you: a moment that is still to come.", field="hear_by")
    _within_reach(act.hear_by, at, "hear_by")


@check.register
def _(act: acts.Update, state: PromiseState | None, at: datetime) -> None:
    if act.expected is None:
        return
    if act.expected.tzinfo is None or act.expected <= at:
        raise Incomplete("Expect it at a moment that is still to come, or leave that empty.", field="expected")
    _within_reach(act.expected, at, "expected")


@check.register
def _(act: acts.Deliver, state: PromiseState | None, at: datetime) -> None:
    if len(act.despite) > LONGEST_WORDS:
        raise Incomplete(f"That is longer than {LONGEST_WORDS:,} characters; shorten it.", field="despite")


@check.register
def _(act: acts.HandOver, state: PromiseState | None, at: datetime) -> None:
    if act.to == required(state).responsible:
        raise Incomplete("That person has it already; choose somebody else.", field="to")


@check.register
def _(act: acts.Link, state: PromiseState | None, at: datetime) -> None:
    if act.relies_on in required(state).relies_on:
        raise Refused("It relies on that one already.")


def required(state: PromiseState | None) -> PromiseState:
    """The promise that must be there by now."""
    if state is None:
        raise WrongState("There is no promise yet.")
    return state


def on_the_table(state: PromiseState) -> Proposal:
    """The proposal that must be there by now."""
    if state.proposed is None:
        raise WrongState("Nothing is on the table.")
    return state.proposed


def in_force(state: PromiseState) -> Terms:
    """The terms in force, which must be there by now."""
    if state.terms is None:
        raise WrongState("No terms are in force yet.")
    return state.terms
