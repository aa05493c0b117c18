"""Each act through the real database: what it writes, and that a refused one writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.errors import (
    Incomplete,
    KeptError,
    NotAllowed,
    NotFound,
    Overtaken,
    Refused,
    WrongSide,
    WrongState,
)
from kept.core.state import TABLE, State
from kept.core.terms import Answer, Check, Side
from kept.ledger import book
from kept.ledger import verifying as verify
from kept.ledger.models import Event, Outbox, Stream
from kept.people.models import Person
from kept.people.reach import rebuild
from kept.promises import actions
from kept.promises.models import Participant, Promise, Reliance
from promises.dump import dump

pytestmark = pytest.mark.django_db
C, P = Side.CUSTOMER, Side.PROVIDER
LATER = START + 2 * HOUR


# --- opening ------------------------------------------------------------------------------------------------------


def test_an_ask_opens_a_promise(cast: Cast) -> None:
    ask = acts.Ask(customer=cast.dispatch.pk, provider=cast.workshop.pk, terms=terms(), words="Please.")
    promise = actions.open_promise(cast.customer, ask, at=START)
    assert (promise.state, promise.what, promise.due) == ("asked", "The route sheet", START + 2 * DAY)
    assert (promise.customer, promise.provider, promise.asker) == (
        cast.dispatch.party_ptr, cast.workshop.party_ptr, cast.customer.party_ptr,
    )  # fmt: skip
    event = Event.objects.get(stream=promise.pk)
    assert (event.sequence, event.name, event.side, event.actor_id) == (
        1,
        "promise.asked",
        "customer",
        cast.customer.pk,
    )
    assert Outbox.objects.get().event == event
    assert Stream.objects.get().kind == "promise"
    assert [row.person for row in Participant.objects.all()] == [cast.customer]
    assert book.read(promise.pk)[0].act == ask


def test_an_offer_opens_a_promise(cast: Cast) -> None:
    offer = acts.Offer(customer=cast.dispatch.pk, provider=cast.workshop.pk, terms=terms())
    promise = actions.open_promise(cast.provider, offer, at=START)
    assert (promise.state, promise.responsible, promise.asker) == ("offered", cast.provider, None)


def test_both_persons_of_a_private_promise_are_named(cast: Cast) -> None:
    promise = cast.asked(customer=cast.customer, provider=cast.provider, private=True)
    named = set(Participant.objects.filter(promise=promise).values_list("person", flat=True))
    assert named == {cast.customer.pk, cast.provider.pk}


OPENINGS: dict[str, tuple[str, Callable[[Cast], acts.Ask | acts.Offer], type[KeptError]]] = {
    "for a team that is not one's own": (
        "outsider", lambda c: acts.Ask(customer=c.dispatch.pk, provider=c.workshop.pk, terms=terms()), NotAllowed,
    ),
    "an offer for a team that is not one's own": (
        "customer", lambda c: acts.Offer(customer=c.dispatch.pk, provider=c.workshop.pk, terms=terms()), NotAllowed,
    ),
    "for those whom one is only above": (
        "boss", lambda c: acts.Ask(customer=c.dispatch.pk, provider=c.workshop.pk, terms=terms()), NotAllowed,
    ),
    "of nobody": ("customer", lambda c: acts.Ask(customer=c.dispatch.pk, provider=10**6, terms=terms()), Incomplete),
    "of oneself": (
        "customer", lambda c: acts.Ask(customer=c.dispatch.pk, provider=c.dispatch.pk, terms=terms()), Incomplete,
    ),
    "without words": (
        "customer", lambda c: acts.Ask(customer=c.dispatch.pk, provider=c.workshop.pk, terms=terms(" ")), Incomplete,
    ),
    "by a date that has passed": (
        "customer",
        lambda c: acts.Ask(customer=c.dispatch.pk, provider=c.workshop.pk, terms=terms(due=START - DAY)),
        Incomplete,
    ),
}  # fmt: skip


@pytest.mark.parametrize("opening", OPENINGS)
def test_an_opening_that_is_refused_changes_nothing(cast: Cast, opening: str) -> None:
    actor, act, refusal = OPENINGS[opening]
    before = dump()
    with pytest.raises(refusal):
        actions.open_promise(getattr(cast, actor), act(cast), at=START)
    assert dump() == before


def test_who_has_left_is_not_asked(cast: Cast) -> None:
    Person.objects.filter(pk=cast.provider.pk).update(is_active=False)
    rebuild()
    before = dump()
    with pytest.raises(Incomplete, match="has left"):
        cast.asked(provider=cast.provider)
    assert dump() == before


# --- every act of the table, through the database -----------------------------------------------------------------


def offered(cast: Cast) -> int:
    offer = acts.Offer(customer=cast.dispatch.pk, provider=cast.workshop.pk, terms=terms())
    return actions.open_promise(cast.provider, offer, at=START).pk


def countered(cast: Cast) -> int:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.Counter(terms=terms(due=START + 3 * DAY)), at=START + HOUR)
    return promise


def ended(act: acts.Act, by: str) -> Callable[[Cast], int]:
    def story(cast: Cast) -> int:
        promise = cast.promised() if isinstance(act, acts.Renege | acts.Cancel) else cast.asked()
        cast.do(getattr(cast, by), promise, act, at=START + HOUR)
        return promise

    return story


STORIES: dict[State, Callable[[Cast], int]] = {
    State.ASKED: lambda cast: cast.asked(),
    State.OFFERED: offered,
    State.COUNTERED: countered,
    State.PROMISED: lambda cast: cast.promised(),
    State.DELIVERED: lambda cast: cast.delivered(),
    State.ACCEPTED: lambda cast: cast.accepted(),
    State.DECLINED: ended(acts.Decline(), "provider"),
    State.WITHDRAWN: ended(acts.Withdraw(), "customer"),
    State.CANCELLED: ended(acts.Cancel(), "customer"),
    State.BROKEN: ended(acts.Renege(words="The machine broke."), "provider"),
}


def made(kind: type[acts.Act], cast: Cast, state: State) -> acts.Act:
    """An act of this kind that says enough, here and now."""
    if issubclass(kind, acts.Opening):
        return kind(customer=cast.dispatch.pk, provider=cast.workshop.pk, terms=terms(due=START + 9 * DAY))
    delivered = state is State.DELIVERED
    special: dict[type[acts.Act], Callable[[], acts.Act]] = {
        acts.Counter: lambda: acts.Counter(terms=terms(due=START + 5 * DAY)),
        acts.Amend: lambda: acts.Amend(terms=terms(due=START + 5 * DAY)),
        acts.Propose: lambda: acts.Propose(terms=terms(due=START + 5 * DAY)),
        acts.PassOn: lambda: acts.PassOn(to=cast.billing.pk, answerable=cast.workshop.pk, words="Theirs."),
        acts.Acknowledge: lambda: acts.Acknowledge(hear_by=START + 4 * DAY),
        acts.Accept: lambda: acts.Accept(answer=Answer.PARTLY if delivered else None),
        acts.Deliver: lambda: acts.Deliver(easier=Answer.EASIER, checklist=(Check("Every stop", True),)),
        acts.Update: lambda: acts.Update(words="Half of it.", expected=START + 4 * DAY),
        acts.Escalate: lambda: acts.Escalate(to=cast.boss.pk, words="Decide, please."),
        acts.HandOver: lambda: acts.HandOver(to=cast.colleague.pk),
        acts.Link: lambda: acts.Link(relies_on=linkable(cast)),
    }
    return special[kind]() if kind in special else kind(words="Here is why.")


def linkable(cast: Cast) -> int:
    """A promise inside the company that both sides of the story may see: their own teams'."""
    return Promise.objects.filter(what="Something else").values_list("pk", flat=True)[0]


