"""Complaints and thanks: said by the customer's side, seen as the promise is, heard once by the provider's."""

from __future__ import annotations

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.complaints import actions, placing, remedies
from kept.complaints.models import Complaint, Thanks
from kept.complaints.queries import about, unheard
from kept.core.errors import Incomplete, NotAllowed, NotFound, Refused, WrongState
from kept.core.expectations import Expectations
from kept.ledger import verifying
from kept.ledger.models import Event, Outbox
from kept.people.models import Party
from kept.promises import customer_links

NOW = START + 3 * HOUR


def test_a_complaint_is_heard_by_when_both_sides_agreed(cast: Cast) -> None:
    cast.agreed(Expectations(complaint_within=2 * HOUR))
    promise = cast.promised(at=START + 2 * HOUR)
    said = actions.complain(cast.customer, promise, " The wrong sheet. ", at=START + 4 * HOUR)  # 13:00
    assert (said.words, said.hear_by, said.acknowledged_at) == ("The wrong sheet.", START + 6 * HOUR, None)


def test_without_an_agreement_nobody_promised_when(cast: Cast) -> None:
    assert actions.complain(cast.customer, cast.promised(), "The wrong sheet.", at=NOW).hear_by is None


def test_it_waits_with_the_provider_until_one_of_them_hears_it(cast: Cast) -> None:
    promise = cast.promised()
    complaint = actions.complain(cast.customer, promise, "The wrong sheet.", at=NOW)
    thanks = actions.thank(cast.customer, promise, "So quick!", at=NOW)
    for waiting in (unheard(cast.provider), unheard(cast.colleague), unheard(cast.lead)):
        assert (waiting.complaints, waiting.thanks) == ([complaint], [thanks])
    for nobody in (cast.customer, cast.boss, cast.outsider):
        assert not unheard(nobody)
    actions.hear_complaint(cast.colleague, complaint.pk, "The right one is on its way.", at=NOW + HOUR)
    actions.hear_thanks(cast.provider, thanks.pk, "", at=NOW + HOUR)
    assert not unheard(cast.provider)
    heard = about(cast.customer, promise).complaints[0]
    assert (heard.acknowledged_by, heard.answer) == (cast.colleague, "The right one is on its way.")
    with pytest.raises(WrongState, match="already"):
        actions.hear_complaint(cast.provider, complaint.pk, "Me too.", at=NOW + 2 * HOUR)


def test_a_complaint_is_answered_with_words(cast: Cast) -> None:
    said = actions.complain(cast.customer, cast.promised(), "The wrong sheet.", at=NOW)
    with pytest.raises(Incomplete, match="what happens now"):
        actions.hear_complaint(cast.provider, said.pk, "  ", at=NOW)
    with pytest.raises(Incomplete, match="few words"):
        actions.complain(cast.customer, cast.promised(), "  ", at=NOW)


def test_who_sees_it_sees_the_promise(cast: Cast) -> None:
    said = actions.complain(cast.customer, cast.promised(), "The wrong sheet.", at=NOW)
    with pytest.raises(NotFound):
        actions.hear_complaint(cast.outsider, said.pk, "Mine.", at=NOW)
    with pytest.raises(NotAllowed):
        actions.hear_complaint(cast.boss, said.pk, "From above.", at=NOW)
    with pytest.raises(NotAllowed):
        actions.complain(cast.provider, said.promise_id or 0, "They are rude.", at=NOW)
    with pytest.raises(NotFound):
        actions.complain(cast.outsider, said.promise_id or 0, "They are rude.", at=NOW)


def test_what_is_said_in_a_private_promise_stays_with_those_named_in_it(cast: Cast) -> None:
    promise = cast.asked(private=True, provider=cast.provider)
    said = actions.complain(cast.customer, promise, "Too late for me.", at=NOW)
    assert unheard(cast.provider).complaints == [said]
    for stranger in (cast.lead, cast.boss):
        assert not about(stranger, promise)
        with pytest.raises(NotFound):
            actions.hear_complaint(stranger, said.pk, "Told.", at=NOW)


def test_nobody_hears_their_own_complaint(cast: Cast) -> None:
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, provider=cast.sales)
    said = actions.complain(cast.caretaker, promise, "They called me.", at=NOW)
    assert not unheard(cast.caretaker)
    with pytest.raises(Refused, match="colleague"):
        actions.hear_complaint(cast.caretaker, said.pk, "Heard.", at=NOW)


