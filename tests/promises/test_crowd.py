"""The crowd that the benchmark and the counts of queries stand on is as the actions would have laid it."""

from __future__ import annotations

import pytest
from django.utils import timezone

import crowd as crowds
from kept.ledger import verifying

pytestmark = pytest.mark.django_db


def test_what_it_lays_is_sound_to_the_ledger() -> None:
    crowd = crowds.gather(6, at=timezone.now() - 3 * crowds.YEAR)
    crowds.lay(crowd, 60, now=timezone.now(), open_of=2)
    crowds.lay(crowd, 60, now=timezone.now())
    verified = verifying.verify()
    assert (verified.differences, sum(verified.stories.values()) >= 120) == ((), True)
