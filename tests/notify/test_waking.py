"""What time itself tells: a date that passes, word that is owed, an answer that is waited for; each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.expectations import Expectations
from kept.core.terms import Answer
from kept.notify import worker
from kept.notify.kinds import Kind
from kept.notify.models import Notice, Wake
from kept.people.models import Party

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def until(now: datetime) -> None:
    """Let the worker do all that there is to do at `now`."""
    while worker.step(now):
        pass


def told(reader: Party, kind: Kind) -> list[str]:
    """What somebody was told of a kind, oldest first."""
    return list(Notice.objects.filter(reader=reader, kind=kind).order_by("pk").values_list("says", flat=True))


def test_both_sides_hear_once_that_a_date_has_passed(cast: Cast) -> None:
    promise = cast.promised()
    until(START + 2 * DAY)
    assert told(cast.customer, Kind.SLIP) == []
    until(START + 2 * DAY + HOUR)
    assert told(cast.customer, Kind.SLIP) == ["Its date has passed. Workshop has been told."]
    assert told(cast.provider, Kind.SLIP) == ["Its date has passed."]
    assert not Wake.objects.filter(promise=promise).exists()


def test_an_act_after_the_date_does_not_tell_again_that_it_has_passed(cast: Cast) -> None:
    promise = cast.promised()
    until(START + 2 * DAY + HOUR)
    cast.do(cast.provider, promise, acts.Update(words="Nearly there."), at=START + 2 * DAY + 2 * HOUR)
    until(START + 2 * DAY + 3 * HOUR)
    assert len(told(cast.customer, Kind.SLIP)) == 1


def test_a_new_date_sets_the_alarm_anew(cast: Cast) -> None:
    promise = cast.promised()
    until(START + HOUR)
    cast.do(cast.provider, promise, acts.Propose(terms=terms(due=START + 5 * DAY)), at=START + DAY)
    cast.do(cast.customer, promise, acts.Agree(), at=START + DAY + HOUR)
    until(START + 3 * DAY)
    assert told(cast.customer, Kind.SLIP) == []
    until(START + 5 * DAY + HOUR)
    assert len(told(cast.customer, Kind.SLIP)) == 1


def test_the_provider_is_reminded_before_the_rhythm_is_missed_and_both_hear_after(cast: Cast) -> None:
    cast.agreed(Expectations(update_every=timedelta(hours=8)))
    cast.promised(at=START + 2 * HOUR)  # promised on Monday at 12:00; the next word is due on Tuesday at 12:00
    until(START + 8 * HOUR)
    assert told(cast.provider, Kind.REMINDER) == []
    until(datetime(2026, 5, 5, 10, 30, tzinfo=UTC))
    assert told(cast.provider, Kind.REMINDER) == ["Dispatch hears from you next, as agreed."]
    assert told(cast.customer, Kind.SLIP) == []
    until(datetime(2026, 5, 5, 12, 30, tzinfo=UTC))
    assert told(cast.provider, Kind.SLIP) == ["Dispatch should have heard from you by now."]
    assert told(cast.customer, Kind.SLIP) == ["Workshop owes you word and has been told so."]


def test_word_in_time_keeps_it_quiet(cast: Cast) -> None:
    cast.agreed(Expectations(update_every=timedelta(hours=8)))
    promise = cast.promised(at=START + 2 * HOUR)
    until(START + 3 * HOUR)
    cast.do(cast.provider, promise, acts.Update(words="On its way."), at=datetime(2026, 5, 5, 9, 30, tzinfo=UTC))
    until(datetime(2026, 5, 5, 12, 30, tzinfo=UTC))
    assert told(cast.customer, Kind.SLIP) == []


def test_whom_the_agreement_names_hears_when_it_slips_but_not_of_what_is_private(cast: Cast) -> None:
    cast.agreed(Expectations(tell=(cast.boss.pk,)))
    cast.promised(at=START + 2 * HOUR)
    private = cast.asked(at=START + 2 * HOUR, what=terms("A quiet word", START + DAY), private=True)
    cast.do(cast.lead, private, acts.Promise(), at=START + 3 * HOUR)
    until(START + 4 * DAY)
    assert list(Notice.objects.filter(reader=cast.boss).values_list("subject", flat=True)) == ["The route sheet"]


def test_an_ask_that_nobody_answers_is_asked_again_after_the_time_agreed(cast: Cast) -> None:
    cast.agreed(Expectations(acknowledge_within=timedelta(hours=4)))
    cast.asked(at=START + 2 * HOUR)
    until(START + 5 * HOUR)
    assert told(cast.lead, Kind.REMINDER) == []
    until(START + 7 * HOUR)
    assert told(cast.lead, Kind.REMINDER) == ["Dispatch still waits for an answer."]


def test_an_announced_answer_that_does_not_come_is_told_to_both(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.Acknowledge(hear_by=START + 3 * HOUR), at=START + HOUR)
    until(START + 4 * HOUR)
    assert told(cast.customer, Kind.SLIP) == ["Workshop said that you would hear by now, and has been reminded."]
    assert told(cast.lead, Kind.SLIP) == ["Dispatch was to hear from you by now."]


def test_a_delivery_that_is_not_accepted_reminds_the_customer_after_two_working_days(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + 2 * HOUR)
    until(START + DAY)
    assert told(cast.customer, Kind.REMINDER) == []
    until(START + 2 * DAY + 3 * HOUR)
    assert told(cast.customer, Kind.REMINDER) == ["Workshop delivered this and waits for you."]


def test_those_down_the_line_hear_what_a_delay_means_for_their_own_promise(cast: Cast) -> None:
    below = cast.promised()
    ask = acts.Ask(customer=cast.workshop.pk, provider=cast.billing.pk, terms=terms("The list", START + DAY))
    above = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.billing, what=ask.terms)
    cast.do(cast.outsider, above, acts.Promise(), at=START + HOUR)
    cast.do(cast.provider, below, acts.Link(relies_on=above), at=START + 2 * HOUR)
    until(START + 3 * HOUR)
    late = acts.Update(words="The system is down.", expected=START + 3 * DAY)
    cast.do(cast.outsider, above, late, at=START + 4 * HOUR)
    until(START + 5 * HOUR)
    own = Notice.objects.get(reader=cast.provider, promise=below, kind=Kind.SLIP)
    assert own.says.startswith("What you promised Dispatch is likely to come after its date. It waits for “The list”")


def test_the_word_of_a_promise_that_ended_rings_no_alarm(cast: Cast) -> None:
    promise = cast.promised()
    until(START + HOUR)
    cast.do(cast.customer, promise, acts.Cancel(words="Not needed any more."), at=START + DAY)
    until(START + 4 * DAY)
    assert told(cast.customer, Kind.SLIP) == []
    assert not Wake.objects.exists()
