from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.directory import Directory, administrator
from kept.api.v1 import limits


@pytest.fixture(autouse=True)
def _nobody_called_yet() -> Iterator[None]:
    """The process of the tests starts each of them as a new one does."""
    limits.forget()
    yield
    limits.forget()


@pytest.fixture
def directory(db: None) -> Directory:
    """A directory with the key of an administrator."""
    return Directory.of(administrator())