def test_about_nothing_in_particular(cast: Cast) -> None:
    complaint = actions.complain_to(cast.customer, cast.workshop, "The door is shut.", customer=cast.dispatch, at=NOW)
    thanks = actions.thank_to(cast.customer, cast.workshop, "For the cake.", customer=cast.dispatch, at=NOW)
    assert (complaint.promise, thanks.promise) == (None, None)
    assert unheard(cast.provider).complaints == [complaint]
    with pytest.raises(NotAllowed):
        actions.complain_to(cast.outsider, cast.workshop, "Rude.", customer=cast.dispatch, at=NOW)
    with pytest.raises(Incomplete):
        actions.complain_to(cast.customer, cast.dispatch, "Us.", customer=cast.dispatch, at=NOW)
    with pytest.raises(Incomplete):
        actions.complain_to(
            cast.customer, Party.objects.get(pk=cast.outside.pk), "Rude.", customer=cast.dispatch, at=NOW
        )


def test_an_outside_customer_says_it_itself(cast: Cast) -> None:
    promise = cast.asked(by=cast.caretaker, customer=cast.outside)
    _, secret = customer_links.make_link(cast.caretaker, promise, at=NOW)
    link = customer_links.link_of(secret, at=NOW)
    said = actions.complain_with(link, "Nobody calls.", at=NOW)
    assert said.by_id == cast.outside.pk
    for _ in range(actions.MOST_A_DAY - 1):
        actions.thank_with(link, "Thank you.", at=NOW)
    with pytest.raises(Refused, match="tomorrow"):
        actions.thank_with(link, "Thank you.", at=NOW)
    actions.thank_with(link, "Thank you.", at=NOW + DAY + HOUR)
    assert verifying.verify().clean


def test_it_is_in_the_ledger_and_replaying_gives_the_rows_again(cast: Cast) -> None:
    promise = cast.promised()
    said = actions.complain(cast.customer, promise, "The wrong sheet.", at=NOW)
    actions.hear_complaint(cast.provider, said.pk, "Sorry; it comes.", at=NOW + HOUR)
    thanks = actions.thank(cast.customer, promise, "So quick!", at=NOW)
    names = list(Event.objects.filter(stream=said.pk).values_list("name", flat=True))
    assert names == ["complaint.made", "complaint.heard"]
    assert Outbox.objects.filter(event__stream__in=[said.pk, thanks.pk]).count() == 3
    report = verifying.verify()
    assert report.clean
    assert (report.stories["complaint"], report.stories["thanks"]) == (1, 1)
    Complaint.objects.filter(pk=said.pk).update(words="All is well.")
    Thanks.objects.filter(pk=thanks.pk).delete()
    assert [each.story for each in verifying.verify().differences] == [said.pk, thanks.pk]


def test_either_side_puts_a_complaint_to_a_promise_once_and_the_ledger_replays_it(cast: Cast) -> None:
    said = actions.complain_to(cast.customer, cast.workshop, "Nobody answers.", customer=cast.dispatch, at=NOW)
    promise, other = cast.promised(), cast.asked(by=cast.caretaker, customer=cast.sales)
    with pytest.raises(Incomplete):
        placing.place(cast.provider, said.pk, other, at=NOW)
    with pytest.raises(NotAllowed):
        placing.place(cast.boss, said.pk, promise, at=NOW)
    with pytest.raises(NotFound):
        placing.place(cast.outsider, said.pk, promise, at=NOW)
    assert placing.place(cast.provider, said.pk, promise, at=NOW).promise_id == promise
    with pytest.raises(WrongState, match="already"):
        placing.place(cast.customer, said.pk, promise, at=NOW)
    made = remedies.hear_and_offer(cast.lead, said.pk, "A new sheet comes.", terms("A new sheet"), at=NOW)
    said.refresh_from_db()
    assert (said.remedy_id, said.answer) == (made.pk, "A new sheet comes.")
    names = list(Event.objects.filter(stream=said.pk).order_by("sequence").values_list("name", flat=True))
    assert names == ["complaint.made", "complaint.placed", "complaint.heard", "complaint.remedied"]
    assert verifying.verify().clean
    Complaint.objects.filter(pk=said.pk).update(remedy=promise)
    assert list(verifying.verify().differences)


def test_what_makes_a_private_promise_good_is_private(cast: Cast) -> None:
    promise = cast.asked(private=True, customer=cast.customer, provider=cast.provider)
    said = actions.complain(cast.customer, promise, "Too late for me.", at=NOW)
    assert remedies.offer(cast.provider, said.pk, terms("A talk"), at=NOW).private
    of_nothing = actions.complain_to(cast.customer, cast.provider, "Late.", customer=cast.customer, at=NOW)
    assert not placing.proposals(cast.colleague, of_nothing), "a private one is proposed to nobody else"
    assert promise in [one.promise.pk for one in placing.proposals(cast.provider, of_nothing)]
