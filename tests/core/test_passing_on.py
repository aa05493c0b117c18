"""No wrong door: whoever passes an ask on stays answerable until it is taken on there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.builders import (
    CUSTOMER,
    DAY,
    DUE,
    HOUR,
    JONAS,
    PETRA,
    START,
    WAREHOUSE,
    WORKSHOP,
    Tale,
    ask,
    sheet,
)
from kept.core import acts
from kept.core.clocks import turns
from kept.core.codec import act_from_dict
from kept.core.errors import Incomplete, WrongSide, WrongState
from kept.core.promise import evolve, replay
from kept.core.silence import Stretch, stretches
from kept.core.state import Event, PassedOn
from kept.core.terms import By, Side

DRIVERS = 4
TO_THEM = acts.PassOn(to=WORKSHOP, answerable=WAREHOUSE, words="They have the lathe.")
THEIRS = By(PETRA, Side.PROVIDER)


def passed(opening: acts.Act | None = None) -> Tale:
    """The warehouse has passed the ask on to the workshop, two hours after the start."""
    return Tale(opening or ask()).provider(TO_THEM)


def test_who_passes_an_ask_on_stays_answerable_and_the_person_too() -> None:
    state = passed().state
    assert state.answerable == PassedOn(WAREHOUSE, JONAS, START + 2 * HOUR)
    assert (state.provider, state.answerable_party) == (WORKSHOP, WAREHOUSE)


@pytest.mark.parametrize(
    "act",
    [
        acts.Promise(), acts.Counter(terms=sheet(DUE + DAY)), acts.Acknowledge(hear_by=START + DAY), acts.Decline(),
        acts.Withdraw(),
    ],
    ids=lambda act: act.name,
)  # fmt: skip
def test_until_it_is_taken_on_there_or_over(act: acts.Act) -> None:
    by = CUSTOMER if isinstance(act, acts.Withdraw) else THEIRS
    assert passed().does(act, by).state.answerable is None


@pytest.mark.parametrize(
    ("act", "by"),
    [
        (acts.Note(words="Shall we?"), THEIRS),
        (acts.Note(words="They have the lathe.", answerable=WAREHOUSE), By(JONAS, Side.PROVIDER)),
        (acts.Acknowledge(hear_by=START + DAY, answerable=WAREHOUSE), By(JONAS, Side.PROVIDER)),
        (acts.Chase(), CUSTOMER),
        (acts.Amend(terms=sheet(DUE + DAY)), CUSTOMER),
    ],
    ids=["a note of theirs", "a note", "word", "a chase", "another ask"],
)
def test_nothing_else_takes_it_off_them(act: acts.Act, by: By) -> None:
    assert passed().does(act, by).state.answerable == PassedOn(WAREHOUSE, JONAS, START + 2 * HOUR)


def test_taken_back_it_is_theirs_alone_again() -> None:
    state = passed().provider(acts.PassOn(to=WAREHOUSE, answerable=WAREHOUSE, words="We find the time.")).state
    assert (state.provider, state.answerable, state.passed_on_by) == (WAREHOUSE, None, (WAREHOUSE, WORKSHOP))


def test_passed_to_another_by_them_they_stay_answerable_since_then() -> None:
    state = passed().provider(acts.PassOn(to=DRIVERS, answerable=WAREHOUSE, words="They are closer.")).state
    assert (state.provider, state.answerable) == (DRIVERS, PassedOn(WAREHOUSE, JONAS, START + 3 * HOUR))


def test_whoever_has_it_and_passes_it_on_answers_for_it_from_then_on() -> None:
    tale = passed().does(acts.PassOn(to=DRIVERS, answerable=WORKSHOP, words="Theirs."), THEIRS)
    assert tale.state.answerable == PassedOn(WORKSHOP, PETRA, START + 3 * HOUR)


def test_given_back_the_same_holds_the_other_way_round() -> None:
    tale = passed().does(acts.PassOn(to=WAREHOUSE, answerable=WORKSHOP, words="The lathe is broken."), THEIRS)
    assert (tale.state.provider, tale.state.answerable_party) == (WAREHOUSE, WORKSHOP)
    assert tale.provider(acts.Promise()).state.answerable is None


def test_passing_on_says_why() -> None:
    with pytest.raises(Incomplete, match="Say why it is for them") as refused:
        Tale(ask()).provider(acts.PassOn(to=WORKSHOP, words="  "))
    assert refused.value.field == "words"


@pytest.mark.parametrize("party", [WORKSHOP, DRIVERS])
def test_nobody_answers_for_what_they_did_not_pass_on(party: int) -> None:
    with pytest.raises(WrongState, match="not theirs to answer for"):
        passed().provider(acts.Note(words="Soon.", answerable=party))
    with pytest.raises(WrongState, match="not theirs to answer for"):
        Tale(ask()).provider(acts.Acknowledge(hear_by=START + DAY, answerable=party))
    with pytest.raises(WrongState, match="not theirs to answer for"):
        Tale(ask()).provider(acts.PassOn(to=WORKSHOP, answerable=DRIVERS, words="Theirs."))


def test_the_customer_answers_for_nothing() -> None:
    with pytest.raises(WrongSide, match="Only the provider's side answers"):
        passed().customer(acts.Note(words="Soon.", answerable=WAREHOUSE))


def test_the_word_that_was_announced_is_owed_by_those_who_passed_it_on() -> None:
    tale = Tale(ask()).provider(acts.Acknowledge(hear_by=START + DAY)).provider(TO_THEM)
    assert tale.state.hear_by == START + DAY
    tale.does(acts.Acknowledge(hear_by=START + 2 * DAY), THEIRS, after=tale.until(START + 30 * HOUR))
    owed = stretches(tale.events, lambda _: None)
    assert [(one.provider, one.since, one.until) for one in owed] == [
        (WAREHOUSE, START + 2 * HOUR, START + 3 * HOUR),
        (WAREHOUSE, START + 3 * HOUR, START + 30 * HOUR),
        (WORKSHOP, START + 30 * HOUR, None),
    ]
    assert owed[1] == Stretch(WAREHOUSE, START + 3 * HOUR, START + 30 * HOUR, hear_by=START + DAY)


def test_their_clock_runs_until_it_is_taken_on() -> None:
    tale = passed()
    tale.does(acts.Acknowledge(hear_by=START + 2 * DAY), THEIRS, after=5 * HOUR)
    had = [(turn.party, turn.end - turn.start) for turn in turns(tale.events, START + 9 * HOUR)]
    assert had == [(WAREHOUSE, 6 * HOUR), (WORKSHOP, timedelta(hours=2))]


def test_what_was_passed_on_before_kept_knew_of_this_replays_as_it_did() -> None:
    """An event without `answerable`, as older ledgers hold them: nobody stays answerable, no word is owed."""
    act = act_from_dict({"act": "pass_on", "to": WORKSHOP})
    told = Tale(ask()).provider(acts.Acknowledge(hear_by=START + DAY))
    state = evolve(replay(told.events), Event("promise.passed_on", START + 3 * HOUR, THEIRS, act))
    assert (state.provider, state.answerable, state.hear_by, state.responsible) == (WORKSHOP, None, None, None)
