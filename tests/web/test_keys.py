"""Your keys: made and shown once, listed without the key, revoked."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from cast import Cast
from kept.people.models import ApiToken
from kept.people.tokens import MOST_KEYS, make_token


@pytest.fixture
def page(cast: Cast, client: Client) -> Client:
    client.force_login(cast.customer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def made(answer: str) -> str:
    found = re.search(r"kept_[A-Za-z0-9_-]{20,}", answer)
    return found[0] if found else ""


def test_a_key_is_shown_once_and_opens_what_it_says(page: Client, cast: Cast) -> None:
    answer = page.post("/keys/", {"name": " Our   planner ", "scope": "read", "days": "90"})
    assert answer.headers["Cache-Control"] == "no-store"
    key = made(answer.content.decode())
    row = ApiToken.objects.get()
    assert (row.person, row.name, row.scope) == (cast.customer, "Our planner", "read")
    assert key not in page.get("/keys/").content.decode()
    assert row.hint in page.get("/keys/").content.decode()
    opened = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert opened.json()["person"]["name"] == "Customer"
    assert "never" not in page.get("/keys/").content.decode()


def test_a_revoked_key_opens_nothing(page: Client) -> None:
    key = made(page.post("/keys/", {"name": "Planner", "scope": "write", "days": "0"}).content.decode())
    assert page.post(f"/keys/{ApiToken.objects.get().pk}/revoke/").status_code == 302
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert "open nothing any more" in page.get("/keys/").content.decode()


def test_nobody_revokes_another_s_key_or_makes_one_for_the_directory(page: Client, cast: Cast) -> None:
    theirs, _ = make_token(cast.provider, scope=ApiToken.Scope.READ, at=datetime.now(UTC), name="Theirs")
    assert page.post(f"/keys/{theirs.pk}/revoke/").status_code == 404
    assert "Theirs" not in page.get("/keys/").content.decode()
    refused = page.post("/keys/", {"name": "X", "scope": "scim", "days": "30"})
    assert (refused.status_code, ApiToken.objects.filter(person=cast.customer).exists()) == (422, False)


def test_what_is_missing_is_said(page: Client, cast: Cast) -> None:
    assert page.post("/keys/", {"name": "  ", "scope": "read", "days": "30"}).status_code == 422
    for _ in range(MOST_KEYS):
        make_token(cast.customer, scope=ApiToken.Scope.READ, at=datetime.now(UTC), name="One")
    refused = page.post("/keys/", {"name": "One more", "scope": "read", "days": "30"})
    assert (refused.status_code, "revoke one" in refused.content.decode()) == (422, True)