def speaker(cast: Cast, side: Side) -> Person:
    return cast.customer if side is C else cast.provider


@pytest.mark.parametrize(
    ("state", "side", "kind"),
    [key for key in TABLE if key[0] is not None],
    ids=[f"{state} {side} {act.name}" for state, side, act in TABLE if state is not None],
)
def test_every_act_of_the_table(cast: Cast, state: State, side: Side, kind: type[acts.Act]) -> None:
    cast.asked(what=terms("Something else"))
    promise = STORIES[state](cast)
    at = START + DAY + 6 * HOUR
    if kind in (acts.Agree, acts.Refuse):
        cast.do(speaker(cast, side.other), promise, acts.Propose(terms=terms(due=START + 5 * DAY)), at=at)
    act = made(kind, cast, state)
    if isinstance(act, acts.Link) and side is P:
        act = acts.Link(relies_on=cast.asked(what=terms("Of ours"), by=cast.provider, customer=cast.workshop,
                                             provider=cast.sales))  # fmt: skip
    count = Event.objects.filter(stream=promise).count()

    after = actions.do(speaker(cast, side), promise, act, at=at, side=side)

    move = TABLE[state, side, kind]
    event = Event.objects.filter(stream=promise).order_by("-sequence")[0]
    assert after.state is move.to
    assert (event.sequence, event.name, event.side) == (count + 1, move.event, str(side))
    assert book.to_core(event).act == act
    assert Outbox.objects.filter(event=event).exists()
    assert Promise.objects.get(pk=promise).state == str(move.to)
    assert verify.verify().clean


