from __future__ import annotations

import pytest

from api.directory import Directory, administrator


@pytest.fixture
def directory(db: None) -> Directory:
    """A directory with the key of an administrator."""
    return Directory.of(administrator())
