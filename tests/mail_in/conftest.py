"""An installation that takes mails in, and a mail server that takes its mails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import Settings

from cast import Cast
from kept.people.models import OutsideCustomer
from mail_in.writing import HERE, TRUSTED
from post_office import Post, post_office


@pytest.fixture(autouse=True)
def taking_mails_in(settings: Settings) -> None:
    """Mails come in at `HERE`, by way of the server `TRUSTED`."""
    settings.KEPT_MAIL_IN = HERE
    settings.KEPT_MAIL_AUTHSERV = TRUSTED


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A real mail server on loopback, which Kept sends its mails to."""
    with post_office() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
        yield server


@pytest.fixture
def written_to(cast: Cast) -> Cast:
    """The cast, where the outside customer has an address."""
    OutsideCustomer.objects.filter(pk=cast.outside.pk).update(email="buyer@customer.example")
    return replace(cast, outside=OutsideCustomer.objects.get(pk=cast.outside.pk))
