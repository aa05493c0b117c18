"""Addresses that open doors never stand in a log."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kept.config.quiet import WithoutSecrets, without_secrets

SECRET = "Abc-_9" * 7 + "x"


@pytest.mark.parametrize(
    "address",
    [
        reverse("web:customer-link", args=[SECRET]),
        reverse("web:customer-link-act", args=[SECRET, "accept"]),
        reverse("web:customer-link-file", args=[SECRET, 7]),
        reverse("web:calendar-feed", args=[SECRET]),
        reverse("web:sign-in-link", args=[SECRET]),
    ],
)
def test_no_address_with_a_secret_is_written(address: str) -> None:
    written = without_secrets(f'"GET {address}?answer=no HTTP/1.1" 404 12')
    assert SECRET not in written
    assert "…" in written
    assert written.endswith('HTTP/1.1" 404 12')


def test_what_holds_no_secret_stays() -> None:
    for words in ("Not Found: /promises/12/", "/calendar/new/", "GET /notices/stop/ 404", "for-you and me"):
        assert without_secrets(words) == words


@pytest.mark.django_db
def test_the_logs_that_there_are_pass_through_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(WithoutSecrets())
    with caplog.at_level(logging.INFO):
        Client().get(reverse("web:customer-link", args=[SECRET]))
    assert "/for-you/…/" in caplog.text
    assert SECRET not in caplog.text
    handlers = settings.LOGGING["handlers"].values()
    assert all("without_secrets" in handler["filters"] for handler in handlers)
