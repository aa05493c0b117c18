"""A sign-in link says whom it signs in; only its button does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from cast import Cast
from kept.core.errors import NotFound, Refused
from kept.people import sign_in_links
from kept.people.models import Person

pytestmark = pytest.mark.django_db


def address(token: str) -> str:
    return reverse("web:sign-in-link", args=[token])


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_looking_signs_nobody_in(cast: Cast, client: Client) -> None:
    """Mail scanners follow links: neither GET nor HEAD changes anything."""
    where = address(sign_in_links.token_for(cast.provider))
    before = list(Person.objects.order_by("pk").values_list())
    page = client.get(where)
    assert client.head(where).status_code == 200
    assert page.status_code == 200
    assert "Sign in as Provider?" in page.text
    assert "Workshop" in page.text
    assert signed_in(client) is None
    assert list(Person.objects.order_by("pk").values_list()) == before
    assert "no-store" in page.headers["Cache-Control"]


def test_the_button_signs_in(cast: Cast, client: Client) -> None:
    answer = client.post(address(sign_in_links.token_for(cast.provider)))
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("web:desk")
    assert signed_in(client) == str(cast.provider.pk)


def test_the_button_needs_its_own_page(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(sign_in_links.token_for(cast.provider))).status_code == 403
    assert signed_in(strict) is None


def test_who_is_signed_in_is_told_that_this_ends_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.customer)
    where = address(sign_in_links.token_for(cast.provider))
    assert "You are signed in as Customer now" in client.get(where).text
    client.post(where)
    assert signed_in(client) == str(cast.provider.pk)


def altered(token: str) -> str:
    return token[:-2] + ("AA" if not token.endswith("AA") else "BB")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("spoil", [altered, lambda token: "x", lambda token: signing.dumps(1, salt="another")])
def test_a_link_that_is_not_whole_does_nothing(cast: Cast, client: Client, method: str, spoil) -> None:
    answer = getattr(client, method)(address(spoil(sign_in_links.token_for(cast.provider))))
    assert answer.status_code == 404
    assert "does not sign anybody in" in answer.text
    assert signed_in(client) is None


def test_a_link_is_good_for_twelve_hours(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = datetime.now(UTC)
    token = sign_in_links.token_for(cast.provider)
    for hours, status in ((11.9, 200), (12.1, 404)):
        moment = (made + timedelta(hours=hours)).timestamp()
        monkeypatch.setattr("django.core.signing.time.time", lambda moment=moment: moment)
        assert client.get(address(token)).status_code == status


def test_a_link_is_worth_nothing_once_the_person_has_left(cast: Cast, client: Client) -> None:
    token = sign_in_links.token_for(cast.provider)
    Person.objects.filter(pk=cast.provider.pk).update(is_active=False)
    assert client.post(address(token)).status_code == 404
    assert signed_in(client) is None
    with pytest.raises(NotFound):
        sign_in_links.person_of(token)
    with pytest.raises(Refused):
        sign_in_links.token_for(Person.objects.get(pk=cast.provider.pk))


def test_who_leaves_is_signed_out(cast: Cast, client: Client) -> None:
    client.post(address(sign_in_links.token_for(cast.provider)))
    Person.objects.filter(pk=cast.provider.pk).update(is_active=False)
    assert client.get(reverse("web:desk")).status_code == 302