def every_wrong_one() -> list[tuple[State, Side, type[acts.Act]]]:
    return [
        (state, side, kind)
        for state in State
        for side in Side
        for kind in acts.EVERY_ACT
        if (state, side, kind) not in TABLE and not issubclass(kind, acts.Opening)
    ]


@pytest.mark.parametrize("state", State)
def test_no_act_outside_the_table(cast: Cast, state: State) -> None:
    cast.asked(what=terms("Something else"))
    promise = STORIES[state](cast)
    before = dump()
    for where, side, kind in every_wrong_one():
        if where is state:
            with pytest.raises((WrongState, WrongSide, Incomplete)):
                actions.do(speaker(cast, side), promise, made(kind, cast, state), at=START + DAY + 6 * HOUR, side=side)
    assert dump() == before


# --- acts that are refused change nothing -------------------------------------------------------------------------

Attempt = Callable[[Cast, int], object]


def attempt(actor: str, act: Callable[[Cast], acts.Act], **more: object) -> Attempt:
    return lambda cast, promise: actions.do(getattr(cast, actor), promise, act(cast), at=LATER, **more)


REFUSED: dict[str, tuple[Attempt, type[KeptError], str]] = {
    "by a stranger": (attempt("outsider", lambda c: acts.Note(words="Hello.")), NotFound, "no such promise"),
    "by somebody above": (attempt("boss", lambda c: acts.Note(words="Hello.")), NotAllowed, "only the two sides"),
    "by the other side": (attempt("customer", lambda c: acts.Deliver(easier=Answer.EASIER)), WrongSide, "Only the"),
    "in another state": (attempt("customer", lambda c: acts.Accept(answer=Answer.EASIER)), WrongState, "promised now"),
    "for the other side": (
        attempt("customer", lambda c: acts.Update(words="Soon."), side=P), WrongSide, "not on the provider's side",
    ),
    "without words": (attempt("provider", lambda c: acts.Update()), Incomplete, "how it stands"),
    "after somebody else": (attempt("provider", lambda c: acts.Update(words="Soon."), seen=1), Overtaken, "faster"),
    "handed to another team": (attempt("provider", lambda c: acts.HandOver(to=c.outsider.pk)), Incomplete, "same team"),
    "handed to nobody": (attempt("provider", lambda c: acts.HandOver(to=10**6)), Incomplete, "same team"),
    "handed to a team": (attempt("provider", lambda c: acts.HandOver(to=c.workshop.pk)), Incomplete, "same team"),
    "handed to who has it": (attempt("provider", lambda c: acts.HandOver(to=c.provider.pk)), Incomplete, "already"),
    "escalated to a team": (
        attempt("provider", lambda c: acts.Escalate(to=c.company.pk, words="Help.")), Incomplete, "by name",
    ),
    "escalated to nobody": (
        attempt("provider", lambda c: acts.Escalate(to=10**6, words="Help.")), Incomplete, "from the list",
    ),
    "linked to what is not there": (
        attempt("provider", lambda c: acts.Link(relies_on=10**6)), Incomplete, "that you can see",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_act_changes_nothing(cast: Cast, case: str) -> None:
    act, refusal, words = REFUSED[case]
    promise = cast.promised()
    before = dump()
    with pytest.raises(refusal, match=words):
        act(cast, promise)
    assert dump() == before


def test_a_promise_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(NotFound):
        actions.do(cast.customer, 10**6, acts.Note(words="Hello."), at=START)


def test_passing_on_to_who_has_left(cast: Cast) -> None:
    promise = cast.asked()
    Person.objects.filter(pk=cast.outsider.pk).update(is_active=False)
    before = dump()
    with pytest.raises(Incomplete, match="has left"):
        cast.do(cast.provider, promise, acts.PassOn(to=cast.outsider.pk, words="Theirs."), at=LATER)
    assert dump() == before


def test_a_failure_in_the_middle_leaves_nothing_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    promise = cast.promised()
    before = dump()

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("kept.promises.projection.project", fail)
    with pytest.raises(RuntimeError):
        cast.do(cast.provider, promise, acts.Update(words="Soon."), at=LATER)
    with pytest.raises(RuntimeError):
        cast.asked()
    assert dump() == before


# --- overtaken ----------------------------------------------------------------------------------------------------


def test_who_was_overtaken_is_told_what_changed(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.Counter(terms=terms(due=START + 3 * DAY)), at=START + HOUR)
    with pytest.raises(Overtaken) as refusal:
        actions.do(cast.customer, promise, acts.Withdraw(), at=LATER, seen=1)
    assert [event.name for event in refusal.value.changes] == ["promise.countered"]
    actions.do(cast.customer, promise, acts.Withdraw(), at=LATER, seen=2)


def test_words_in_between_overtake_nobody(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.customer, promise, acts.Note(words="The door code is new."), at=START + HOUR)
    after = actions.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=LATER, seen=2)
    assert after.state is State.DELIVERED


# --- whose side an actor speaks for -------------------------------------------------------------------------------


def test_who_acts_for_both_sides_may_say_which(cast: Cast) -> None:
    promise = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.colleague)
    actions.do(cast.colleague, promise, acts.Promise(), at=START + HOUR)
    for side in (P, C):
        actions.do(cast.colleague, promise, acts.Note(words="Hello."), at=LATER, side=side)
    actions.do(cast.colleague, promise, acts.Propose(terms=terms(due=START + 5 * DAY)), at=LATER, side=C)
    actions.do(cast.colleague, promise, acts.Agree(), at=LATER)  # only the other side can answer
    sides = list(Event.objects.filter(stream=promise).order_by("sequence").values_list("side", flat=True))
    assert sides == ["customer", "provider", "provider", "customer", "customer", "provider"]


