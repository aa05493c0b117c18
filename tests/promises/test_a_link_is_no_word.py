"""Ledgers from before a link was no word: the migration reads them again, and they verify."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.db.models import F

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.expectations import Expectations
from kept.ledger.verifying import verify
from kept.promises.models import Promise, WordOwed

migration = import_module("kept.promises.migrations.0011_a_link_is_no_word")


def test_what_was_counted_as_word_before_is_read_again(cast: Cast) -> None:
    cast.agreed(Expectations(update_every=8 * HOUR))
    promise = cast.promised()
    first = Promise.objects.get(pk=promise).heard_at
    cast.do(cast.provider, promise, acts.Link(relies_on=cast.asked()), at=START + DAY)
    assert Promise.objects.get(pk=promise).heard_at == first
    assert verify().clean

    owed = WordOwed.objects.get(promise=promise)
    Promise.objects.filter(pk=promise).update(heard_at=START + DAY)
    WordOwed.objects.filter(pk=owed.pk).update(until=START + DAY)
    WordOwed.objects.create(
        promise_id=promise, provider_id=owed.provider_id, since=START + DAY, allowed=owed.allowed
    )  # as it was written then
    assert not verify().clean

    migration.fill(apps, None)
    assert verify().clean
    assert WordOwed.objects.filter(promise=promise, since=owed.since, until=None).exists()
    assert not WordOwed.objects.filter(promise=promise, since=F("until")).exists()
