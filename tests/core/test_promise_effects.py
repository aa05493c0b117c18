"""What an act changes besides the state, and what it leaves alone."""

from __future__ import annotations

import pytest

from core.builders import (
    ACCEPTANCE,
    CUSTOMER,
    DAY,
    DELIVERY,
    DUE,
    HOUR,
    JONAS,
    MARIA,
    PETRA,
    PROVIDER,
    REOPEN,
    RETURN,
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
)  # fmt: skip
from kept.core import acts
from kept.core.state import PromiseState, State
from kept.core.terms import Answer, By, Proposal, Side

PETRA_SPEAKS = By(PETRA, Side.PROVIDER)
OTHER = sheet(DUE + DAY)
CODES = sheet(DUE, what="The route sheet, with door codes")


def changed(before: PromiseState, after: PromiseState) -> set[str]:
    """The names of the fields that differ, but for those that count every event."""
    counting = {"sequence", "last_at", "heard_at"}
    return {name for name in PromiseState.__slots__ if getattr(before, name) != getattr(after, name)} - counting


def test_an_ask_puts_terms_on_the_table_and_none_in_force():
    state = Tale(ask()).state
    assert state.proposed == Proposal(sheet(), Side.CUSTOMER, START + HOUR)
    assert (state.terms, state.first_terms, state.promised_at) == (None, None, None)
    assert (state.asker, state.responsible, state.heard_at) == (MARIA, None, None)


def test_an_offer_names_who_would_do_it_and_who_takes_it_names_who_asks():
    tale = Tale(offer(), by=PROVIDER)
    assert (tale.state.asker, tale.state.responsible, tale.state.heard_at) == (None, JONAS, START + HOUR)
    taken = tale.customer(acts.Accept()).state
    assert (taken.asker, taken.responsible, taken.terms) == (MARIA, JONAS, sheet())


def test_the_promise_puts_the_terms_that_were_asked_in_force():
    state = promised().state
    assert (state.terms, state.first_terms, state.proposed) == (sheet(), sheet(), None)
    assert (state.promised_at, state.responsible) == (START + 2 * HOUR, JONAS)


def test_what_was_amended_is_what_is_promised():
    assert Tale(ask()).customer(acts.Amend(terms=CODES)).provider(acts.Promise()).state.terms == CODES


def test_back_and_forth_the_last_terms_on_the_table_are_those_agreed():
    tale = Tale(ask()).provider(acts.Counter(terms=OTHER)).customer(acts.Counter(terms=CODES))
    assert tale.state.state is State.ASKED
    assert tale.provider(acts.Promise()).state.terms == CODES


def test_who_counters_for_the_provider_has_it():
    tale = Tale(ask()).does(acts.Counter(terms=OTHER), PETRA_SPEAKS).customer(acts.Accept())
    assert tale.state.responsible == PETRA


def test_an_acknowledgement_is_met_by_a_counter_or_a_promise_and_gone_with_a_passing_on():
    told = acts.Acknowledge(hear_by=DUE)
    assert Tale(ask()).provider(told).state.hear_by == DUE
    assert Tale(ask()).provider(told).provider(acts.Promise()).state.hear_by is None
    assert Tale(ask()).provider(told).provider(acts.PassOn(to=WORKSHOP, words="Theirs.")).state.hear_by is None
    countered = Tale(ask()).provider(told).provider(acts.Counter(terms=OTHER))
    assert countered.state.hear_by is None
    assert countered.customer(acts.Counter(terms=CODES)).state.hear_by is None


def test_an_acknowledgement_outlives_what_the_customer_says():
    tale = Tale(ask()).provider(acts.Acknowledge(hear_by=DUE)).customer(acts.Amend(terms=CODES)).customer(acts.Chase())
    assert tale.state.hear_by == DUE


def test_passed_on_it_is_nobodys_yet_and_remembers_where_it_came_from():
    state = Tale(ask()).provider(acts.PassOn(to=WORKSHOP, words="Theirs.")).state
    assert (state.provider, state.passed_on_by, state.responsible) == (WORKSHOP, (WAREHOUSE,), None)


def test_a_proposal_changes_nothing_but_the_table():
    tale = promised()
    before = tale.state
    assert changed(before, tale.provider(acts.Propose(terms=OTHER)).state) == {"proposed", "moved"}


def test_new_terms_agreed_take_the_place_of_the_old_and_of_what_was_said_about_them():
    tale = promised().provider(acts.AskHelp(words="Two hands")).provider(acts.Update(words="Slow", expected=DUE + HOUR))
    state = tale.provider(acts.Propose(terms=OTHER)).customer(acts.Agree()).state
    assert (state.terms, state.first_terms, state.proposed) == (OTHER, sheet(), None)
    assert (state.needs_help, state.expected, state.date_moved_late) == (False, None, False)


