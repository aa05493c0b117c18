from __future__ import annotations

import pytest

from api.mcp.assistant import Assistant
from cast import Cast
from kept.people.models import ApiToken


@pytest.fixture
def customer(cast: Cast) -> Assistant:
    return Assistant.of(cast.customer)


@pytest.fixture
def provider(cast: Cast) -> Assistant:
    return Assistant.of(cast.provider)


@pytest.fixture
def outsider(cast: Cast) -> Assistant:
    return Assistant.of(cast.outsider)


@pytest.fixture
def reader(cast: Cast) -> Assistant:
    """The customer's assistant, which may only read."""
    return Assistant.of(cast.customer, ApiToken.Scope.READ)
