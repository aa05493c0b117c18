"""`kept ledger verify` finds whatever replaying the ledger would not give, and says it in words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from cast import DAY, HOUR, START, Cast
from core.builders import CUSTOMER, ask
from kept.core import acts
from kept.core.codec import SCHEMA
from kept.core.promise import decide, evolve
from kept.ledger import seal
from kept.ledger import verifying as verify
from kept.ledger.models import Event, Stream
from kept.promises import projection
from kept.promises.models import Participant, Promise, Reliance
from kept.promises.verify import COLUMNS

pytestmark = pytest.mark.django_db
Damage = Callable[[Cast, int], object]


@contextmanager
def seal_lifted() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    seal.lift()
    yield
    seal.lay()


def story(cast: Cast) -> int:
    """A promise with every kind of row: a link, a hand-over, a return, an acceptance; and one beside it."""
    other = cast.promised()
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Link(relies_on=other), at=START + 2 * HOUR)
    cast.do(cast.provider, promise, acts.HandOver(to=cast.colleague.pk), at=START + 3 * HOUR)
    cast.do(cast.colleague, promise, acts.Escalate(to=cast.boss.pk, words="Decide, please."), at=START + 4 * HOUR)
    cast.accepted(at=START + DAY)
    return promise


def test_a_sound_ledger_is_clean(cast: Cast) -> None:
    story(cast)
    found = verify.verify()
    assert found.clean
    assert found.differences == ()
    assert (found.stories["promise"], found.events) == (3, Event.objects.count())


def test_an_empty_ledger_is_clean(db: None) -> None:
    none = dict.fromkeys(("agreement", "promise", "complaint", "thanks"), 0)
    assert verify.verify() == verify.Verified(none, 0, sealed=True, differences=(), count=0)


def test_every_column_of_a_promise_is_compared() -> None:
    event = decide(None, ask(), CUSTOMER, at=START)[0]
    assert set(COLUMNS) == set(projection.columns(evolve(None, event)))


def promises(promise: int):
    return Promise.objects.filter(pk=promise)


ROWS: dict[str, tuple[Damage, str]] = {
    "a state": (
        lambda cast, p: promises(p).update(state="accepted"),
        "“state” is stored as “accepted”; its events give “promised”.",
    ),
    "a date": (lambda cast, p: promises(p).update(due=START), "“due” is stored as"),
    "a text": (lambda cast, p: promises(p).update(what="Else"), "“what” is stored as “Else”"),
    "a count": (lambda cast, p: promises(p).update(chases=3), "“chases” is stored as “3”; its events give “0”."),
    "a yes or no": (lambda cast, p: promises(p).update(private=True), "“private” is stored as “True”"),
    "a person": (lambda cast, p: promises(p).update(responsible=cast.provider), "“responsible” is stored as"),
    "nobody where somebody is": (lambda cast, p: promises(p).update(asker=None), "“asker” is stored as nothing"),
    "the sequence": (lambda cast, p: promises(p).update(sequence=2), "“sequence” is stored as “2”; its events give"),
    "a lost link": (lambda cast, p: Reliance.objects.filter(promise=p).delete(), "relies on promise"),
    "a made-up link": (
        lambda cast, p: Reliance.objects.create(promise_id=Promise.objects.exclude(pk=p).order_by("pk")[0].pk, on_id=p),
        "a row says that it relies on promise",
    ),
    "a lost participant": (
        lambda cast, p: Participant.objects.filter(promise=p, person=cast.boss).delete(),
        "its events say that it names person",
    ),
    "a made-up participant": (
        lambda cast, p: Participant.objects.create(promise_id=p, person=cast.outsider),
        "a row says that it names person",
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", ROWS)
def test_a_damaged_row_is_found(cast: Cast, damage: str) -> None:
    promise = story(cast)
    harm, words = ROWS[damage]
    harm(cast, promise)
    found = verify.verify()
    assert not found.clean
    assert found.count == 1
    assert words in found.differences[0].says


def test_a_promise_without_its_row_is_found(cast: Cast) -> None:
    promise = cast.asked()
    Participant.objects.filter(promise=promise).delete()
    promises(promise).delete()
    says = [difference.says for difference in verify.verify().differences]
    assert "it has no row, though its events tell of it." in says


def test_rows_without_events_are_found(cast: Cast) -> None:
    promise = cast.asked()
    empty, told = Stream.objects.create(kind="promise"), Stream.objects.create(kind="promise")
    row = promises(promise).values().get() | {"stream_id": told.pk}
    Promise.objects.create(**row)
    assert {(each.story, each.says) for each in verify.verify().differences} == {
        (empty.pk, "its story is empty."),
        (told.pk, "it has no events, though other rows tell of it."),
    }


EVENTS: dict[str, tuple[Callable[[int], object], str]] = {
    "an act that says something else": (
        lambda p: Event.objects.filter(stream=p, sequence=2).update(body={"act": "decline"}),
        "event 2 is called “promise.promised”, but what it holds is “promise.declined”.",
    ),
    "other terms": (
        lambda p: Event.objects.filter(stream=p, sequence=1).update(
            body=Event.objects.get(stream=p, sequence=1).body | {"private": True}
        ),
        "“private” is stored as “False”; its events give “True”.",
    ),
    "an unknown name": (
        lambda p: Event.objects.filter(stream=p, sequence=2).update(name="promise.forgotten"),
        "event 2 is called “promise.forgotten”, but what it holds is “promise.promised”.",
    ),
    "an act that cannot be read": (
        lambda p: Event.objects.filter(stream=p, sequence=2).update(body={"act": "vanish"}),
        "event 2 (“promise.promised”) cannot be read:",
    ),
    "an act that was not possible": (
        lambda p: Event.objects.filter(stream=p, sequence=1).update(body={"act": "promise"}, name="promise.promised"),
        "event 1 (“promise.promised”) is not possible there: the promise stood at the beginning.",
    ),
    "a schema from the future": (
        lambda p: Event.objects.filter(stream=p, sequence=2).update(schema=SCHEMA + 1),
        f"event 2 is of schema {SCHEMA + 1}",
    ),
    "a side that is none": (
        lambda p: Event.objects.filter(stream=p, sequence=2).update(side="neither"),
        "event 2 speaks for “neither”",
    ),
    "a team as the actor": (
        lambda p: Event.objects.filter(stream=p, sequence=2).update(actor_id=promises(p).get().provider_id),
        "which is no person",
    ),
    "time that runs backwards": (
        lambda p: Event.objects.filter(stream=p, sequence=2).update(at=START - DAY),
        "event 2 is earlier than the one before it.",
    ),
    "a gap": (
        lambda p: Event.objects.filter(stream=p, sequence=2).update(sequence=7),
        "its 2 events should be numbered from 1 without a gap, but are: 1, 7.",
    ),
    "another kind of story": (
        lambda p: Stream.objects.filter(pk=p).update(kind="other"),
        "its story is of a kind that is not known: “other”.",
    ),
}


@pytest.mark.parametrize("damage", EVENTS)
def test_a_damaged_event_is_found(cast: Cast, damage: str) -> None:
    cast.accepted()
    promise = cast.promised()
    harm, words = EVENTS[damage]
    with seal_lifted():
        harm(promise)
    found = verify.verify()
    assert found.count == 1
    assert found.differences[0].story == promise
    assert words in found.differences[0].says


def test_an_event_that_was_deleted_is_found(cast: Cast) -> None:
    promise = cast.promised()
    with seal_lifted():
        last = Event.objects.filter(stream=promise).order_by("-sequence")[0]
        last.outbox.delete()
        last.delete()
    assert verify.verify().count > 0


def test_a_lifted_seal_is_not_clean(cast: Cast) -> None:
    cast.promised()
    with seal_lifted():
        found = verify.verify()
    assert not found.sealed
    assert not found.clean
    assert found.count == 0


def test_a_report_stays_short_and_counts_the_rest(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        cast.asked()
    Promise.objects.update(what="Else")
    monkeypatch.setattr(verify, "MOST", 2)
    found = verify.verify()
    assert (len(found.differences), found.count) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_people_can_act_meanwhile(cast: Cast) -> None:
    """It looks at one moment of the database and holds nobody up."""
    promise = cast.promised()
    cast.promised()
    failures: list[BaseException] = []

    def act() -> None:
        try:
            cast.do(cast.provider, promise, acts.Update(words="Half of it."), at=START + 2 * HOUR)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads: list[threading.Thread] = []

    def act_once(share: float) -> None:
        if not threads:
            threads.append(threading.Thread(target=act))
            threads[0].start()
            threads[0].join(timeout=10)

    found = verify.verify(on_progress=act_once)
    assert threads
    assert not threads[0].is_alive(), "the act had to wait for the verification"
    assert not failures
    assert found.clean
    assert found.events == 4, "the act came after the moment that is looked at"
    assert Event.objects.count() == 5
    assert verify.verify().clean
