"""The server that these tests call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from hook_server import Hook, hook_server


@pytest.fixture
def hook(settings: Settings) -> Iterator[Hook]:
    """Somebody else's server on loopback, which Kept may call."""
    settings.KEPT_WEBHOOK_PRIVATE = True
    with hook_server() as server:
        yield server
