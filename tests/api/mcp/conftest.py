from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.mcp.assistant import Assistant
from cast import Cast
from kept.api.v1 import limits
from kept.people.models import ApiToken


@pytest.fixture(autouse=True)
def _nobody_called_yet() -> Iterator[None]:
    """The process of the tests starts each of them as a new one does."""
    limits.forget()
    yield
    limits.forget()


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
