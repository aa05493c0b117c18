"""Complaints and thanks are told to whom they were said, and their answer to whoever said them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cast import HOUR, START, Cast
from kept.complaints import actions
from kept.core import acts
from kept.core.expectations import Expectations
from kept.ledger.models import Outbox
from kept.notify import following, hearing
from kept.notify.kinds import Kind
from kept.notify.models import Notice
from kept.promises import customer_links

NOW = START + 3 * HOUR


def follow() -> None:
    """Follow all that has happened."""
    while following.follow_some(now=NOW + timedelta(minutes=1)):
        pass


@pytest.mark.django_db
def test_a_complaint_is_somebodys_turn_and_its_answer_comes_back(cast: Cast) -> None:
    said = actions.complain(cast.customer, cast.promised(), "The wrong sheet.", at=NOW)
    follow()
    mine = Notice.objects.get(reader=cast.provider.pk, says="Customer complained.")
    assert (mine.kind, mine.words, mine.promise_id) == (Kind.MY_TURN, "The wrong sheet.", said.promise_id)
    assert mine.needs
    assert not Notice.objects.filter(reader=cast.colleague.pk, says__contains="complained").exists()
    actions.hear_complaint(cast.lead, said.pk, "The right one comes.", at=NOW)
    follow()
    answer = Notice.objects.get(reader=cast.customer.pk, says="Lead answered your complaint.")
    assert (answer.kind, answer.words) == (Kind.WORD, "The right one comes.")
    assert not Outbox.objects.filter(done_at=None).exists()


@pytest.mark.django_db
def test_thanks_are_told_too_also_about_nothing_in_particular(cast: Cast) -> None:
    actions.thank_to(cast.customer, cast.workshop, "For the cake.", customer=cast.dispatch, at=NOW)
    follow()
    told = Notice.objects.get(says="Customer said thanks.")
    assert (told.reader_id, told.kind, told.words) == (cast.lead.pk, Kind.WORD, "For the cake.")


@pytest.mark.django_db
def test_of_a_private_promise_those_named_in_it_alone_hear(cast: Cast) -> None:
    promise = cast.asked(private=True)
    actions.complain(cast.customer, promise, "My pay.", at=NOW)
    follow()
    assert not Notice.objects.filter(words="My pay.").exists()
    cast.do(cast.lead, promise, acts.Promise(), at=NOW)
    actions.complain(cast.customer, promise, "My pay again.", at=NOW)
    follow()
    assert [one.reader_id for one in Notice.objects.filter(words="My pay again.")] == [cast.lead.pk]


@pytest.mark.django_db
def test_what_an_outside_customer_does_itself_is_told_as_theirs(cast: Cast) -> None:
    promise = cast.asked(by=cast.caretaker, customer=cast.outside)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    _, secret = customer_links.make_link(cast.caretaker, promise, at=NOW)
    link = customer_links.link_of(secret, at=NOW)
    customer_links.answer(link, acts.Chase(words="How far are you?"), at=NOW)
    actions.complain_with(link, "Nobody calls.", at=NOW)
    follow()
    told = Notice.objects.filter(reader=cast.provider.pk).order_by("pk").values_list("says", flat=True)
    assert any(each.startswith("Outside customer had to ask how it stands") for each in told)
    assert "Outside customer complained." in told
    assert not Outbox.objects.filter(done_at=None).exists()


@pytest.mark.django_db
def test_a_complaint_that_waits_is_reminded_of_before_its_time_and_told_after_it(cast: Cast) -> None:
    cast.agreed(Expectations(complaint_within=4 * HOUR))
    said = actions.complain(cast.customer, cast.promised(at=START + 2 * HOUR), "The wrong sheet.", at=START + 4 * HOUR)
    assert said.hear_by == START + 8 * HOUR
    assert hearing.remind(START + 6 * HOUR) == 0
    assert hearing.remind(START + 7 * HOUR) == 1
    mine = Notice.objects.get(reader=cast.provider.pk, key__startswith="complaint:")
    assert (mine.kind, mine.words) == (Kind.REMINDER, "The wrong sheet.")
    assert hearing.remind(START + 7 * HOUR + timedelta(minutes=1)) == 0, "once"
    assert hearing.remind(START + 9 * HOUR) == 2
    assert Notice.objects.filter(reader=cast.customer.pk, says__contains="has been reminded").count() == 1
    late = Notice.objects.filter(reader=cast.provider.pk, kind=Kind.SLIP, key__startswith="complaint:")
    assert late.count() == 1


@pytest.mark.django_db
def test_what_was_heard_reminds_nobody(cast: Cast) -> None:
    cast.agreed(Expectations(complaint_within=4 * HOUR))
    said = actions.complain(cast.customer, cast.promised(at=START + 2 * HOUR), "The wrong sheet.", at=START + 4 * HOUR)
    actions.hear_complaint(cast.lead, said.pk, "A new one comes.", at=START + 5 * HOUR)
    assert hearing.remind(START + 9 * HOUR) == 0
