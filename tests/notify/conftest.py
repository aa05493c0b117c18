"""The mail server of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from hook_server import Hook, hook_server
from post_office import Post, post_office


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A real mail server on loopback, which Kept sends its mails to."""
    with post_office() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
        yield server


@pytest.fixture
def hook(settings: Settings) -> Iterator[Hook]:
    """Somebody else's server on loopback, which Kept may call."""
    settings.KEPT_WEBHOOK_PRIVATE = True
    with hook_server() as server:
        yield server
