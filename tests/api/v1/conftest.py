from __future__ import annotations

import pytest

from api.v1.program import Program
from cast import Cast
from kept.people.models import ApiToken


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