def test_help_ends_when_somebody_takes_it_or_when_it_comes_in_time_after_all():
    asked = promised().provider(acts.AskHelp(words="Two hands")).state
    assert asked.needs_help
    for act, still in (
        (acts.HandOver(to=PETRA), False),
        (acts.Update(words="They sent Anna.", expected=DUE), False),
        (acts.Update(words="Not yet.", expected=DUE + TICK), True),
        (acts.Update(words="Not yet."), True),
        (acts.Note(words="Whom do you need?"), True),
        (acts.Propose(terms=OTHER), True),
    ):
        tale = promised().provider(acts.AskHelp(words="Two hands")).provider(act)
        assert tale.state.needs_help is still, act


def test_refused_terms_leave_everything_as_it_was():
    tale = promised()
    before = tale.state
    after = tale.provider(acts.Propose(terms=OTHER)).customer(acts.Refuse()).state
    assert changed(before, after) == {"moved"}


def test_a_delivery_ends_the_talk_about_terms_help_and_what_is_expected():
    tale = promised().provider(acts.AskHelp(words="Two hands")).provider(acts.Update(words="Slow", expected=DUE))
    tale.provider(acts.Propose(terms=OTHER)).provider(acts.Deliver(easier=Answer.PARTLY))
    state = tale.state
    assert (state.proposed, state.needs_help, state.expected) == (None, False, None)
    assert (state.delivered_at, state.provider_answer, state.terms) == (tale.at, Answer.PARTLY, sheet())


def test_an_update_that_expects_nothing_new_leaves_what_was_expected():
    tale = promised().provider(acts.Update(words="Slow", expected=DUE)).provider(acts.Update(words="Half done"))
    assert tale.state.expected == DUE


def test_acceptance_keeps_the_customers_answer_and_the_end():
    tale = delivered().customer(acts.Accept(answer=Answer.NO, words="It lacked the codes."))
    assert (tale.state.customer_answer, tale.state.ended_at) == (Answer.NO, tale.at)
    assert tale.state.terms == sheet()


@pytest.mark.parametrize(("tale", "act"), [(delivered, RETURN), (accepted, REOPEN)], ids=["returned", "reopened"])
def test_what_goes_back_stands_again_with_its_terms_and_no_delivery(tale, act):
    state = tale().customer(act).state
    assert (state.state, state.reworks, state.terms, state.promised_at) == (
        State.PROMISED, 1, sheet(), START + 2 * HOUR,
    )  # fmt: skip
    assert (state.delivered_at, state.ended_at, state.provider_answer, state.customer_answer) == (None,) * 4


def test_what_was_on_the_table_is_gone_when_a_standing_promise_ends():
    cancelled = promised().provider(acts.Propose(terms=OTHER)).customer(acts.Cancel()).state
    reneged = promised().provider(acts.Propose(terms=OTHER)).provider(acts.Renege(words="No scanner")).state
    assert cancelled.proposed is reneged.proposed is None


def test_what_never_came_into_force_stays_to_be_read():
    declined = Tale(ask()).provider(acts.Decline()).state
    assert declined.proposed is not None
    assert (declined.proposed.terms, declined.terms, declined.ended_at) == (sheet(), None, declined.last_at)


def test_a_note_changes_nothing_at_all():
    for tale in (Tale(ask()), promised(), delivered(), accepted()):
        before = tale.state
        assert changed(before, tale.customer(acts.Note(words="By the way.")).state) == set()


def test_the_customer_has_heard_whenever_the_provider_spoke():
    tale = promised()
    spoke = tale.at
    assert tale.customer(acts.Chase(), after=DAY).state.heard_at == spoke
    assert tale.provider(acts.Note(words="Nearly.")).state.heard_at == tale.at


def test_only_what_an_actor_must_have_seen_moves_the_mark():
    tale = promised()
    mark = tale.state.moved
    tale.customer(acts.Chase()).provider(acts.Update(words="Nearly.")).provider(acts.HandOver(to=PETRA))
    tale.customer(acts.Link(relies_on=7)).customer(acts.Escalate(to=PETRA, words="Please look."))
    assert (tale.state.moved, tale.state.sequence) == (mark, mark + 5)
    assert tale.provider(acts.Propose(terms=OTHER)).state.moved == tale.state.sequence
    assert tale.provider(DELIVERY).state.moved == tale.state.sequence
    assert tale.customer(ACCEPTANCE).state.moved == tale.state.sequence
    assert Tale(ask()).provider(acts.PassOn(to=WORKSHOP, words="Theirs.")).state.moved == 2


def test_others_on_the_same_side_do_not_change_who_asked():
    tale = Tale(ask()).does(acts.Chase(), By(PETRA, Side.CUSTOMER))
    assert tale.state.asker == MARIA
    assert CUSTOMER.person == MARIA
