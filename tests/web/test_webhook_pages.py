"""The pages of webhooks and chats: added, seen with their log, by their owners alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cast import Cast
from hook_server import answering, hook_server
from kept.notify import worker
from kept.notify.calling import endpoints
from kept.notify.models import Call, Endpoint
from kept.people.models import Person

pytestmark = pytest.mark.django_db
URL = "https://example.com/in"


def signed_in(client: Client, person: Person) -> Client:
    """The browser of that person."""
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def secret_in(page: bytes) -> str:
    """The secret that a page shows; "" where it shows none."""
    found = re.search(r"whsec_[A-Za-z0-9+/]{43}=", page.decode())
    return found[0] if found else ""


def added(cast: Cast, **more: object) -> Endpoint:
    """A webhook of the customer."""
    return endpoints.add(
        cast.customer, cast.customer, kind=Endpoint.Kind.WEBHOOK, name="Ours", url=URL, at=timezone.now(), **more
    )  # type: ignore[arg-type]


def test_a_webhook_is_added_and_its_secret_shown_once(cast: Cast, client: Client) -> None:
    page = signed_in(client, cast.customer).post("/webhooks/", {"name": " Our  planner ", "url": URL})
    endpoint = Endpoint.objects.get()
    assert (endpoint.name, endpoint.url, endpoint.events) == ("Our planner", URL, [])
    assert secret_in(page.content) == endpoint.secret
    assert "no-store" in page.headers["Cache-Control"]
    for path in ("/webhooks/", f"/webhooks/{endpoint.pk}/"):
        again = client.get(path)
        assert "Our planner" in again.content.decode()
        assert not secret_in(again.content)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://example.com/", "begins with https://"),
        ("http://127.0.0.1:8000/", "inside a network"),
        ("https://me:secret@example.com/", "Leave name and password out"),
        ("", "required"),
    ],
)
def test_an_address_that_will_not_do_is_refused_beside_its_field(
    cast: Cast, client: Client, url: str, says: str
) -> None:
    page = signed_in(client, cast.customer).post("/webhooks/", {"name": "Ours", "url": url})
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not Endpoint.objects.exists()


def test_a_new_secret_is_shown_once_and_says_how_long_the_old_one_is_good(cast: Cast, client: Client) -> None:
    endpoint = added(cast)
    page = signed_in(client, cast.customer).post(f"/webhooks/{endpoint.pk}/secret/")
    fresh = Endpoint.objects.get()
    assert secret_in(page.content) == fresh.secret != endpoint.secret
    assert fresh.old_secret == endpoint.secret
    assert "signed with the old secret too" in page.content.decode()


def test_events_are_chosen_and_unchosen(cast: Cast, client: Client) -> None:
    endpoint = added(cast)
    signed_in(client, cast.customer).post(f"/webhooks/{endpoint.pk}/events/", {"events": ["promise.asked"]})
    assert Endpoint.objects.get().events == ["promise.asked"]
    client.post(f"/webhooks/{endpoint.pk}/events/", {"events": ["promise.invented"]})
    assert Endpoint.objects.get().events == ["promise.asked"]
    client.post(f"/webhooks/{endpoint.pk}/events/", {})
    assert Endpoint.objects.get().events == []


def test_a_test_is_sent_and_what_came_of_it_is_shown(cast: Cast, client: Client, settings: Settings) -> None:
    settings.KEPT_WEBHOOK_PRIVATE = True
    with hook_server() as hook:
        hook.does = answering(500, b"<b>Out of order</b>")
        endpoint = added(cast)
        Endpoint.objects.update(url=hook.url)
        page = signed_in(client, cast.customer).post(f"/webhooks/{endpoint.pk}/test/", follow=True)
        assert "on its way" in page.content.decode()
        assert 'hx-trigger="load delay:1s"' in page.content.decode()
        while worker.step(timezone.now()):
            pass
        page = client.get(f"/webhooks/{endpoint.pk}/")
        for words in (
            "did not arrive",
            "It answered 500.",
            "&lt;b&gt;Out of order&lt;/b&gt;",
            Call.objects.get().number,
        ):
            assert words in page.content.decode()
        assert 'hx-trigger="load delay:1s"' not in page.content.decode()
        hook.does = answering(200)
        client.post(f"/webhooks/{endpoint.pk}/calls/{Call.objects.get().pk}/")
        while worker.step(timezone.now()):
            pass
        assert hook.calls[0].headers["webhook-id"] == hook.calls[1].headers["webhook-id"]
        assert "arrived" in client.get(f"/webhooks/{endpoint.pk}/").content.decode()


def test_it_is_switched_off_on_again_and_removed(cast: Cast, client: Client) -> None:
    endpoint = added(cast)
    signed_in(client, cast.customer)
    assert "Switch it on again" in client.post(f"/webhooks/{endpoint.pk}/off/", follow=True).content.decode()
    assert "Switch it off" in client.post(f"/webhooks/{endpoint.pk}/on/", follow=True).content.decode()
    assert client.post(f"/webhooks/{endpoint.pk}/explode/").status_code == 404
    assert "No program is told yet." in client.post(f"/webhooks/{endpoint.pk}/remove/", follow=True).content.decode()
    assert not Endpoint.objects.exists()


def test_nobody_else_sees_or_changes_it(cast: Cast, client: Client) -> None:
    endpoint = added(cast)
    endpoints.test(endpoint, "{}", at=timezone.now() - timedelta(hours=1))
    call = Call.objects.get()
    for person in (cast.boss, cast.outsider):
        signed_in(client, person)
        assert "Ours" not in client.get("/webhooks/").content.decode()
        assert client.get(f"/webhooks/{endpoint.pk}/").status_code == 404
        for what in ("off", "on", "test", "secret", "events", "remove"):
            assert client.post(f"/webhooks/{endpoint.pk}/{what}/").status_code == 404
        assert client.post(f"/webhooks/{endpoint.pk}/calls/{call.pk}/").status_code == 404
    endpoint.refresh_from_db()
    assert endpoint.gave_up_at is None
    assert Call.objects.count() == 1


# --- chats --------------------------------------------------------------------------------------------------------


def test_who_leads_the_team_adds_a_chat_and_its_address_is_shown_nowhere(cast: Cast, client: Client) -> None:
    secret = "https://hooks.example.com/services/T000/B000/secret-part"
    path = f"/teams/{cast.workshop.pk}/chat/"
    data = {"kind": "slack", "name": "#workshop", "url": secret}
    page = signed_in(client, cast.lead).post(path, data, follow=True)
    endpoint = Endpoint.objects.get()
    assert (endpoint.owner_id, endpoint.kind, endpoint.secret) == (cast.workshop.pk, "slack", "")
    assert Call.objects.get().name == endpoints.TEST
    for content in (page.content, client.get(path).content):
        assert "#workshop" in content.decode()
        assert "secret-part" not in content.decode()
    assert "hooks.example.com" in page.content.decode()


def test_others_neither_see_nor_change_a_chat(cast: Cast, client: Client) -> None:
    endpoint = endpoints.add(
        cast.lead, cast.workshop, kind=Endpoint.Kind.TEAMS, name="Ours", url=URL, at=timezone.now()
    )
    path = f"/teams/{cast.workshop.pk}/chat/"
    for person in (cast.provider, cast.customer, cast.outsider):
        signed_in(client, person)
        assert client.get(path).status_code == 403
        assert client.post(path, {"kind": "slack", "name": "x", "url": URL}).status_code == 403
        assert client.post(f"{path}{endpoint.pk}/remove/").status_code == 403
    signed_in(client, cast.lead)
    assert client.get(f"/teams/{cast.dispatch.pk}/chat/{endpoint.pk}/").status_code == 403
    assert client.get(f"/webhooks/{endpoint.pk}/").status_code == 404
    assert Endpoint.objects.count() == 1


def test_the_way_there_stands_in_the_menu_and_on_the_page_of_a_team_one_leads(cast: Cast, client: Client) -> None:
    assert 'href="/webhooks/"' in signed_in(client, cast.lead).get("/").content.decode()
    link = f'href="/teams/{cast.workshop.pk}/chat/"'
    assert link in client.get(f"/teams/{cast.workshop.pk}/").content.decode()
    assert link not in signed_in(client, cast.provider).get(f"/teams/{cast.workshop.pk}/").content.decode()
