"""Kept or broken: every corner of the one rule by which a promise counts."""

from __future__ import annotations

import pytest

from core.builders import (
    ACCEPTANCE,
    DAY,
    DELIVERY,
    DUE,
    HOUR,
    PROVIDER,
    REOPEN,
    RETURN,
    START,
    TICK,
    Tale,
    accepted,
    ask,
    delivered,
    offer,
    promised,
    sheet,
)
from kept.core import acts
from kept.core.errors import Incomplete, Refused
from kept.core.keeping import Outcome, kept_as_first_promised, outcome
from kept.core.terms import Answer

LATER = DUE + 3 * DAY
MOVE = acts.Propose(terms=sheet(LATER))
NO_MORE = acts.Renege(words="The scanner is broken and the spare is with its maker.")


def verdict(tale: Tale) -> tuple[Outcome | None, bool | None]:
    """Kept or broken, and the stricter answer: kept as first promised."""
    return outcome(tale.state), kept_as_first_promised(tale.state)


KEPT = (Outcome.KEPT, True)
KEPT_ON_A_LATER_DATE = (Outcome.KEPT, False)
BROKEN = (Outcome.BROKEN, False)
COUNTS_AS_NEITHER = (None, None)


def at(tale: Tale, moment):
    """How long to wait for `moment`."""
    return tale.until(moment)


# --- on the date ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "counts"),
    [(DUE - HOUR, KEPT), (DUE - TICK, KEPT), (DUE, KEPT), (DUE + TICK, BROKEN), (DUE + DAY, BROKEN)],
    ids=["before", "just before", "on the very moment", "just after", "a day after"],
)
def test_a_delivery_counts_by_the_date_in_force(moment, counts):
    assert verdict(accepted(moment)) == counts


def test_a_customer_who_takes_long_to_accept_does_not_break_the_promise():
    tale = delivered(DUE)
    assert verdict(tale.customer(ACCEPTANCE, after=30 * DAY)) == KEPT


def test_what_the_customer_answers_does_not_decide_whether_it_was_kept():
    no_help = acts.Accept(answer=Answer.NO)
    assert verdict(delivered().customer(no_help)) == KEPT


def test_nothing_counts_before_the_customer_has_accepted():
    assert verdict(Tale(ask())) == COUNTS_AS_NEITHER
    assert verdict(promised()) == COUNTS_AS_NEITHER
    assert verdict(delivered()) == COUNTS_AS_NEITHER


def test_a_promise_far_past_its_date_is_late_but_not_yet_broken():
    tale = promised().provider(acts.Update(words="Still at it."), after=30 * DAY)
    assert verdict(tale) == COUNTS_AS_NEITHER


def test_an_offer_taken_counts_like_an_ask_promised():
    tale = Tale(offer(), by=PROVIDER).customer(acts.Accept()).provider(DELIVERY).customer(ACCEPTANCE)
    assert verdict(tale) == KEPT


def test_a_date_that_was_asked_for_but_countered_never_counts():
    tale = Tale(ask(sheet(START + 3 * HOUR))).provider(acts.Counter(terms=sheet(DUE))).customer(acts.Accept())
    tale.provider(DELIVERY, after=at(tale, DUE)).customer(ACCEPTANCE)
    assert verdict(tale) == KEPT


# --- another date -----------------------------------------------------------------------------------------------------


def moved_at(moment) -> Tale:
    """Promised for `DUE`; moved to `LATER` by the provider's proposal, agreed to at `moment`."""
    tale = promised().provider(MOVE)
    return tale.customer(acts.Agree(), after=at(tale, moment))


@pytest.mark.parametrize("moment", [DUE - DAY, DUE - TICK, DUE], ids=["a day before", "just before", "at the date"])
def test_a_date_moved_in_time_is_kept_but_not_as_first_promised(moment):
    tale = moved_at(moment)
    tale.provider(DELIVERY, after=at(tale, LATER)).customer(ACCEPTANCE)
    assert verdict(tale) == KEPT_ON_A_LATER_DATE


@pytest.mark.parametrize("moment", [DUE + TICK, DUE + DAY], ids=["just after", "a day after"])
def test_a_date_moved_after_it_had_passed_is_broken_however_soon_it_is_delivered_then(moment):
    assert verdict(moved_at(moment).provider(DELIVERY, after=TICK).customer(ACCEPTANCE)) == BROKEN


def test_proposing_in_time_does_not_help_when_the_other_side_agrees_after_the_date():
    tale = promised().provider(MOVE)
    tale.customer(acts.Agree(), after=at(tale, DUE + HOUR)).provider(DELIVERY).customer(ACCEPTANCE)
    assert verdict(tale) == BROKEN


def test_a_customer_who_asks_for_another_date_after_it_had_passed_does_not_make_it_kept_either():
    tale = promised()
    tale.customer(MOVE, after=at(tale, DUE + HOUR)).provider(acts.Agree()).provider(DELIVERY).customer(ACCEPTANCE)
    assert verdict(tale) == BROKEN


def test_one_late_move_stays_however_many_moves_in_time_follow():
    tale = moved_at(DUE + TICK)
    tale.provider(acts.Propose(terms=sheet(LATER + DAY))).customer(acts.Agree())
    tale.provider(DELIVERY).customer(ACCEPTANCE)
    assert verdict(tale) == BROKEN


def test_once_the_date_has_passed_no_terms_can_be_agreed_for_that_same_date():
    same_date = acts.Propose(terms=sheet(DUE, done_when="Every stop has its door code."))
    tale = promised().provider(same_date)
    with pytest.raises(Refused):
        tale.customer(acts.Agree(), after=at(tale, DUE))
    tale.customer(acts.Refuse(), after=at(tale, DUE))
    with pytest.raises(Incomplete):
        tale.provider(same_date)
    assert not tale.state.date_moved_late


