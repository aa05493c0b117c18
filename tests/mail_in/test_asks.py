"""Mails to a team's address become asks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from cast import DAY, HOUR, START, Cast
from kept.core.errors import Incomplete, NotAllowed
from kept.core.expectations import Expectations, Need
from kept.ledger import book
from kept.ledger.verifying import verify
from kept.mail_in.models import Deed, Mail
from kept.mail_in.team_addresses import address_of_team, say_address
from kept.people.models import Team
from kept.promises.models import Promise
from mail_in.writing import answer, came, letter_to, mail
from post_office import Post, text_of

pytestmark = pytest.mark.django_db
AT = "kept+workshop@in.example.com"


@pytest.fixture(autouse=True)
def _asked_by_mail(cast: Cast) -> None:
    say_address(cast.lead, Team.objects.get(pk=cast.workshop.pk), "workshop", at=START)


def test_a_mail_of_somebody_here_is_an_ask_within_five_working_days(cast: Cast, post: Post) -> None:
    message = mail("Customer@example.com", "Both sides, please.\n-- \nC", to=AT, subject="AW: Two labels", vouched=True)
    message.add_attachment(b"a plan", maintype="application", subtype="pdf", filename="plan.pdf")
    row = came(message)
    assert (row.outcome, row.reason) == (Mail.Outcome.DONE, "Customer asked Workshop for “Two labels”.")
    promise = Promise.objects.get()
    assert (promise.customer_id, promise.provider_id, promise.what) == (
        cast.customer.pk,
        cast.workshop.pk,
        "Two labels",
    )
    assert promise.due == datetime(2026, 5, 11, 17, tzinfo=UTC), "Monday 09:00: the end of the Monday after"
    (opening,) = book.read(promise.pk)
    assert (opening.act.words, len(opening.act.files)) == ("Both sides, please.", 1)
    (receipt,) = post.to("customer@example.com")
    assert f"/promises/{promise.pk}/amend/" in text_of(receipt)
    assert "Monday, 11 May 2026" in text_of(receipt)
    answered = came(answer(letter_to(cast.lead.pk, promise.pk, at=START + HOUR), "Yes."), at=START + HOUR)
    assert answered.outcome == Mail.Outcome.DONE


def test_the_agreement_says_by_when_and_what_is_lacking(cast: Cast, post: Post) -> None:
    cast.agreed(Expectations(turnaround=16 * HOUR), at=START - DAY)
    came(mail("customer@example.com", "Please.", to=AT, subject="A label", vouched=True))
    promise = Promise.objects.get()
    assert (promise.customer_id, promise.due) == (cast.dispatch.pk, datetime(2026, 5, 5, 17, tzinfo=UTC))
    assert "agreed on" in text_of(post.to("customer@example.com")[-1])


def test_an_ask_that_lacks_what_was_agreed_is_told_so(cast: Cast, post: Post) -> None:
    cast.agreed(Expectations(needs=(Need("Weight"),)), at=START - DAY)
    row = came(mail("customer@example.com", "Please.", to=AT, subject="A label", vouched=True))
    assert row.outcome == Mail.Outcome.ANSWERED
    reply = text_of(post.to("customer@example.com")[-1])
    assert "Weight" in reply
    assert f"/ask/?to={cast.workshop.pk}" in reply
    assert not Promise.objects.exists()


def test_an_outside_customer_asks_for_itself(written_to: Cast, post: Post) -> None:
    row = came(mail("buyer@customer.example", "In oak.", to=AT, subject="A table", vouched=True))
    assert row.outcome == Mail.Outcome.DONE
    promise = Promise.objects.get()
    assert (promise.customer_id, promise.asker_id) == (written_to.outside.pk,) * 2
    assert "/for-you/" in text_of(post.to("buyer@customer.example")[-1])
    assert verify().count == 0


def test_several_teams_are_asked_each_and_once(cast: Cast, post: Post) -> None:
    sales = Team.objects.get(pk=cast.sales.pk)
    say_address(cast.boss, sales, "sales", at=START)
    message = mail("customer@example.com", "Please.", to=f"{AT}, {address_of_team(sales)}", subject="X", vouched=True)
    assert came(message).outcome == Mail.Outcome.DONE
    message["Delivered-To"] = AT
    assert came(message).outcome == Mail.Outcome.ASIDE
    assert sorted(Promise.objects.values_list("provider_id", flat=True)) == sorted([cast.workshop.pk, cast.sales.pk])


@pytest.mark.parametrize(
    ("sender", "vouched", "why"),
    [
        ("customer@example.com", False, "may be forged"),
        ("nobody@example.com", True, "Nobody with this address"),
        ("buyer@customer.example", False, "may be forged"),
    ],
)
def test_nobody_asks_in_the_name_of_another(written_to: Cast, post: Post, sender: str, vouched: bool, why: str) -> None:
    row = came(mail(sender, "Please.", to=AT, vouched=vouched))
    assert row.outcome == Mail.Outcome.QUARANTINED
    assert why in row.reason
    assert not post.mails, "whoever may be forged is not written to"
    assert not Deed.objects.exists()


def test_without_a_trusted_server_nobody_is_believed(cast: Cast, settings: Settings) -> None:
    settings.KEPT_MAIL_AUTHSERV = ""
    assert came(mail("customer@example.com", "Please.", to=AT, vouched=True)).outcome == Mail.Outcome.QUARANTINED


def test_who_says_at_which_address_a_team_is_asked(cast: Cast) -> None:
    workshop, sales = Team.objects.get(pk=cast.workshop.pk), Team.objects.get(pk=cast.sales.pk)
    with pytest.raises(NotAllowed):
        say_address(cast.provider, workshop, "mine", at=START)
    with pytest.raises(Incomplete, match="Another team"):
        say_address(cast.boss, sales, "Workshop", at=START)
    for wrong in ("a", "p1.2.abc", "two words", "-x-", "ü" * 5):
        with pytest.raises(Incomplete):
            say_address(cast.lead, workshop, wrong, at=START)
    say_address(cast.lead, workshop, "", at=START)
    assert address_of_team(Team.objects.get(pk=cast.workshop.pk)) == ""
