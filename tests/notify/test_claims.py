"""Several workers at once: each event is followed once, each mail goes out once, and what a dead one had goes on."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from cast import DAY, Cast, terms
from kept.ledger.models import Outbox
from kept.notify import claims, following, worker
from kept.notify.models import Habit, Letter, Notice
from post_office import Post


@pytest.fixture
def asks(cast: Cast) -> int:
    """Sixty asks that nobody was told of yet."""
    Habit.objects.create(reader_id=cast.lead.pk, quiet=False)
    now = timezone.now()
    for number in range(60):
        cast.asked(at=now, what=terms(f"Route sheet {number}", now + DAY))
    return 60


def work(_: int) -> None:
    """One worker, until nothing is left."""
    try:
        while worker.step(timezone.now()):
            pass
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_four_workers_tell_everybody_once(asks: int, post: Post) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    work(0)
    assert Notice.objects.count() == asks
    assert not Outbox.objects.filter(done_at=None).exists()
    copies = Counter(mail["Message-ID"] for mail in post.mails)
    assert len(copies) == asks
    assert set(copies.values()) == {1}


@pytest.mark.django_db
def test_what_a_dead_worker_had_goes_on_when_its_claim_has_run_out(cast: Cast, asks: int) -> None:
    now = timezone.now()
    while worker.follow(now):
        pass
    taken = claims.claim(Letter.objects.all(), at=now, most=5)
    assert len(taken) == 5
    others = claims.claim(Letter.objects.all(), at=now, most=asks)
    assert not {one.pk for one in others} & {one.pk for one in taken}
    later = now + claims.LEASE
    again = claims.claim(Letter.objects.filter(pk__in=[one.pk for one in taken]), at=later)
    assert {one.pk for one in again} == {one.pk for one in taken}
    assert not claims.begin(taken[0], at=later), "the first worker has lost it, and sends nothing"
    assert claims.begin(again[0], at=later)


@pytest.mark.django_db
def test_what_fails_waits_longer_each_time_and_is_given_up_after_three_days(cast: Cast) -> None:
    now = timezone.now()
    Letter.objects.create(reader_id=cast.lead.pk, next_at=now, made_at=now)
    began = now
    for attempt in range(len(claims.BACK_OFF) + 1):
        (row,) = claims.claim(Letter.objects.all(), at=now)
        assert claims.begin(row, at=now)
        goes_on = claims.failed(row, "no answer", at=now)
        row.refresh_from_db()
        assert goes_on == (attempt < len(claims.BACK_OFF))
        if goes_on:
            assert row.next_at - now == claims.BACK_OFF[attempt]
            assert claims.claim(Letter.objects.all(), at=row.next_at - timedelta(seconds=1)) == []
            now = row.next_at
    assert row.gave_up_at == now
    assert timedelta(days=3) < now - began < timedelta(days=4)


@pytest.mark.django_db
def test_an_event_that_cannot_be_followed_holds_up_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    broken, sound = (cast.asked(at=now, what=terms(due=now + DAY)) for _ in range(2))
    real = following.matters

    def matters(event: object, known: object) -> object:
        if event.stream_id == broken:  # type: ignore[attr-defined]
            raise ValueError("a defect of ours")
        return real(event, known)  # type: ignore[arg-type]

    monkeypatch.setattr(following, "matters", matters)
    worker.follow(now)
    assert list(Notice.objects.values_list("promise", flat=True)) == [sound]
    row = Outbox.objects.get(done_at=None)
    assert (row.event.stream_id, row.attempts) == (broken, 1)
    monkeypatch.undo()
    worker.follow(now + timedelta(minutes=2))
    assert Notice.objects.filter(promise=broken).count() == 1