def test_other_work_for_the_same_date_agreed_in_time_is_kept_as_first_promised():
    tale = promised().customer(acts.Propose(terms=sheet(DUE, what="The route sheet, with door codes")))
    tale.provider(acts.Agree()).provider(DELIVERY, after=at(tale, DUE)).customer(ACCEPTANCE)
    assert verdict(tale) == KEPT


def test_a_date_moved_to_an_earlier_one_is_the_one_that_counts():
    tale = promised().customer(acts.Propose(terms=sheet(DUE - DAY))).provider(acts.Agree())
    tale.provider(DELIVERY, after=at(tale, DUE - HOUR)).customer(ACCEPTANCE)
    assert verdict(tale) == BROKEN


def test_the_stricter_share_looks_at_the_first_date_not_at_whether_there_was_another():
    tale = promised().provider(MOVE).customer(acts.Agree())
    tale.provider(DELIVERY, after=at(tale, DUE)).customer(ACCEPTANCE)
    assert verdict(tale) == KEPT


def test_a_proposal_that_was_refused_or_never_answered_changes_no_date():
    refused = promised().provider(MOVE).customer(acts.Refuse())
    refused.provider(DELIVERY, after=at(refused, DUE + HOUR)).customer(ACCEPTANCE)
    ignored = promised().provider(MOVE)
    ignored.provider(DELIVERY, after=at(ignored, DUE + HOUR)).customer(ACCEPTANCE)
    assert verdict(refused) == verdict(ignored) == BROKEN


# --- returned and reopened --------------------------------------------------------------------------------------------


def test_returned_and_delivered_again_in_time_is_kept():
    tale = delivered(DUE - DAY).customer(RETURN)
    assert verdict(tale) == COUNTS_AS_NEITHER
    assert verdict(tale.provider(DELIVERY, after=at(tale, DUE)).customer(ACCEPTANCE)) == KEPT


def test_delivered_in_time_returned_and_delivered_again_late_is_broken():
    tale = delivered(DUE - HOUR).customer(RETURN)
    assert verdict(tale.provider(DELIVERY, after=2 * HOUR).customer(ACCEPTANCE)) == BROKEN


def test_delivering_something_empty_in_time_keeps_nothing_once_it_is_returned():
    tale = delivered(DUE).customer(RETURN, after=TICK).provider(DELIVERY, after=TICK).customer(ACCEPTANCE)
    assert verdict(tale) == BROKEN


def test_a_return_before_the_date_can_be_answered_with_a_later_date():
    tale = delivered(DUE - DAY).customer(RETURN).provider(MOVE).customer(acts.Agree())
    assert verdict(tale.provider(DELIVERY, after=at(tale, LATER)).customer(ACCEPTANCE)) == KEPT_ON_A_LATER_DATE


def test_reopened_after_it_was_kept_it_counts_as_nothing_until_it_is_accepted_again():
    assert verdict(accepted().customer(REOPEN)) == COUNTS_AS_NEITHER


def test_reopened_and_delivered_again_in_time_is_kept():
    tale = accepted(DUE - DAY).customer(REOPEN)
    assert verdict(tale.provider(DELIVERY, after=at(tale, DUE)).customer(ACCEPTANCE)) == KEPT


def test_reopened_after_the_date_it_can_no_longer_be_kept_with_or_without_a_new_date():
    without = accepted().customer(REOPEN, after=DAY).provider(DELIVERY).customer(ACCEPTANCE)
    within = accepted().customer(REOPEN, after=DAY).provider(MOVE).customer(acts.Agree())
    within.provider(DELIVERY).customer(ACCEPTANCE)
    assert verdict(without) == verdict(within) == BROKEN


# --- other ends -------------------------------------------------------------------------------------------------------


def test_a_promise_that_the_provider_gives_up_is_broken_early_or_late():
    early, late = promised(), promised()
    assert verdict(early.provider(NO_MORE)) == verdict(late.provider(NO_MORE, after=30 * DAY)) == BROKEN


def test_giving_up_after_a_return_is_broken_too():
    assert verdict(delivered().customer(RETURN).provider(NO_MORE)) == BROKEN


def test_cancelled_counts_as_neither_before_the_date_and_after_it():
    early, late = promised(), promised()
    assert verdict(early.customer(acts.Cancel())) == COUNTS_AS_NEITHER
    assert verdict(late.customer(acts.Cancel(), after=30 * DAY)) == COUNTS_AS_NEITHER


def test_cancelled_after_a_return_counts_as_neither():
    assert verdict(delivered().customer(RETURN).customer(acts.Cancel())) == COUNTS_AS_NEITHER


def test_declined_and_withdrawn_count_as_neither():
    assert verdict(Tale(ask()).provider(acts.Decline())) == COUNTS_AS_NEITHER
    assert verdict(Tale(ask()).customer(acts.Withdraw())) == COUNTS_AS_NEITHER
    assert verdict(Tale(offer(), by=PROVIDER).customer(acts.Decline())) == COUNTS_AS_NEITHER
    assert verdict(Tale(offer(), by=PROVIDER).provider(acts.Withdraw())) == COUNTS_AS_NEITHER
    assert (
        verdict(Tale(ask()).provider(acts.Counter(terms=sheet(LATER))).provider(acts.Withdraw())) == COUNTS_AS_NEITHER
    )


def test_a_note_after_the_end_changes_no_verdict():
    tale = accepted()
    assert verdict(tale.provider(acts.Note(words="Thank you."), after=90 * DAY)) == KEPT