# --- chains -------------------------------------------------------------------------------------------------------


def three(cast: Cast) -> list[int]:
    """Three promises inside the workshop, all of which its people see."""
    found = []
    for number in range(3):
        promise = cast.asked(by=cast.provider, customer=cast.provider, provider=cast.workshop,
                             what=terms(f"Part {number}"))  # fmt: skip
        cast.do(cast.colleague, promise, acts.Promise(), at=START + HOUR)
        found.append(promise)
    return found


def test_a_link_is_kept_and_no_circle_can_be(cast: Cast) -> None:
    one, two, last = three(cast)
    cast.do(cast.provider, one, acts.Link(relies_on=two), at=LATER)
    cast.do(cast.provider, two, acts.Link(relies_on=last), at=LATER)
    assert set(Reliance.objects.values_list("promise", "on")) == {(one, two), (two, last)}
    before = dump()
    for promise, on in ((two, one), (last, one), (one, one)):
        with pytest.raises(Refused):
            cast.do(cast.provider, promise, acts.Link(relies_on=on), at=LATER)
    with pytest.raises(Refused, match="already"):
        cast.do(cast.provider, one, acts.Link(relies_on=two), at=LATER)
    assert dump() == before


def test_a_promise_that_one_cannot_see_cannot_be_linked(cast: Cast) -> None:
    hidden = cast.asked(by=cast.outsider, customer=cast.billing, provider=cast.sales)
    promise = cast.promised()
    with pytest.raises(Incomplete, match="that you can see"):
        cast.do(cast.provider, promise, acts.Link(relies_on=hidden), at=LATER)


# --- time ---------------------------------------------------------------------------------------------------------


def test_a_clock_that_is_behind_does_not_turn_time_back(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Update(words="Soon."), at=START - timedelta(days=1))
    moments = list(Event.objects.filter(stream=promise).order_by("sequence").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert verify.verify().clean
