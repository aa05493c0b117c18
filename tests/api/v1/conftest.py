from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.v1.program import Program
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
def customer(cast: Cast) -> Program:
    return Program.of(cast.customer)


@pytest.fixture
def provider(cast: Cast) -> Program:
    return Program.of(cast.provider)


@pytest.fixture
def boss(cast: Cast) -> Program:
    return Program.of(cast.boss)


@pytest.fixture
def outsider(cast: Cast) -> Program:
    return Program.of(cast.outsider)


@pytest.fixture
def reader(cast: Cast) -> Program:
    """The customer's key that may only read."""
    return Program.of(cast.customer, ApiToken.Scope.READ)
