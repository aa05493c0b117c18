"""Agreements: what each act does, and what is refused with which words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from core.builders import DAY, HOUR, START
from kept.core import agreement as rules
from kept.core import codec
from kept.core.acts import Act, Note
from kept.core.agreement import Agree, AgreementState, Between, End, Expect, Standing, decide, evolve, open_acts, replay
from kept.core.errors import Incomplete, Overtaken, Refused, WrongSide, WrongState
from kept.core.expectations import Channel, Expectations, Need, NeedKind, WhileOpen
from kept.core.state import Event
from kept.core.terms import By, Side

MARIA = By(21, Side.CUSTOMER)
JONAS = By(31, Side.PROVIDER)
SLOW = Expectations(turnaround=timedelta(hours=16))
QUICK = Expectations(turnaround=timedelta(hours=8))
FULL = Expectations(
    turnaround=timedelta(hours=16), acknowledge_within=HOUR, hours="Mon–Fri, 8 to 17",
    needs=(Need("Address", hint="Street and door."), Need("Picture", NeedKind.DOCUMENT, required=False)),
    checklist=("Counted", "Labelled"), update_every=timedelta(hours=8), channel=Channel.MAIL, tell=(31, 32), share=40,
    reopen_window=10 * DAY, deliver_while_open=WhileOpen.REFUSE, complaint_within=4 * HOUR,
    review_on=date(2026, 11, 1), words="The rest as usual.",
)  # fmt: skip


class Talk:
    """An agreement told act by act."""

    def __init__(self) -> None:
        self.at = START
        self.events: list[Event] = []

    @property
    def state(self) -> AgreementState:
        state = replay(self.events)
        assert state is not None
        return state

    def does(self, act: Act, by: By) -> Talk:
        self.at += HOUR
        self.events += decide(replay(self.events), act, by, self.at)
        return self


def asked_for(what: Expectations = QUICK, by: By = MARIA) -> Talk:
    return Talk().does(Expect(expectations=what, between=Between(1, 2)), by)


def in_force() -> Talk:
    return asked_for().does(Agree(to=1), JONAS)


# --- the way of an agreement --------------------------------------------------------------------------------------


def test_it_is_in_force_once_the_other_side_agreed_to_just_that() -> None:
    talk = asked_for()
    assert (talk.state.standing, talk.state.in_force) == (Standing.PROPOSED, None)
    version = talk.does(Agree(to=1), JONAS).state.in_force
    assert version is not None
    assert (version.number, version.expectations, version.side) == (1, QUICK, Side.CUSTOMER)
    assert (version.written_by, version.agreed_by, version.agreed_at, version.sequence) == (21, 31, talk.at, 2)
    assert [event.name for event in talk.events] == ["agreement.expected", "agreement.agreed"]


def test_both_sides_expectations_stand_beside_each_other_until_one_gives_way() -> None:
    talk = asked_for().does(Expect(expectations=SLOW), JONAS)
    assert (talk.state.expected_by(Side.CUSTOMER), talk.state.expected_by(Side.PROVIDER)) == (QUICK, SLOW)
    version = talk.does(Agree(to=2), MARIA).state.in_force
    assert version is not None
    assert version.expectations == SLOW
    assert talk.state.expected_by(Side.CUSTOMER) == talk.state.expected_by(Side.PROVIDER) == SLOW


def test_what_was_agreed_stays_in_force_while_something_else_is_talked_about() -> None:
    talk = in_force().does(Expect(expectations=SLOW), JONAS)
    assert talk.state.in_force is not None
    assert (talk.state.in_force.number, talk.state.expected_by(Side.PROVIDER)) == (1, SLOW)
    talk.does(Agree(to=3), MARIA)
    assert [version.expectations for version in talk.state.versions] == [QUICK, SLOW]


def test_what_was_proposed_can_be_taken_back() -> None:
    talk = in_force().does(Expect(expectations=SLOW), JONAS).does(Expect(expectations=QUICK), JONAS)
    assert (talk.state.provider, talk.state.customer) == (None, None)
    with pytest.raises(WrongState):
        talk.does(Agree(to=3), MARIA)


def test_one_can_answer_that_it_should_stay_as_it_is() -> None:
    talk = in_force().does(Expect(expectations=SLOW), JONAS).does(Expect(expectations=QUICK, words="Stay."), MARIA)
    assert talk.state.expected_by(Side.CUSTOMER) == QUICK
    with pytest.raises(WrongState, match="stay as it is"):
        talk.does(Agree(to=4), JONAS)
    assert talk.state.in_force is not None


def test_either_side_ends_it_and_it_can_begin_again() -> None:
    talk = in_force().does(End(words="The work moved."), MARIA)
    assert (talk.state.standing, talk.state.in_force, talk.state.ended_at) == (Standing.ENDED, None, talk.at)
    assert len(talk.state.versions) == 1
    talk.does(Expect(expectations=SLOW), JONAS)
    assert talk.state.standing is Standing.PROPOSED
    assert talk.does(Agree(to=4), MARIA).state.versions[-1].number == 2


# --- refusals -----------------------------------------------------------------------------------------------------


def test_agreeing_to_what_is_no_longer_there_is_overtaken() -> None:
    talk = asked_for().does(Expect(expectations=SLOW), MARIA)
    with pytest.raises(Overtaken):
        talk.does(Agree(to=1), JONAS)


def test_one_person_cannot_be_both_sides() -> None:
    with pytest.raises(WrongSide):
        asked_for().does(Agree(to=1), By(21, Side.PROVIDER))


@pytest.mark.parametrize(
    ("talk", "act", "by", "why"),
    [
        (asked_for, Agree(to=1), MARIA, "nothing on the table"),
        (in_force, Agree(to=1), JONAS, "nothing on the table"),
        (asked_for, Expect(expectations=QUICK), MARIA, "expect already"),
        (asked_for, Expect(expectations=QUICK), JONAS, "agree to it"),
        (in_force, Expect(expectations=QUICK), JONAS, "in force already"),
        (asked_for, Expect(expectations=SLOW, between=Between(1, 2)), JONAS, "said once"),
        (asked_for, End(words=" "), JONAS, "Say why"),
        (lambda: in_force().does(End(words="Over."), MARIA), End(words="Over."), JONAS, "nothing to end"),
        (asked_for, Note(words="Hm."), JONAS, "no act of an agreement"),
        (asked_for, Agree(to=1, words="x" * 4001), JONAS, "longer"),
        (Talk, Expect(expectations=QUICK), MARIA, "between whom"),
        (Talk, Expect(expectations=QUICK, between=Between(1, 1)), MARIA, "two parties"),
        (Talk, Agree(to=1), MARIA, "nothing on the table"),
        (Talk, End(words="Over."), MARIA, "nothing to end"),
    ],
)
def test_what_makes_no_sense_is_refused(talk, act: Act, by: By, why: str) -> None:
    told = talk()
    before = list(told.events)
    with pytest.raises(Refused, match=why):
        told.does(act, by)
    assert told.events == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("turnaround", timedelta(0)),
        ("acknowledge_within", -HOUR),
        ("update_every", 40_000 * DAY),
        ("reopen_window", timedelta(0)),
        ("complaint_within", timedelta(0)),
        ("hours", "x" * 301),
        ("words", "x" * 4001),
        ("needs", (Need("Address"), Need("address"))),
        ("needs", (Need(" Address"),)),
        ("needs", (Need("x" * 81),)),
        ("needs", (Need("Address", hint="x" * 301),)),
        ("needs", tuple(Need(str(number)) for number in range(31))),
        ("checklist", ("",)),
        ("checklist", ("two\nlines",)),
        ("checklist", ("Counted", "counted")),
        ("tell", (1, 1)),
        ("share", 0),
        ("share", 101),
        ("review_on", START.date()),
    ],
)
def test_expectations_that_cannot_be_are_refused_beside_their_field(field: str, value: object) -> None:
    with pytest.raises(Incomplete) as refused:
        asked_for(replace(FULL, **{field: value}))
    assert refused.value.field == field


def test_to_expect_nothing_is_no_beginning() -> None:
    with pytest.raises(Incomplete):
        asked_for(Expectations())


# --- time, replay, JSON -------------------------------------------------------------------------------------------


def test_time_does_not_run_backwards_and_knows_its_zone() -> None:
    (event,) = decide(in_force().state, Expect(expectations=SLOW), JONAS, START - DAY)
    assert event.at == in_force().state.last_at
    with pytest.raises(Incomplete):
        decide(None, Expect(expectations=SLOW, between=Between(1, 2)), JONAS, datetime(2026, 1, 1))  # noqa: DTZ001


def test_events_that_no_rule_would_give_are_not_replayed() -> None:
    first, second = in_force().events
    for events in ([second], [first, replace(second, act=Agree(to=7))], [first, replace(second, act=Note(words="x"))]):
        with pytest.raises(WrongState):
            replay(events)
    assert replay([]) is None


def test_every_act_comes_back_as_it_went_through_json() -> None:
    for act in (Expect(expectations=FULL, between=Between(1, 2, 3), words="So."), Agree(to=4), End(words="Over.")):
        text = json.dumps(codec.act_to_dict(act), allow_nan=False)
        assert codec.act_from_dict(json.loads(text), rules.BY_NAME) == act
    assert codec.to_dict(Expectations()) == {}
    assert codec.from_dict(Expectations, codec.to_dict(FULL)) == FULL


def test_an_act_of_a_promise_is_none_of_an_agreement() -> None:
    with pytest.raises(Incomplete, match="agree, end, expect"):
        codec.act_from_dict({"act": "deliver"}, rules.BY_NAME)


def test_the_page_offers_what_can_be_done() -> None:
    assert open_acts(asked_for().state, MARIA) == (Expect, End)
    assert open_acts(asked_for().state, JONAS) == (Agree, Expect, End)
    assert open_acts(asked_for().state, By(21, Side.PROVIDER)) == (Expect, End)
    assert open_acts(in_force().does(End(words="Over."), MARIA).state, JONAS) == (Expect,)
    assert evolve(None, asked_for().events[0]) == asked_for().state
