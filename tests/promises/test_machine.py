"""The whole cast acts at random through the real database; ledger, rows and rules agree at every step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.errors import KeptError, NotFound, Overtaken
from kept.core.promise import evolve, open_acts, replay
from kept.core.state import PromiseState
from kept.core.terms import Answer, Side, Terms
from kept.ledger import book
from kept.ledger import verifying as verify
from kept.ledger.models import Event, Outbox
from kept.people.models import ACTING, Party, Person, Reach
from kept.promises import access, actions, passing, projection
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
PERSONS = ("customer", "provider", "colleague", "lead", "boss", "caretaker", "outsider")
PARTIES = ("customer", "provider", "outsider", "dispatch", "workshop", "sales", "billing", "outside")
MOST = 5
"""How many promises one run opens: most steps shall be acts in them."""
persons, parties = st.sampled_from(PERSONS), st.sampled_from(PARTIES)
steps = st.sampled_from([timedelta(0), timedelta(minutes=1), HOUR, DAY, 3 * DAY])
pairs = st.sampled_from([(one, other) for one in PARTIES for other in PARTIES if one != other] + [("sales", "sales")])
usually = st.sampled_from([True, True, True, True, False])
days = st.integers(min_value=-1, max_value=9)


class Company(RuleBasedStateMachine):
    """What the rules say of each promise, kept beside the database."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.states: dict[int, PromiseState] = {}
        self.now = START

    def teardown(self) -> None:
        """Everything that came of it verifies; then it is as if it had never been."""
        try:
            found = verify.verify()
            assert found.clean, found.differences
            assert found.stories["promise"] == len(self.states)
            assert Outbox.objects.count() == Event.objects.count()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @initialize()
    def gather(self) -> None:
        self.cast = Cast.gather()
        for promise in (self.cast.promised(), self.cast.asked(), self.cast.delivered()):
            self.states[promise] = self.replayed(promise)
        self.now = START + DAY
        self.acting = set(Reach.objects.filter(how__in=ACTING).values_list("person", "party"))

    def person(self, name: str) -> Person:
        person: Person = getattr(self.cast, name)
        return person

    def party(self, name: str) -> int:
        party: Party = getattr(self.cast, name)
        return party.pk

    def speaker(self, data: st.DataObject, party: int, likely: bool) -> Person:
        """Somebody who acts for the party, or where that is not likely just anybody."""
        acting = [name for name in PERSONS if (self.person(name).pk, party) in self.acting]
        return self.person(data.draw(st.sampled_from(acting) if likely and acting else persons))

    @precondition(lambda self: len(self.states) < MOST)
    @rule(data=st.data(), sides=pairs, offer=st.booleans(), due=days, likely=usually)
    def open(self, data: st.DataObject, sides: tuple[str, str], offer: bool, due: int, likely: bool) -> None:
        customer, provider = sides
        actor = self.speaker(data, self.party(provider if offer else customer), likely)
        act = (acts.Offer if offer else acts.Ask)(
            customer=self.party(customer), provider=self.party(provider), private=not data.draw(usually),
            terms=Terms("A part", self.now + max(due, int(likely)) * DAY),
        )  # fmt: skip
        count = Event.objects.count()
        try:
            promise = actions.open_promise(actor, act, at=self.now)
        except KeptError:
            assert Event.objects.count() == count
            return
        self.states[promise.pk] = self.replayed(promise.pk)

    @precondition(lambda self: self.states)
    @rule(data=st.data(), side=st.sampled_from(list(Side)), step=steps, likely=usually)
    def act(self, data: st.DataObject, side: Side, step: timedelta, likely: bool) -> None:
        self.now += step
        going_on = [promise for promise, state in self.states.items() if not state.state.ended]
        promise = data.draw(st.sampled_from(going_on if likely and going_on else sorted(self.states)))
        before = self.states[promise]
        kinds = open_acts(before, side, self.now) if likely else acts.EVERY_ACT[2:]
        moving = [kind for kind in kinds if kind is not acts.Note]
        act = self.made(data, data.draw(st.sampled_from(moving or kinds)))
        passed = before.answerable is not None and data.draw(st.booleans())
        providers = before.answerable_party if passed else before.provider
        actor = self.speaker(data, before.customer if side is Side.CUSTOMER else providers, likely)
        seen = data.draw(st.one_of(st.just(before.sequence), st.none(), st.integers(0, before.sequence)))
        count = Event.objects.count()
        try:
            after = actions.do(actor, promise, act, at=self.now, side=side, seen=seen)
        except KeptError as refusal:
            assert Event.objects.count() == count
            assert self.replayed(promise) == before
            self.refused(refusal, actor, promise, seen)
            return
        event = book.read(promise)[-1]
        said = passing.as_said(act, before, actor, side)
        assert (event.act, event.by.person, event.by.side) == (said, actor.pk, side)
        assert after == evolve(before, event) == self.replayed(promise)
        assert side in access.sides_in(actor, before)
        has_it = (actor.pk, before.customer if side is Side.CUSTOMER else before.provider) in self.acting
        assert has_it or (before.answerable is not None and type(act) in passing.PASSER)
        assert seen is None or seen >= before.moved
        self.states[promise] = after

    def refused(self, refusal: KeptError, actor: Person, promise: int, seen: int | None) -> None:
        """A refusal that says why must be right about it."""
        if isinstance(refusal, Overtaken):
            assert seen is not None
            assert len(refusal.changes) == self.states[promise].sequence - seen > 0
        if isinstance(refusal, NotFound):
            assert not access.visible_to(actor).filter(pk=promise).exists()

    def made(self, data: st.DataObject, kind: type[acts.Act]) -> acts.Act:
        """An act of this kind, mostly one that makes sense."""
        words = "Here is why." if data.draw(usually) else ""
        moment = self.now + data.draw(days) * DAY
        terms = Terms("A part", moment, data.draw(st.sampled_from(["", "It fits."])))
        more: dict[str, object] = {}
        if kind in (acts.Counter, acts.Amend, acts.Propose):
            more = {"terms": terms}
        elif kind is acts.PassOn:
            more = {"to": self.party(data.draw(parties))}
        elif kind in (acts.HandOver, acts.Escalate):
            more = {"to": self.party(data.draw(st.one_of(persons, parties)))}
        elif kind is acts.Link:
            more = {"relies_on": data.draw(st.sampled_from(sorted(self.states)))}
        elif kind is acts.Acknowledge:
            more = {"hear_by": moment}
        elif kind is acts.Update:
            more = {"expected": data.draw(st.sampled_from([None, moment]))}
        elif kind is acts.Accept:
            more = {"answer": data.draw(st.sampled_from([None, *Answer]))}
        elif kind is acts.Deliver:
            more = {"easier": data.draw(st.sampled_from(list(Answer)))}
        return kind(words=words, **more)  # type: ignore[arg-type]

    def replayed(self, promise: int) -> PromiseState:
        state = replay(book.read(promise))
        assert state is not None
        return state

    @invariant()
    def rows_are_what_the_rules_say(self) -> None:
        for row in Promise.objects.all():
            wanted = projection.columns(self.states[row.pk])
            assert {name: getattr(row, name) for name in wanted} == wanted


def test_the_cast_acts_at_random(db: None) -> None:
    profile = settings()
    shorter = settings(profile, max_examples=max(profile.max_examples // 4, 1))
    run_state_machine_as_test(Company, settings=shorter)
