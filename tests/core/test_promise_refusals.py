"""Every refusal: when it is said, in which words, and of which kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.builders import (
    ACCEPTANCE,
    CUSTOMER,
    DAY,
    DELIVERY,
    DISPATCH,
    DUE,
    HOUR,
    JONAS,
    PETRA,
    PROVIDER,
    REOPEN,
    START,
    TICK,
    WAREHOUSE,
    WORKSHOP,
    Tale,
    accepted,
    ask,
    delivered,
    offer,
    promised,
    sheet,
)
from kept.core import acts
from kept.core.errors import Incomplete, Refused, WrongSide, WrongState
from kept.core.promise import decide, evolve, open_acts
from kept.core.state import Event, State
from kept.core.terms import LONGEST_WHAT, LONGEST_WORDS, Answer, Side

OTHER = sheet(DUE + DAY)
AFTER_DUE = DUE + TICK
NAIVE = datetime(2026, 5, 6, 9)  # noqa: DTZ001
FAR = START + 40_000 * DAY

EMPTY_WHAT = "Say in one line what it is about."
LONG_WHAT = "One line of at most 200 characters; the details go into the words."
TOO_LONG = "That is longer than 4,000 characters; attach it as a file."
PASSED = "That moment has passed; choose a later one."
TOO_FAR = "That is more than a hundred years away; look at the year again."
NO_ZONE = "The date needs its time zone."
SAME = "These are the terms as they stand; change something, or agree to them."
HEAR_BY = "Say by when they hear from you: a moment that is still to come."
EXPECTED = "Expect it at a moment that is still to come, or leave that empty."
TABLE_PASSED = "The date on the table has passed; answer with another one."


def asked() -> Tale:
    return Tale(ask())


def offered() -> Tale:
    return Tale(offer(), by=PROVIDER)


def proposed() -> Tale:
    """Promised; the provider has put another date on the table."""
    return promised().provider(acts.Propose(terms=OTHER))


def refused(tale: Tale, act: acts.Act, by=CUSTOMER, after: timedelta = HOUR) -> Refused:
    """The refusal of `act`, which left everything as it was."""
    events = list(tale.events)
    with pytest.raises(Refused) as caught:
        tale.does(act, by, after)
    assert tale.events == events
    return caught.value


# --- not here, not by you -----------------------------------------------------------------------------------------


def test_the_other_sides_act_is_refused_by_saying_whose_it_is():
    said = refused(asked(), acts.Promise(), by=CUSTOMER)
    assert type(said) is WrongSide
    assert str(said) == "Only the provider's side can promise here."
    assert str(refused(promised(), acts.HandOver(to=PETRA))) == "Only the provider's side can hand over here."
    assert str(refused(delivered(), ACCEPTANCE, by=PROVIDER)) == "Only the customer's side can accept here."
    assert str(refused(Tale(), ask(), by=PROVIDER)) == "Only the customer's side can ask here."


def test_an_act_that_makes_no_sense_here_is_refused_by_saying_where_it_is():
    said = refused(asked(), DELIVERY, by=PROVIDER)
    assert type(said) is WrongState
    assert str(said) == "This is asked now, so “deliver” is not possible. What you can do is shown on its page."
    assert "“ask help” is not possible" in str(refused(delivered(), acts.AskHelp(words="Hands"), by=PROVIDER))


def test_a_promise_begins_with_an_ask_or_an_offer():
    said = refused(Tale(), acts.Promise(), by=PROVIDER)
    assert type(said) is WrongState
    assert str(said) == "A promise begins with an ask or an offer, not with “promise”."


def test_there_is_no_second_ask_inside_a_promise():
    assert type(refused(asked(), ask())) is WrongState
    assert type(refused(promised(), offer(), by=PROVIDER)) is WrongState


def test_a_refusal_is_about_the_place_before_it_is_about_the_words():
    assert type(refused(asked(), acts.Renege(), by=PROVIDER)) is WrongState


# --- not now ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [acts.Agree(), acts.Refuse()])
def test_there_must_be_terms_to_agree_to_or_to_refuse(act):
    said = refused(promised(), act)
    assert (type(said), str(said)) == (WrongState, "No new terms are on the table.")


@pytest.mark.parametrize("act", [acts.Agree(), acts.Refuse()])
def test_nobody_answers_their_own_proposal(act):
    said = refused(proposed(), act, by=PROVIDER)
    assert (type(said), str(said)) == (
        WrongSide,
        "Your own side proposed these terms; the other side answers.",
    )


def test_a_proposal_on_top_of_another_is_for_the_other_side_to_answer():
    tale = proposed().customer(acts.Propose(terms=sheet(DUE + 2 * DAY)))
    assert type(refused(tale, acts.Agree())) is WrongSide
    assert tale.provider(acts.Agree()).state.terms == sheet(DUE + 2 * DAY)


@pytest.mark.parametrize(
    ("tale", "act", "by"),
    [
        (asked, acts.Promise(), PROVIDER),
        (offered, acts.Accept(), CUSTOMER),
        (lambda: asked().provider(acts.Counter(terms=sheet(DUE, what="Half of it"))), acts.Accept(), CUSTOMER),
        (lambda: promised(DUE + DAY).provider(acts.Propose(terms=sheet(DUE))), acts.Agree(), CUSTOMER),
    ],
    ids=["promise", "accept an offer", "accept a counter", "agree"],
)
def test_nobody_says_yes_to_a_date_that_has_passed(tale, act, by):
    said = refused(tale(), act, by=by, after=tale().until(DUE))
    assert (type(said), str(said)) == (Refused, TABLE_PASSED)
    in_time = tale()
    assert in_time.does(act, by, after=in_time.until(DUE) - TICK).state.terms is not None


def test_what_was_asked_for_a_date_that_has_passed_can_still_be_answered_otherwise():
    state = asked().state
    late = open_acts(state, Side.PROVIDER, DUE)
    assert acts.Promise not in late
    assert acts.Counter in late
    assert acts.Decline in late


def test_a_delivery_is_accepted_however_late():
    assert delivered().customer(ACCEPTANCE, after=900 * DAY).state.state is State.ACCEPTED


def with_window(window: timedelta) -> Tale:
    """Accepted at once, with that long to reopen."""
    tale = Tale(replace(ask(), reopen_window=window))
    return tale.provider(acts.Promise()).provider(DELIVERY).customer(ACCEPTANCE)


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (14 * DAY, "14 days"),
        (2 * DAY, "2 days"),
        (DAY, "24 hours"),
        (HOUR, "1 hour"),
        (timedelta(0), "less than an hour"),
        (36_525 * DAY, "36,525 days"),
    ],
)
def test_the_window_to_reopen_closes_after_its_last_moment(window, words):
    said = refused(with_window(window), REOPEN, after=window + TICK)
    assert (type(said), str(said)) == (WrongState, f"It could be reopened for {words}; ask anew instead.")
    assert with_window(window).customer(REOPEN, after=window).state.state is State.PROMISED


def test_the_window_is_fourteen_days_where_nothing_else_was_agreed():
    assert accepted().customer(REOPEN, after=14 * DAY).state.reworks == 1
    assert type(refused(accepted(), REOPEN, after=14 * DAY + TICK)) is WrongState


def test_what_is_reopened_and_accepted_again_has_its_window_anew():
    tale = accepted().customer(REOPEN, after=10 * DAY).provider(DELIVERY).customer(ACCEPTANCE)
    assert tale.customer(REOPEN, after=14 * DAY).state.reworks == 2


def test_open_acts_and_decide_agree_where_the_clock_runs_behind_the_last_act():
    """Asked by a server whose clock is behind, for a date that has passed by the clock of the one that acted last."""
    state = asked().customer(acts.Chase(), after=2 * DAY).state
    behind = START + HOUR
    assert acts.Promise not in open_acts(state, Side.PROVIDER, behind)
    with pytest.raises(Refused):
        decide(state, acts.Promise(), PROVIDER, behind)


def test_an_act_is_recorded_no_earlier_than_the_one_before_it():
    state = promised().state
    (event,) = decide(state, acts.Chase(), CUSTOMER, START - DAY)
    assert event.at == state.last_at


# --- not enough ---------------------------------------------------------------------------------------------------

SAYS_TOO_LITTLE = {
    "no reason to renege": (
        promised, PROVIDER, acts.Renege(), "words",
        "Say why this promise cannot be kept: your customer has to plan anew.",
    ),
    "no reason to return": (
        delivered, CUSTOMER, acts.Return(missing=("Door codes",)), "words",
        "Say why it goes back, so that it can be put right.",
    ),
    "no reason to reopen": (
        accepted, CUSTOMER, acts.Reopen(), "words",
        "Say what turned out not to be done.",
    ),
    "an empty update": (
        promised, PROVIDER, acts.Update(expected=DUE), "words",
        "Say in a few words how it stands.",
    ),
    "no word on what would help": (
        promised, PROVIDER, acts.AskHelp(), "words",
        "Say what would help.",
    ),
    "an empty note": (asked, CUSTOMER, acts.Note(), "words", "Write the note first."),
    "a note of blanks": (asked, CUSTOMER, acts.Note(words=" \n\t "), "words", "Write the note first."),
    "no word on what to do": (
        promised, CUSTOMER, acts.Escalate(to=PETRA), "words",
        "Say what you need this person to do.",
    ),
    "too many words": (asked, CUSTOMER, acts.Chase(words="x" * (LONGEST_WORDS + 1)), "words", TOO_LONG),
    "a party with itself": (
        Tale, CUSTOMER, replace(ask(), provider=DISPATCH), "provider",
        "A promise needs two parties: choose somebody else.",
    ),
    "a window that is negative": (
        Tale, CUSTOMER, replace(ask(), reopen_window=-TICK), "",
        "A delivery can be reopened for no less than no time, and no more than a hundred years.",
    ),
    "a window without end": (
        Tale, PROVIDER, replace(offer(), reopen_window=timedelta.max), "",
        "A delivery can be reopened for no less than no time, and no more than a hundred years.",
    ),
    "nothing to do": (Tale, CUSTOMER, ask(sheet(what="")), "what", EMPTY_WHAT),
    "blanks to do": (Tale, PROVIDER, offer(sheet(what=" \t")), "what", EMPTY_WHAT),
    "too much in one line": (Tale, CUSTOMER, ask(sheet(what="x" * (LONGEST_WHAT + 1))), "what", LONG_WHAT),
    "two lines for one": (Tale, CUSTOMER, ask(sheet(what="The sheet\nSubject: pay")), "what", LONG_WHAT),
    "a line that ends": (Tale, CUSTOMER, ask(sheet(what="The sheet\r\n")), "what", LONG_WHAT),
    "too much done when": (
        Tale, CUSTOMER, ask(sheet(done_when="x" * (LONGEST_WORDS + 1))), "done_when",
        "“Done when” is longer than 4,000 characters.",
    ),
    "a date without a zone": (Tale, CUSTOMER, ask(sheet(NAIVE)), "due", NO_ZONE),
    "a date that passed": (Tale, CUSTOMER, ask(sheet(START)), "due", PASSED),
    "this very moment": (Tale, CUSTOMER, ask(sheet(START + HOUR)), "due", PASSED),
    "a mistyped year": (Tale, CUSTOMER, ask(sheet(FAR)), "due", TOO_FAR),
    "a counter for yesterday": (asked, PROVIDER, acts.Counter(terms=sheet(START)), "due", PASSED),
    "an amendment without a zone": (asked, CUSTOMER, acts.Amend(terms=sheet(NAIVE)), "due", NO_ZONE),
    "a proposal of nothing": (promised, PROVIDER, acts.Propose(terms=sheet(what="")), "what", EMPTY_WHAT),
    "a counter that is the ask": (asked, PROVIDER, acts.Counter(terms=sheet()), "due", SAME),
    "a counter that is the offer": (offered, CUSTOMER, acts.Counter(terms=sheet()), "due", SAME),
    "an amendment of nothing": (asked, CUSTOMER, acts.Amend(terms=sheet()), "due", SAME),
    "a proposal of what is in force": (proposed, CUSTOMER, acts.Propose(terms=sheet()), "due", SAME),
    "no answer to the one question": (
        delivered, CUSTOMER, acts.Accept(), "answer",
        "Did this make it easier for you to succeed? Choose an answer.",
    ),
    "an answer before the delivery": (
        offered, CUSTOMER, acts.Accept(answer=Answer.EASIER), "answer",
        "The question comes with the delivery, not yet.",
    ),
    "passed on to oneself": (
        asked, PROVIDER, acts.PassOn(to=WAREHOUSE, words="Theirs."), "to",
        "Pass it on to somebody who is not part of it yet.",
    ),
    "passed on to who asked": (
        asked, PROVIDER, acts.PassOn(to=DISPATCH, words="Theirs."), "to",
        "Pass it on to somebody who is not part of it yet.",
    ),
    "heard from in the past": (asked, PROVIDER, acts.Acknowledge(hear_by=START), "hear_by", HEAR_BY),
    "heard from right now": (asked, PROVIDER, acts.Acknowledge(hear_by=START + 2 * HOUR), "hear_by", HEAR_BY),
    "heard from without a zone": (asked, PROVIDER, acts.Acknowledge(hear_by=NAIVE), "hear_by", HEAR_BY),
    "heard from by our heirs": (asked, PROVIDER, acts.Acknowledge(hear_by=FAR), "hear_by", TOO_FAR),
    "expected in the past": (promised, PROVIDER, acts.Update(words="Soon", expected=START), "expected", EXPECTED),
    "expected right now": (
        promised, PROVIDER, acts.Update(words="Soon", expected=START + 3 * HOUR), "expected", EXPECTED,
    ),
    "expected without a zone": (
        promised, PROVIDER, acts.Update(words="Soon", expected=NAIVE), "expected", EXPECTED,
    ),
    "expected by our heirs": (promised, PROVIDER, acts.Update(words="Soon", expected=FAR), "expected", TOO_FAR),
    "handed to who has it": (
        promised, PROVIDER, acts.HandOver(to=JONAS), "to",
        "That person has it already; choose somebody else.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SAYS_TOO_LITTLE)
def test_an_act_that_says_too_little_is_refused_by_saying_what_is_wanted_and_where(case):
    start, by, act, field, words = SAYS_TOO_LITTLE[case]
    said = refused(start(), act, by=by)
    assert isinstance(said, Incomplete)
    assert (str(said), said.field) == (words, field)


def test_relying_twice_on_the_same_promise_is_refused():
    tale = promised().customer(acts.Link(relies_on=7)).provider(acts.Link(relies_on=8))
    said = refused(tale, acts.Link(relies_on=7), by=PROVIDER)
    assert (type(said), str(said)) == (Refused, "It relies on that one already.")
    assert tale.state.relies_on == (7, 8)


def test_the_clock_itself_needs_a_time_zone():
    with pytest.raises(Incomplete, match=r"A moment needs its time zone\."):
        decide(None, ask(), CUSTOMER, NAIVE)


# --- just enough --------------------------------------------------------------------------------------------------


def test_what_just_fits_is_accepted():
    longest = sheet(START + HOUR + TICK, what="x" * LONGEST_WHAT, done_when="y" * LONGEST_WORDS)
    tale = Tale(replace(ask(longest), words="z" * LONGEST_WORDS, reopen_window=timedelta(0)))
    assert tale.state.proposed is not None
    assert tale.state.proposed.terms == longest
    assert Tale(ask(sheet(START + HOUR + 36_525 * DAY))).state.state is State.ASKED


def test_most_acts_need_no_words():
    assert asked().provider(acts.Decline()).state.state is State.DECLINED
    assert promised().customer(acts.Cancel()).state.state is State.CANCELLED
    assert promised().customer(acts.Chase()).state.chases == 1


def test_what_was_passed_on_can_come_back_to_where_it_was_before():
    tale = (
        asked().provider(acts.PassOn(to=WORKSHOP, words="Theirs.")).provider(acts.PassOn(to=WAREHOUSE, words="Theirs."))
    )
    assert (tale.state.provider, tale.state.passed_on_by) == (WAREHOUSE, (WAREHOUSE, WORKSHOP))


def test_a_first_event_that_opens_nothing_is_not_replayed():
    with pytest.raises(WrongState, match=r"A promise begins with an ask or an offer\."):
        evolve(None, Event("promise.noted", START, CUSTOMER, acts.Note(words="Hello")))
