"""Two people acting at the same moment: one wins, the other is told, nothing is lost. Real threads, real locks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from cast import HOUR, START, Cast, terms
from kept.core import acts
from kept.core.errors import KeptError, Overtaken, Refused, WrongState
from kept.core.terms import Answer
from kept.ledger import verifying as verify
from kept.ledger.models import Event, Outbox
from kept.promises import actions
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db(transaction=True)
LATER = START + 2 * HOUR
Outcome = KeptError | str


def at_once(*deeds: Callable[[], object]) -> list[Outcome]:
    """Do all deeds in threads that start together; gives what came of each: "done", or the refusal."""
    together = threading.Barrier(len(deeds))
    outcomes: list[Outcome] = [""] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            together.wait(timeout=20)
            deed()
            outcomes[place] = "done"
        except KeptError as refusal:
            outcomes[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    assert "" not in outcomes, "a thread failed with something that is no refusal"
    return outcomes


@contextmanager
def nothing_lost(promise: int, *, more: int) -> Iterator[None]:
    """Inside, exactly `more` events come; ledger, outbox and rows agree afterwards."""
    before = Event.objects.filter(stream=promise).count()
    yield
    sequences = list(Event.objects.filter(stream=promise).order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(1, before + more + 1))
    assert Outbox.objects.count() == Event.objects.count()
    assert verify.verify().clean


@pytest.mark.parametrize("round_", range(5))
def test_who_was_looking_at_the_same_page_is_overtaken(cast: Cast, round_: int) -> None:
    promise = cast.asked()
    with nothing_lost(promise, more=1):
        outcomes = at_once(
            lambda: actions.do(cast.provider, promise, acts.Promise(), at=LATER, seen=1),
            lambda: actions.do(cast.colleague, promise, acts.Decline(), at=LATER, seen=1),
        )
    loser = next(outcome for outcome in outcomes if outcome != "done")
    assert outcomes.count("done") == 1
    assert isinstance(loser, Overtaken)
    winner = Event.objects.filter(stream=promise).order_by("-sequence")[0]
    assert [event.name for event in loser.changes] == [winner.name]
    assert Promise.objects.get(pk=promise).state == ("promised" if outcomes[0] == "done" else "declined")


@pytest.mark.parametrize("round_", range(3))
def test_taking_back_what_is_just_being_promised(cast: Cast, round_: int) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.PassOn(to=cast.billing.pk, words="Theirs."), at=LATER)
    with nothing_lost(promise, more=1):
        outcomes = at_once(
            lambda: actions.do(cast.outsider, promise, acts.Promise(), at=LATER, seen=2),
            lambda: actions.do(
                cast.provider, promise, acts.PassOn(to=cast.workshop.pk, words="Ours."), at=LATER, seen=2
            ),
        )
    loser = next(outcome for outcome in outcomes if outcome != "done")
    assert outcomes.count("done") == 1
    assert isinstance(loser, Overtaken)
    row = Promise.objects.get(pk=promise)
    wanted = ("promised", cast.billing.pk) if outcomes[0] == "done" else ("asked", cast.workshop.pk)
    assert (row.state, row.provider_id, row.answerable_id) == (*wanted, None)


def test_two_of_those_who_got_it_take_it_on_at_once(cast: Cast) -> None:
    promise = cast.asked(provider=cast.sales)
    cast.do(cast.caretaker, promise, acts.PassOn(to=cast.workshop.pk, words="Theirs."), at=LATER)
    with nothing_lost(promise, more=1):
        outcomes = at_once(
            lambda: actions.do(cast.provider, promise, acts.Promise(), at=LATER, seen=2),
            lambda: actions.do(cast.colleague, promise, acts.Counter(terms=terms(due=LATER + HOUR)), at=LATER, seen=2),
        )
    assert outcomes.count("done") == 1
    assert sum(isinstance(outcome, Overtaken) for outcome in outcomes) == 1


def test_who_looked_at_nothing_is_refused_by_the_rules(cast: Cast) -> None:
    promise = cast.delivered()
    with nothing_lost(promise, more=1):
        outcomes = at_once(
            lambda: cast.do(cast.customer, promise, acts.Accept(answer=Answer.EASIER), at=START + 30 * HOUR),
            lambda: cast.do(cast.customer, promise, acts.Return(words="Page two."), at=START + 30 * HOUR),
        )
    assert outcomes.count("done") == 1
    assert any(isinstance(outcome, WrongState) for outcome in outcomes) or Promise.objects.get().reworks == 1


def test_many_words_at_once_are_all_kept(cast: Cast) -> None:
    promise = cast.promised()
    words = [f"Word {number}." for number in range(8)]
    with nothing_lost(promise, more=8):
        outcomes = at_once(
            *(lambda each=each: cast.do(cast.provider, promise, acts.Update(words=each), at=LATER) for each in words)
        )
    assert outcomes == ["done"] * 8
    said = {event.body["words"] for event in Event.objects.filter(stream=promise, name="promise.updated")}
    assert said == set(words)


def test_agreeing_to_terms_that_are_just_being_replaced(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Propose(terms=terms(due=START + 100 * HOUR)), at=LATER)
    better = acts.Propose(terms=terms(due=START + 60 * HOUR))
    with nothing_lost(promise, more=1):
        outcomes = at_once(
            lambda: actions.do(cast.customer, promise, acts.Agree(), at=LATER, seen=3),
            lambda: actions.do(cast.provider, promise, better, at=LATER, seen=3),
        )
    assert outcomes.count("done") == 1
    due = Promise.objects.get(pk=promise).due
    assert due == (START + 100 * HOUR if outcomes[0] == "done" else START + 48 * HOUR)


@pytest.mark.parametrize("round_", range(3))
def test_two_links_at_once_make_no_circle(cast: Cast, round_: int) -> None:
    """Each promise is locked by whoever links it; still, of two links that would close a circle only one may stand."""
    one, two = (
        cast.asked(by=cast.provider, customer=cast.provider, provider=cast.workshop, what=terms(f"Part {number}"))
        for number in range(2)
    )
    for promise in (one, two):
        cast.do(cast.colleague, promise, acts.Promise(), at=START + HOUR)
    outcomes = at_once(
        lambda: cast.do(cast.provider, one, acts.Link(relies_on=two), at=LATER),
        lambda: cast.do(cast.provider, two, acts.Link(relies_on=one), at=LATER),
    )
    assert outcomes.count("done") == 1
    assert any(isinstance(outcome, Refused) for outcome in outcomes)
    assert verify.verify().clean


def test_opening_at_once(cast: Cast) -> None:
    outcomes = at_once(*[cast.asked] * 6)
    assert outcomes == ["done"] * 6
    assert Promise.objects.count() == 6
    assert verify.verify().clean


@pytest.mark.parametrize("round_", range(3))
def test_asking_upstream_while_the_promise_is_given_up(cast: Cast, round_: int) -> None:
    """Either the ask is there and linked, or there is none; and whoever comes second sees what changed."""
    promise = cast.promised()
    outcomes = at_once(
        lambda: actions.ask_upstream(cast.provider, promise, upstream(cast, "Blades"), at=LATER),
        lambda: actions.do(cast.colleague, promise, acts.Renege(words="No steel."), at=LATER, seen=2),
    )
    state = Promise.objects.get(pk=promise)
    others = Promise.objects.exclude(pk=promise)
    assert outcomes[1] == "done"
    assert state.state == "broken"
    assert outcomes[0] == "done" or isinstance(outcomes[0], WrongState)
    assert others.count() == state.relies_on.count() == (outcomes[0] == "done")
    assert verify.verify().clean


def test_two_ask_upstream_at_once_and_both_stand(cast: Cast) -> None:
    promise = cast.promised()
    outcomes = at_once(
        lambda: actions.ask_upstream(cast.provider, promise, upstream(cast, "Blades"), at=LATER),
        lambda: actions.ask_upstream(cast.colleague, promise, upstream(cast, "Handles"), at=LATER),
    )
    assert outcomes == ["done"] * 2
    linked = Promise.objects.get(pk=promise).relies_on.values_list("what", flat=True)
    assert set(linked) == {"Blades", "Handles"}
    assert list(Event.objects.filter(stream=promise).order_by("sequence").values_list("sequence", flat=True)) == [
        1, 2, 3, 4,
    ]  # fmt: skip
    assert verify.verify().clean


def test_one_link_said_twice_at_once_stands_once(cast: Cast) -> None:
    one, two = cast.promised(), cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.billing)
    outcomes = at_once(
        lambda: actions.do(cast.provider, one, acts.Link(relies_on=two), at=LATER, seen=2),
        lambda: actions.do(cast.colleague, one, acts.Link(relies_on=two), at=LATER, seen=2),
    )
    assert outcomes.count("done") == 1
    assert any(isinstance(outcome, Refused) for outcome in outcomes)
    assert Promise.objects.get(pk=one).relies_on.count() == 1
    assert verify.verify().clean


def test_whoever_links_what_just_ended_is_told_what_changed(cast: Cast) -> None:
    """The link does not win over a cancellation: it is refused, or stands before it."""
    one, two = cast.promised(), cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.billing)
    outcomes = at_once(
        lambda: actions.do(cast.provider, one, acts.Link(relies_on=two), at=LATER, seen=2),
        lambda: actions.do(cast.customer, one, acts.Cancel(), at=LATER, seen=2),
    )
    assert outcomes[1] == "done"
    if outcomes[0] != "done":
        assert isinstance(outcomes[0], Overtaken)
        assert [event.name for event in outcomes[0].changes] == ["promise.cancelled"]
    assert Promise.objects.get(pk=one).relies_on.count() == (outcomes[0] == "done")
    assert verify.verify().clean


@pytest.mark.parametrize("round_", range(3))
def test_a_circle_of_three_is_not_closed_by_three_at_once(cast: Cast, round_: int) -> None:
    parts = [
        cast.asked(by=cast.provider, customer=cast.provider, provider=cast.workshop, what=terms(f"Part {number}"))
        for number in range(3)
    ]
    for part in parts:
        cast.do(cast.colleague, part, acts.Promise(), at=START + HOUR)
    around = [(parts[place], parts[(place + 1) % 3]) for place in range(3)]
    deeds = [
        lambda pair=pair: cast.do(cast.provider, pair[0], acts.Link(relies_on=pair[1]), at=LATER) for pair in around
    ]
    outcomes = at_once(*deeds)
    assert outcomes.count("done") == 2
    assert any(isinstance(outcome, Refused) for outcome in outcomes)
    assert verify.verify().clean


def upstream(cast: Cast, what: str) -> acts.Ask:
    """What the workshop needs from billing for a promise of its own."""
    return acts.Ask(customer=cast.workshop.pk, provider=cast.billing.pk, terms=terms(what, START + 30 * HOUR))
