"""The page of those who keep the installation, and the page on which a team chooses its address."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cast import START, Cast
from kept.mail_in.chores import handle
from kept.mail_in.models import FailingAddress, Mail
from kept.promises.models import Promise
from mail_in.writing import came, mail
from post_office import Post

pytestmark = pytest.mark.django_db
AT = "kept+workshop@in.example.com"


@pytest.fixture
def keeper(cast: Cast, client: Client) -> Client:
    """The boss, who keeps the installation."""
    cast.boss.is_staff = True
    cast.boss.save()
    client.force_login(cast.boss)
    return client


def test_a_mail_is_let_through_and_then_done(cast: Cast, keeper: Client, post: Post) -> None:
    keeper.post(reverse("web:team-mail", args=[cast.workshop.pk]), {"name": "Workshop"})
    row = came(mail("customer@example.com", "Please <b>now</b>", to=AT, subject="<script>alert(1)</script>"))
    page = keeper.get(reverse("web:mail-in")).content.decode()
    assert "1 mail needs a look" in page
    assert "may be forged" in page
    assert "<script>alert" not in page
    assert keeper.post(reverse("web:let-through", args=[row.pk])).status_code == 302
    handle(Mail.objects.get(pk=row.pk).next_at)
    assert (Promise.objects.get().customer_id, Mail.objects.get(pk=row.pk).let_through_by_id) == (
        cast.customer.pk, cast.boss.pk,
    )  # fmt: skip
    assert "No mail needs a look" in keeper.get(reverse("web:mail-in")).content.decode()


def test_letting_through_gives_nobody_a_right(cast: Cast, keeper: Client, post: Post) -> None:
    keeper.post(reverse("web:team-mail", args=[cast.workshop.pk]), {"name": "workshop"})
    row = came(mail("nobody@elsewhere.example", "Please", to=AT))
    keeper.post(reverse("web:let-through", args=[row.pk]))
    handle(Mail.objects.get(pk=row.pk).next_at)
    assert "Nobody with this address" in Mail.objects.get(pk=row.pk).reason
    assert not Promise.objects.exists()


def test_a_mail_is_saved_as_bytes_and_thrown_away(keeper: Client, cast: Cast) -> None:
    row = came(mail("nobody@elsewhere.example", "<script>alert(1)</script>"))
    saved = keeper.get(reverse("web:raw-mail", args=[row.pk]))
    assert saved.content == bytes(row.content)
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"] == f'attachment; filename="mail-{row.pk}.eml"'
    assert "sandbox" in saved["Content-Security-Policy"]
    keeper.post(reverse("web:throw-mail-away", args=[row.pk]))
    assert Mail.objects.get(pk=row.pk).outcome == Mail.Outcome.THROWN_AWAY
    assert keeper.get(reverse("web:raw-mail", args=[row.pk])).status_code == 404


def test_only_those_who_keep_it_see_mails(cast: Cast, client: Client) -> None:
    row = came(mail("nobody@elsewhere.example", "Hello"))
    client.force_login(cast.lead)
    for name in ("raw-mail", "let-through", "throw-mail-away"):
        method = client.get if name == "raw-mail" else client.post
        assert method(reverse(f"web:{name}", args=[row.pk])).status_code == 403
    assert client.post(reverse("web:works-again", args=[cast.lead.pk])).status_code == 403
    assert Mail.objects.get(pk=row.pk).outcome == Mail.Outcome.QUARANTINED


def test_an_address_that_was_put_right_is_no_longer_listed(cast: Cast, keeper: Client) -> None:
    FailingAddress.objects.create(reader=cast.lead, address="lead@example.com", why="550", at=START)
    assert "lead@example.com" in keeper.get(reverse("web:mail-in")).content.decode()
    keeper.post(reverse("web:works-again", args=[cast.lead.pk]))
    assert not FailingAddress.objects.exists()


def test_those_who_lead_a_team_choose_its_address(cast: Cast, client: Client) -> None:
    address = reverse("web:team-mail", args=[cast.workshop.pk])
    client.force_login(cast.provider)
    assert client.post(address, {"name": "workshop"}).status_code == 403
    client.force_login(cast.lead)
    assert client.post(address, {"name": "work shop"}).status_code == 422
    assert client.post(address, {"name": "workshop"}).status_code == 302
    assert AT in client.get(address).content.decode()
