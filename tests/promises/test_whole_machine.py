"""A whole company acts at random, over chains, agreements and calendars: after every step everything agrees.

Persons of four teams in two countries ask, offer, answer, pass on, link, ask upstream, deliver while something is open,
agree on new versions in the middle, change their hours, go through holidays and changed clocks, leave, and reopen. Each
act goes through the real database; what must hold then is worked out again by `slow`, from the events alone.

The normal run takes seconds. `HYPOTHESIS_PROFILE=nightly` goes on until 100,000 acts (KEPT_ACTS: another number) stand
in one ledger, which is verified every 10,000 acts and at the end. There every step looks again at what it changed, and
every tenth at everything; a company works for 2,000 acts, then there is another one. A failure is shown as it happened:
at night a run goes on where the one before stopped, so that it cannot be told again.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import ClassVar, Protocol, TypeVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core import story
from kept.core import acts
from kept.core.agreement import Between
from kept.core.errors import KeptError, NotFound
from kept.core.expectations import NOTHING, Expectations, WhileOpen
from kept.core.promise import open_acts, replay
from kept.core.state import State
from kept.core.terms import Answer, Side, Terms
from kept.customers import agreeing
from kept.ledger import book
from kept.ledger import verifying as verify
from kept.ledger.models import Event, Outbox
from kept.people.models import Party, Person
from kept.promises import access, actions, leaving, projection
from kept.promises.access import View
from kept.promises.models import Promise
from kept.promises.standing import standings
from promises.company_at_work import BEGINS, DAY, DAY_SHIFT, HOUR, NIGHT_SHIFT, PLACES, WEEKS, Company
from promises.slow import Told, World

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
ACTS = int(os.environ.get("KEPT_ACTS", "100000"))
MOST = 9
"""How many promises one run opens: most steps shall be acts in them."""
MAY_LEAVE = ("Dispatch one", "Workshop one", "Workshop two", "Stores lead", "Sales one")
STEPS = ("act",) * (60 if NIGHTLY else 22) + (
    "open",
    "open",
    "open",
    "link",
    "upstream",
    "agree",
    "hours",
    "day",
    "look",
    "leave",
)
PAUSES = (timedelta(0), timedelta(minutes=1), HOUR, HOUR, 5 * HOUR, DAY, 3 * DAY, 9 * DAY)
SIDES = (
    ("Dispatch", "Workshop"), ("Workshop", "Stores"), ("Dispatch", "Stores"), ("Sales", "Dispatch"),
    ("Stores", "Dispatch"), ("outside", "Sales"), ("outside", "Workshop"), ("Dispatch one", "Workshop one"),
    ("Workshop", "Stores lead"), ("Sales one", "Dispatch"),
)  # fmt: skip
EXPECTED = (
    Expectations(update_every=8 * HOUR, deliver_while_open=WhileOpen.REFUSE, reopen_window=2 * DAY),
    Expectations(update_every=4 * HOUR, turnaround=16 * HOUR),
    Expectations(update_every=16 * HOUR, reopen_window=30 * DAY),
    Expectations(deliver_while_open=WhileOpen.REFUSE),
)
ALL_EVERY = 10 if NIGHTLY else 1
"""After how many steps everything is looked at; between them what has changed."""
A_COMPANYS_TIME = 2_000
"""How many acts one company does before there is another."""
VERIFIED_EVERY = 10_000
SELDOM = (False,) * 9 + (True,)
T = TypeVar("T")
done: Counter[str] = Counter()
"""What came of it, over all runs: "acts" that were accepted, and each kind of them."""


class Chooses(Protocol):
    """What chooses among a few things, equally often."""

    def choice(self, options: Sequence[T], /) -> T:
        """One of them."""
        ...


@dataclass(frozen=True)
class Drawn:
    """Hypothesis chooses, so that what failed can be told again. At night a company goes on where the run before left
    it, which Hypothesis does not expect of what it chooses from: there it chooses what happens when, and a seed."""

    data: st.DataObject

    def choice(self, options: Sequence[T], /) -> T:
        """One of them."""
        return self.data.draw(st.sampled_from(options))


@dataclass
class Here:
    """A company, and what is in force between its parties."""

    company: Company
    agreed: dict[tuple[int, int], tuple[int, int, Expectations]]
    until: int


class Working(RuleBasedStateMachine):
    """One company at work."""

    here: ClassVar[Here | None] = None
    """At night, the company that the run before left."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = BEGINS
        self.told: dict[int, Told] = {}
        self.changed: set[int] = set()
        self.steps = 0

    def teardown(self) -> None:
        """Everything verifies; then it is as if it had never been. At night it stays, and is verified at the end."""
        try:
            if not NIGHTLY:
                found = verify.verify()
                assert found.clean, found.differences
                assert found.stories["promise"] == len(self.told)
                assert Outbox.objects.count() == Event.objects.count()
        finally:
            transaction.set_rollback(not NIGHTLY)
            self.undo.__exit__(None, None, None)

    @initialize(seed=st.integers(0, 2**64))
    def gather(self, seed: int) -> None:
        self.random = Random(seed ^ done["acts"])
        here = Working.here
        if here is None or done["acts"] >= here.until:
            here = Here(Company.gather(), {}, done["acts"] + A_COMPANYS_TIME)
        Working.here = here if NIGHTLY else None
        self.company, self.agreed = here.company, here.agreed
        self.now = max(self.now, here.company.clock)
        self.named: dict[str, Party] = self.company.teams | self.company.persons | {"outside": self.company.outside}
        self.new_world()

    def new_world(self) -> None:
        """After a change of the organisation or of hours."""
        persons = {each.pk for each in self.company.persons.values()}
        plans = {each.pk: self.company.plan_of(each) for each in self.named.values()}
        self.world = World(self.told, persons, self.company.reach(), plans)

    # --- one step -----------------------------------------------------------------------------------------------------

    @rule(data=st.data(), what=st.sampled_from(STEPS), pause=st.sampled_from(PAUSES))
    def step(self, data: st.DataObject, what: str, pause: timedelta) -> None:
        """Time passes, then something happens."""
        self.steps += 1
        self.now += pause
        self.company.clock = self.now
        deeds = {
            "act": self.do_act, "open": self.do_open, "link": self.do_link, "upstream": self.do_upstream,
            "agree": self.do_agree, "hours": self.do_hours, "day": self.do_day, "look": self.do_look,
            "leave": self.do_leave,
        }  # fmt: skip
        deeds[what](self.random if NIGHTLY else Drawn(data))

    def do_open(self, data: Chooses) -> None:
        if len(self.told) >= MOST:
            self.do_act(data)
            return
        customer, provider = (self.named[name] for name in data.choice(SIDES))
        offers = data.choice(SELDOM)
        kind = acts.Offer if offers else acts.Ask
        act = kind(
            customer=customer.pk, provider=provider.pk, private=data.choice(SELDOM), terms=self.terms(data)
        )  # fmt: skip
        self.opening(data, act, provider if offers else customer)

    def opening(self, data: Chooses, act: acts.Ask | acts.Offer, by: Party) -> None:
        try:
            promise = actions.open_promise(self.speaker(data, by.pk), act, at=self.now)
        except KeptError:
            return
        self.heard("ask" if isinstance(act, acts.Ask) else "offer")
        self.take_in(promise.pk, self.agreed.get((act.customer, act.provider)))

    def do_act(self, data: Chooses) -> None:
        if not self.told:
            self.do_open(data)
            return
        told = self.some(data, going_on=not data.choice(SELDOM))
        side = data.choice(list(Side))
        sensible = not data.choice(SELDOM)
        kinds = open_acts(told.state, side, self.now) if sensible else acts.EVERY_ACT[2:]
        dull = {acts.Link} if told.state.private else {acts.Note, acts.Link}
        moving = [kind for kind in kinds if kind not in dull] or list(kinds)
        act = self.made(data, data.choice(moving), told)
        party = told.state.customer if side is Side.CUSTOMER else told.state.provider
        self.does(data, told, act, side, party)

    def does(self, data: Chooses, told: Told, act: acts.Act, side: Side, party: int) -> None:
        actor = self.speaker(data, party)
        before, count = told.state, len(told.events)
        try:
            after = actions.do(actor, told.key, act, at=self.now, side=side)
        except KeptError as refusal:
            assert Event.objects.filter(stream=told.key).count() == count
            if isinstance(refusal, NotFound):
                assert not self.world.sees(actor.pk, told)
            return
        self.heard(act.name)
        assert side in self.world.sides(actor.pk, told)
        answers = self.world.passed_on_for(actor.pk, told, act.to) if isinstance(act, acts.PassOn) else None
        if isinstance(act, acts.Deliver) and self.world.waited_for(actor.pk, told):
            assert told.while_open is WhileOpen.REASON
            assert act.despite
            done["delivered while open"] += 1
        if isinstance(act, acts.Reopen):
            assert before.ended_at is not None
            assert self.now - before.ended_at <= before.reopen_window
        self.read_again(told)
        assert told.state == after
        said = told.events[-1].act
        assert answers is None or (isinstance(said, acts.PassOn) and said.answerable == answers)
        assert said == act or isinstance(act, acts.Deliver | acts.Answering)

    def do_link(self, data: Chooses) -> None:
        standing = [told for told in self.told.values() if told.state.state is State.PROMISED]
        if not standing or len(self.told) < 2:
            self.do_act(data)
            return
        told = data.choice(standing)
        other = data.choice([each for each in self.told.values() if each is not told])
        self.does(data, told, acts.Link(relies_on=other.key), Side.PROVIDER, told.state.provider)

    def do_upstream(self, data: Chooses) -> None:
        standing = [told for told in self.told.values() if told.state.state is State.PROMISED]
        if not standing or len(self.told) >= MOST:
            self.do_act(data)
            return
        told = data.choice(standing)
        provider = self.named[data.choice(("Stores", "Workshop", "Dispatch"))]
        ask = acts.Ask(
            customer=told.state.provider, provider=provider.pk, private=told.state.private, terms=self.terms(data)
        )  # fmt: skip
        count = Promise.objects.count()
        try:
            opened = actions.ask_upstream(self.speaker(data, told.state.provider), told.key, ask, at=self.now)
        except KeptError:
            assert Promise.objects.count() == count
            return
        self.heard("ask", "link")
        self.take_in(opened.pk, self.agreed.get((ask.customer, ask.provider)))
        self.read_again(told)
        assert told.state.relies_on[-1] == opened.pk

    def do_agree(self, data: Chooses) -> None:
        customer, provider = (self.named[name] for name in data.choice(SIDES[:6]))
        wanted = data.choice(EXPECTED)
        between = Between(customer.pk, provider.pk)
        first, second = self.speaker(data, customer.pk), self.speaker(data, provider.pk)
        with suppress(KeptError):
            written = agreeing.expect(first, between, wanted, at=self.now, side=Side.CUSTOMER)
            self.heard("expect")
            standing = agreeing.agree(second, written.pk, to=written.sequence, at=self.now, side=Side.PROVIDER)
            self.heard("agree to a version")
            assert standing.version is not None
            self.agreed[customer.pk, provider.pk] = (standing.pk, standing.version, wanted)

    def do_hours(self, data: Chooses) -> None:
        team = self.company.teams[data.choice(sorted(self.company.teams))]
        zone, country = data.choice(PLACES)
        self.company.set_hours(team, data.choice(WEEKS), zone, country)
        self.new_world()

    def do_day(self, data: Chooses) -> None:
        team = self.company.teams[data.choice(sorted(self.company.teams))]
        day = (self.now + data.choice(range(-3, 7)) * DAY).date()
        self.company.set_day(team, day, data.choice([(), DAY_SHIFT[:1], NIGHT_SHIFT[1:]]))
        self.new_world()

    def do_leave(self, data: Chooses) -> None:
        here = [name for name in MAY_LEAVE if self.company.persons[name].is_active]
        if len(here) < 3 or not data.choice(SELDOM):
            self.do_act(data)
            return
        person = self.company.persons[data.choice(here)]
        successor = data.choice([each for each in self.company.active() if each != person])
        left = leaving.leave(person, successor=successor, at=self.now)
        self.heard(*("handed on" for each in left.handings if each.to is not None))
        for name in self.company.persons:
            self.company.persons[name].refresh_from_db()
        for told in self.told.values():
            self.read_again(told)
        self.new_world()

    def do_look(self, data: Chooses) -> None:
        """Who sees what, and what may be done, for somebody and every promise."""
        person = data.choice(self.company.active())
        for told in self.told.values():
            assert self.view(person, told.key) == self.expected_view(person, told)
        if self.told:
            self.open_acts_are_what_do_accepts(data, self.some(data, going_on=True))

    # --- what is in it ------------------------------------------------------------------------------------------------

    def some(self, data: Chooses, *, going_on: bool) -> Told:
        open_ones = [told for told in self.told.values() if not told.state.state.ended]
        return data.choice(open_ones if going_on and open_ones else list(self.told.values()))

    def speaker(self, data: Chooses, party: int) -> Person:
        """Mostly somebody who acts for the party."""
        everybody = self.company.active()
        acting = [each for each in everybody if self.world.reach.get((each.pk, party)) not in (None, "above")]
        return data.choice(acting if acting and not data.choice(SELDOM) else everybody)

    def terms(self, data: Chooses) -> Terms:
        away = data.choice([5 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 12 * DAY])
        return Terms("A part", self.now + away, f"Step {self.steps}.")

    def made(self, data: Chooses, kind: type[acts.Act], told: Told) -> acts.Act:
        """An act of this kind that mostly makes sense."""
        words = "Here is why."
        if kind in (acts.Counter, acts.Amend, acts.Propose):
            return kind(terms=self.terms(data), words=words)
        if kind is acts.PassOn:
            return acts.PassOn(to=data.choice(self.company.parties()).pk, words=words)
        if kind is acts.HandOver:
            provider = told.state.provider
            able = [each for each in self.company.active() if (each.pk, provider) in self.world.reach]
            return acts.HandOver(to=data.choice(able or self.company.active()).pk, words=words)
        if kind is acts.Escalate:
            return acts.Escalate(to=data.choice(self.company.active()).pk, words=words)
        if kind is acts.Link:
            return acts.Link(relies_on=data.choice(sorted(self.told)))
        if kind is acts.Acknowledge:
            return acts.Acknowledge(hear_by=self.now + data.choice([HOUR, DAY]), words=words)
        if kind is acts.Update:
            away = data.choice([None, HOUR, DAY, 6 * DAY])
            return acts.Update(words=words, expected=self.now + away if away else None)
        if kind is acts.Accept:
            answer = data.choice(list(Answer)) if told.state.state is State.DELIVERED else None
            return acts.Accept(answer=answer, words=words)
        if kind is acts.Deliver:
            despite = data.choice(["", "It can be fitted later."])
            return acts.Deliver(easier=data.choice(list(Answer)), despite=despite)
        return self.note(data, told) if kind is acts.Note else kind(words=words)

    def note(self, data: Chooses, told: Told) -> acts.Note:
        """A note, which may let somebody see what is private."""
        lets = told.state.private and not data.choice((True, False))
        return acts.Note(words="Here is why.", to=data.choice(self.company.active()).pk if lets else None)

    def heard(self, *names: str) -> None:
        done.update(names)
        done["acts"] += len(names)

    def take_in(self, key: int, in_force: tuple[int, int, Expectations] | None) -> None:
        """A new promise: what is in force between the two at this moment is pinned to it."""
        events = book.read(key)
        state = replay(events)
        assert state is not None
        agreement, version, expects = in_force or (None, None, NOTHING)
        assert (state.agreement, state.agreement_version) == (agreement, version)
        told = Told(key, events, state, expects.update_every, expects.deliver_while_open, (agreement, version))
        self.told[key] = told
        self.changed.add(key)

    def read_again(self, told: Told) -> None:
        """The events of a promise as the ledger has them; what was agreed with one provider binds no other."""
        told.events = book.read(told.key)
        self.changed.add(told.key)
        state = replay(told.events)
        assert state is not None
        if len(state.passed_on_by) > len(told.state.passed_on_by):
            told.update_every, told.while_open, told.pinned = None, WhileOpen.REASON, (None, None)
        told.state = state

    # --- who sees what, and may do what -------------------------------------------------------------------------------

    def view(self, person: Person, key: int) -> tuple[str, set[Side]]:
        try:
            seen = access.promise_for_seeing(person, key)
        except NotFound:
            return "nothing", set()
        return str(seen.view), set(seen.sides)

    def expected_view(self, person: Person, told: Told) -> tuple[str, set[Side]]:
        if self.world.sees(person.pk, told):
            return str(View.FULL), self.world.sides(person.pk, told)
        return (str(View.OUTLINE) if self.world.outlines(person.pk, told) else "nothing"), set()

    def open_acts_are_what_do_accepts(self, data: Chooses, told: Told) -> None:
        """Each act is tried in earnest, and taken back: those go through that are offered, and no others."""
        side = data.choice(list(Side))
        party = told.state.customer if side is Side.CUSTOMER else told.state.provider
        able = [
            each for each in self.company.active()
            if side in self.world.sides(each.pk, told) and self.world.sees(each.pk, told)
        ]  # fmt: skip
        if not able:
            return
        actor = data.choice(able)
        accepted = {kind for kind in acts.EVERY_ACT[2:] if self.goes_through(actor, told, kind, side, party)}
        offered = set(open_acts(told.state, side, self.now))
        if told.while_open is WhileOpen.REFUSE and self.world.waited_for(actor.pk, told):
            offered.discard(acts.Deliver)
        if side is Side.PROVIDER and self.world.only_passed_it_on(actor.pk, told):
            offered &= {acts.PassOn, acts.Acknowledge, acts.Note}
        assert accepted == offered - self.without_anybody(told)

    def without_anybody(self, told: Told) -> set[type[acts.Act]]:
        """Acts that need somebody else or another promise, where there is none."""
        without: set[type[acts.Act]] = set()
        if self.colleague(told) is None:
            without.add(acts.HandOver)
        return without | {acts.Link}

    def colleague(self, told: Told) -> int | None:
        provider, has = told.state.provider, told.state.responsible
        able = [one for (one, party), how in self.world.reach.items() if party == provider and how != "above"]
        return next((one for one in sorted(able) if one != has), None)

    def goes_through(self, actor: Person, told: Told, kind: type[acts.Act], side: Side, party: int) -> bool:
        if kind is acts.Link:
            return False  # needs another promise: see do_link
        state, later = told.state, max(self.now, told.state.last_at) + HOUR
        fresh = Terms("Tried", later, f"Tried at step {self.steps}.")
        somebody = self.colleague(told)
        strangers = [each.pk for each in self.named.values() if each.pk not in (state.customer, state.provider)]
        here = {each.pk for each in self.company.active()}
        passed_to = next(one for one in strangers if one in here or not (state.private or one in self.world.persons))
        more: dict[type[acts.Act], dict[str, object]] = {
            acts.Counter: {"terms": fresh}, acts.Amend: {"terms": fresh}, acts.Propose: {"terms": fresh},
            acts.PassOn: {"to": passed_to}, acts.Escalate: {"to": self.company.boss.pk},
            acts.HandOver: {"to": somebody or actor.pk}, acts.Acknowledge: {"hear_by": later},
            acts.Accept: {"answer": Answer.EASIER if state.state is State.DELIVERED else None},
            acts.Deliver: {"easier": Answer.EASIER, "despite": "It can be fitted later."},
        }  # fmt: skip
        try:
            with transaction.atomic():
                actions.do(actor, told.key, kind(words="Tried.", **more.get(kind, {})), at=self.now, side=side)  # type: ignore[arg-type]
                transaction.set_rollback(True)
        except KeptError:
            return False
        return True

    # --- what must hold after every step ------------------------------------------------------------------------------

    @invariant()
    def rows_are_what_the_events_say(self) -> None:
        everything = self.steps % ALL_EVERY == 0
        looked_at = {key: told for key, told in self.told.items() if everything or key in self.changed}
        self.changed = set()
        rows = {row.pk: row for row in Promise.objects.filter(pk__in=looked_at)} if looked_at else {}
        assert set(rows) == set(looked_at)
        for key, told in looked_at.items():
            wanted = projection.columns(told.state)
            assert {name: getattr(rows[key], name) for name in wanted} == wanted
            verdict = story.verdict(told.events)
            assert rows[key].outcome == (str(verdict) if verdict else "")
            assert rows[key].kept_as_first_promised == story.kept_as_first_promised(told.events)
            assert (rows[key].agreement_id, rows[key].agreement_version) == told.pinned

    @invariant()
    def nothing_relies_on_itself(self) -> None:
        assert not self.world.circle() if self.told else True

    @invariant()
    def somebody_sees_and_is_told_what_is_true(self) -> None:
        """Each step (at night every third) another person looks at everything that they see."""
        if not self.told or self.steps % min(ALL_EVERY, 3):
            return
        everybody = self.company.active()
        person = everybody[self.steps % len(everybody)]
        rows = list(access.visible_to(person).filter(pk__in=self.told).select_related("customer", "provider"))
        assert {row.pk for row in rows} == {key for key, each in self.told.items() if self.world.sees(person.pk, each)}
        for key, found in standings(rows, person, self.now).items():
            word, signs, expected = self.world.standing(person.pk, self.told[key], self.now)
            assert (found.word, tuple(sign.word for sign in found.signs), found.expected) == (word, signs, expected)
            done.update({f"seen {found.word}": 1})


@pytest.mark.django_db
@pytest.mark.skipif(NIGHTLY, reason="the nightly test does the same at length")
def test_a_company_at_work() -> None:
    # A failure is shown as it happened: to make it small takes longer than to read it.
    shown = settings(max_examples=9, stateful_step_count=40, phases=[Phase.generate])
    run_state_machine_as_test(Working, settings=shown)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not NIGHTLY, reason="takes about 50 minutes: HYPOTHESIS_PROFILE=nightly")
def test_a_company_at_work_for_a_hundred_thousand_acts() -> None:
    done.clear()
    profile = settings(
        max_examples=25, stateful_step_count=100, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    Working.here, began, verified = None, time.monotonic(), 0
    while done["acts"] < ACTS:
        run_state_machine_as_test(Working, settings=profile)
        print(f"{done['acts']} acts in {time.monotonic() - began:.0f} s", flush=True)
        if done["acts"] >= min(verified + VERIFIED_EVERY, ACTS):
            verified = done["acts"]
            found = verify.verify()
            assert found.clean, found.differences
            print(f"the ledger is clean after {time.monotonic() - began:.0f} s", flush=True)
    assert Event.objects.count() == Outbox.objects.count() == done["acts"] >= ACTS
    print(sorted(done.items()))
