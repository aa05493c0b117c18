"""Both sides play a promise at random, sense and nonsense alike, and the rules must hold after every act.

What must hold is said by `expected_table` and `story`, which know nothing of how the rules are written.
"""

from __future__ import annotations

import json
import pickle
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import get_type_hints

from hypothesis import event as seen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core import story
from core.builders import DAY, HOUR, SPEAKERS, START, TICK, sheet, telling, well_formed
from core.expected_table import EXPECTED, expected_event
from kept.core import acts
from kept.core.codec import act_from_dict, act_to_dict
from kept.core.errors import Refused
from kept.core.keeping import Outcome, kept_as_first_promised, outcome
from kept.core.promise import decide, evolve, open_acts, replay
from kept.core.state import ENDED, Event, PromiseState, State
from kept.core.terms import Answer, By, Check, Given, Side

sides = st.sampled_from(Side)
speakers = st.builds(By, st.integers(21, 23), sides)
words = st.sampled_from(["", "", "   ", "The van is loaded.", "Ünïcödé — “so”\n\nand on", "x" * 4001])
ids = st.integers(1, 5)
answers = st.sampled_from(Answer)
pauses = st.sampled_from([timedelta(0), TICK, HOUR, 5 * HOUR, DAY, 3 * DAY, -TICK, -HOUR])
ahead = st.sampled_from([-DAY, timedelta(0), TICK, HOUR, 3 * HOUR, DAY, 4 * DAY, 40_000 * DAY])
offs = st.sampled_from([-TICK, timedelta(0), TICK])
windows = st.sampled_from([timedelta(0), HOUR, 2 * DAY, 14 * DAY, -HOUR, timedelta.max])
GIVEN_UP = ENDED - {State.ACCEPTED}
SHEETS = ["The route sheet", "The picking list", "", " ", "x" * 201, "two\nlines"]


@st.composite
def terms(draw: st.DrawFn, at: datetime):
    """Terms with a date around `at`: many sound, some not."""
    return sheet(
        at + draw(ahead), draw(st.sampled_from(SHEETS[:2] * 3 + SHEETS)), draw(st.sampled_from(["", "It fits."]))
    )


@st.composite
def any_act(draw: st.DrawFn, at: datetime) -> acts.Act:
    """An act of any kind, whether or not it makes sense."""
    kind = draw(st.sampled_from(acts.EVERY_ACT))
    carried = {
        "words": words,
        "files": st.lists(ids, max_size=2).map(tuple),
        "customer": ids,
        "provider": ids,
        "terms": terms(at),
        "private": st.booleans(),
        "reopen_window": windows,
        "result": st.none() | ids,
        "agreement": st.none() | ids,
        "agreement_version": st.none() | ids,
        "given": st.lists(st.builds(Given, words, words), max_size=2).map(tuple),
        "to": ids,
        "answerable": st.none() | ids,
        "relies_on": ids,
        "hear_by": ahead.map(lambda later: at + later),
        "expected": st.none() | ahead.map(lambda later: at + later),
        "answer": st.none() | answers,
        "signed": st.booleans(),
        "easier": answers,
        "checklist": st.lists(st.builds(Check, words, st.booleans()), max_size=2).map(tuple),
        "missing": st.lists(words, max_size=2).map(tuple),
    }
    hints = get_type_hints(kind)
    return kind(**{f.name: draw(carried.get(f.name, st.from_type(hints[f.name]))) for f in fields(kind)})


class BothSides(RuleBasedStateMachine):
    """A promise played at random; `events` is what was accepted, `state` where the rules say that it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.at = START
        self.events: list[Event] = []
        self.read_again: list[Event] = []
        self.state: PromiseState | None = None
        self.moved = 0
        self.never_kept_again = False
        self.looked_at: tuple[int, datetime] | None = None

    # --- what can happen ------------------------------------------------------------------------------------------

    @initialize(by=speakers, window=windows, later=st.sampled_from([HOUR, DAY, 4 * DAY]))
    def opens(self, by: By, window: timedelta, later: timedelta) -> None:
        """It begins with an ask or an offer, whose window may make no sense."""
        kind = acts.Ask if by.side is Side.CUSTOMER else acts.Offer
        under = {"result": 3, "agreement": 4, "agreement_version": 5}
        opening = kind(customer=1, provider=2, terms=sheet(self.at + later), reopen_window=window, **under)
        if not self.try_out(opening, by):
            assert self.try_out(replace(opening, reopen_window=14 * DAY), by)

    @rule(pause=pauses)
    def time_passes(self, pause: timedelta) -> None:
        """The clock moves on, or stands still; two servers' clocks need not agree, so it may go back as well."""
        self.at += pause

    @rule(by=speakers, data=st.data())
    def says_anything(self, by: By, data: st.DataObject) -> None:
        """Either side says whatever comes to mind."""
        self.try_out(data.draw(any_act(self.at)), by)

    @rule(by=speakers, give_up=st.integers(0, 9).map(lambda n: n == 9), data=st.data())
    def does_what_is_open(self, by: By, give_up: bool, data: st.DataObject) -> None:
        """Either side does something that the rules offer, seldom what ends it all: so the far states are reached."""
        state = self.now
        kinds = [
            kind
            for kind in open_acts(state, by.side, self.at)
            if (EXPECTED[state.state, by.side, kind] in GIVEN_UP) == give_up and kind is not acts.Note
        ]
        if kinds:
            act = well_formed(data.draw(st.sampled_from(kinds)), state, self.at)
            assert self.try_out(act, by), f"{act.name} was offered and then refused"

    @rule(answer=answers, off=st.none() | offs)
    def goes_well(self, answer: Answer, off: timedelta | None) -> None:
        """A step on the way from ask to acceptance, or anew after that; at once, or when the date comes."""
        if off is not None:
            self.the_date_comes(off)
        self.steps_on(answer)

    def steps_on(self, answer: Answer) -> None:
        """The act that leads from here towards acceptance, by the side whose turn it is."""
        step: dict[State, tuple[acts.Act, Side]] = {
            State.ASKED: (acts.Promise(), Side.PROVIDER),
            State.OFFERED: (acts.Accept(), Side.CUSTOMER),
            State.COUNTERED: (acts.Accept(), Side.CUSTOMER),
            State.PROMISED: (acts.Deliver(easier=answer), Side.PROVIDER),
            State.DELIVERED: (acts.Accept(answer=answer), Side.CUSTOMER),
            State.ACCEPTED: (acts.Reopen(words="The third stop was wrong."), Side.CUSTOMER),
        }
        if self.now.state in step:
            act, side = step[self.now.state]
            self.try_out(act, SPEAKERS[side])

    @rule(
        side=sides,
        later=st.sampled_from([HOUR, DAY, 4 * DAY]),
        off=st.none() | offs,
        answer=st.sampled_from([acts.Agree(), acts.Agree(), acts.Refuse(), None]),
    )
    def another_date(self, side: Side, later: timedelta, off: timedelta | None, answer: acts.Act | None) -> None:
        """One side proposes, once a promise stands; the other answers, in time, just about in time, or not at all."""
        if self.now.terms is None:
            self.steps_on(Answer.EASIER)
        self.try_out(acts.Propose(terms=sheet(self.at + later)), SPEAKERS[side])
        if off is not None:
            self.the_date_comes(off)
        if answer is not None:
            self.try_out(answer, SPEAKERS[side.other])

    def the_date_comes(self, off: timedelta) -> None:
        """The clock moves to just about the date in force, or to where the window to reopen closes."""
        if self.now.terms is not None:
            self.at = max(self.at, self.now.terms.due + off)
        if self.now.ended_at is not None:
            self.at = max(self.at, self.now.ended_at + self.now.reopen_window + off)

    @property
    def now(self) -> PromiseState:
        """Where it stands; there is a promise from the first step on."""
        assert self.state is not None
        return self.state

    # --- one act, and what must hold of it ------------------------------------------------------------------------

    def try_out(self, act: acts.Act, by: By) -> bool:
        """Let `by` do `act`; whether it was accepted."""
        before, kept_before = self.state, pickle.dumps(self.state)
        where = before.state if before else None
        try:
            events = decide(before, act, by, self.at)
        except Refused as refusal:
            self.refusal_is_a_sentence(refusal)
            assert pickle.dumps(before) == kept_before, "a refused act changed something"
            return False
        assert (where, by.side, type(act)) in EXPECTED, f"{by.side} may not {act.name} where it is {where}"
        (event,) = events
        assert (event.act, event.by) == (act, by)
        assert event.name == expected_event(where, by.side, type(act))
        assert event.at == (max(self.at, before.last_at) if before else self.at)
        after = evolve(before, event)
        assert pickle.dumps(before) == kept_before, "evolve changed the state it was given"
        assert after.state is EXPECTED[where, by.side, type(act)]
        self.terms_follow_consent(before, after, event)
        self.the_end_is_the_end(before, after, act)
        seen_before = self.to_be_seen()
        written = json.dumps(act_to_dict(act), allow_nan=False)
        assert act_from_dict(json.loads(written)) == act
        self.read_again.append(telling(event, act_from_dict(json.loads(written))))
        self.events.append(event)
        self.state = after
        if self.to_be_seen() != seen_before:
            self.moved = len(self.events)
        seen(f"{act.name} → {after.state}")
        return True

    def to_be_seen(self) -> tuple[object, ...]:
        """What nobody may act on without having seen it."""
        if not self.events:
            return ()
        table = story.on_the_table(self.events)
        where = self.state.state if self.state else None
        return (
            where,
            table,
            [c.terms for c in story.consents(self.events)][-1:],
            story.provider_and_before(self.events),
            story.answerable(self.events),
        )

    @staticmethod
    def refusal_is_a_sentence(refusal: Refused) -> None:
        text = str(refusal)
        assert text[0].isupper() or text[0] == "“", text
        assert text.endswith("."), text
        assert not any(code in text for code in ("None", "State.", "Side.", "timedelta")), text

    @staticmethod
    def terms_follow_consent(before: PromiseState | None, after: PromiseState, event: Event) -> None:
        """The terms in force change only to what one side proposed and the other now says yes to."""
        if before is None:
            assert after.terms is None
        elif after.terms != before.terms:
            assert before.proposed is not None
            assert before.proposed.side is event.by.side.other
            assert after.terms == before.proposed.terms
            assert isinstance(event.act, acts.Promise | acts.Accept | acts.Agree)

    @staticmethod
    def the_end_is_the_end(before: PromiseState | None, after: PromiseState, act: acts.Act) -> None:
        if before is None or before.state not in ENDED or after.state is before.state:
            return
        assert before.state is State.ACCEPTED
        assert isinstance(act, acts.Reopen)
        assert before.ended_at is not None
        assert after.state is State.PROMISED

    # --- what must hold after every step --------------------------------------------------------------------------

    @invariant()
    def replay_gives_the_same_state(self) -> None:
        """From the acts as they were said, and as they were written to JSON and read again."""
        assert replay(self.events) == self.state
        assert replay(self.read_again) == self.state

    @invariant()
    def open_acts_are_just_those_that_can_be_done(self) -> None:
        """Those of the table that make sense at this moment, no fewer and no more, are offered and accepted."""
        if self.looked_at == (len(self.events), self.at):
            return
        self.looked_at = (len(self.events), self.at)
        for side in Side:
            possible = {kind for kind in acts.EVERY_ACT if self.makes_sense(kind, side)}
            assert {kind for kind in acts.EVERY_ACT if self.accepts(kind, side)} == possible
            if self.state is not None:
                offered = open_acts(self.state, side, self.at)
                assert len(offered) == len(possible)
                assert set(offered) == possible

    def makes_sense(self, kind: type[acts.Act], side: Side) -> bool:
        """Whether the table has it, and what it answers is there, is the other side's, and has not passed."""
        if (self.state.state if self.state else None, side, kind) not in EXPECTED:
            return False
        now = max([self.at, *(event.at for event in self.events[-1:])])
        table, over = story.on_the_table(self.events), story.acceptance(self.events)
        if kind is acts.Reopen:
            return over is not None and now <= over.at + story.window(self.events)
        if kind in (acts.Agree, acts.Refuse) and (table is None or table[1] is side):
            return False
        says_yes = kind in (acts.Promise, acts.Accept, acts.Agree)
        return not (says_yes and table is not None and table[0].due <= now)

    def accepts(self, kind: type[acts.Act], side: Side) -> bool:
        try:
            decide(self.state, well_formed(kind, self.state, self.at), SPEAKERS[side], self.at)
        except Refused:
            return False
        return True

    @invariant()
    def it_is_as_the_events_tell(self) -> None:
        """Every field of the state, against the same read from the events by other means."""
        if self.state is None:
            assert not self.events
            return
        state, events = self.state, self.events
        agreed = [consent.terms for consent in story.consents(events)]
        assert state.terms == (agreed[-1] if agreed else None)
        assert state.first_terms == (agreed[0] if agreed else None)
        assert all(consent.proposed_by is consent.agreed_by.other for consent in story.consents(events))
        proposed = state.proposed
        assert (proposed and (proposed.terms, proposed.side, proposed.at)) == story.on_the_table(events)
        first = events[0].act
        assert isinstance(first, acts.Opening)
        assert (state.customer, state.private, state.reopen_window) == (
            first.customer,
            first.private,
            first.reopen_window,
        )
        assert (state.provider, state.passed_on_by) == story.provider_and_before(events)
        passed = state.answerable
        assert (passed and (passed.party, passed.at)) == story.answerable(events)
        assert passed is None or (state.state is State.ASKED and passed.party != state.provider)
        assert (state.result, state.agreement, state.agreement_version) == story.agreed_under(events)
        assert state.responsible == story.responsible(events)
        assert state.asker == story.asker(events)
        assert state.sequence == len(events)
        assert state.moved == self.moved
        assert state.chases == story.count(events, acts.Chase)
        assert state.reworks == story.count(events, acts.Return, acts.Reopen)
        assert state.relies_on == tuple(event.act.relies_on for event in events if isinstance(event.act, acts.Link))
        assert len(set(state.relies_on)) == len(state.relies_on)

    @invariant()
    def its_moments_are_as_the_events_tell(self) -> None:
        if self.state is None:
            return
        state, events = self.state, self.events
        times = [event.at for event in events]
        assert times == sorted(times)
        assert (state.opened_at, state.last_at) == (times[0], times[-1])
        done = story.delivery(events)
        assert state.delivered_at == (done.at if done else None)
        assert state.ended_at == story.ended_at(events)
        assert (state.ended_at is not None) == (state.state in ENDED)
        assert state.promised_at == next((consent.at for consent in story.consents(events)), None)
        said = (e.at for e in events if e.by.side is Side.PROVIDER and not isinstance(e.act, acts.Link))
        assert state.heard_at == max(said, default=None)
        assert state.hear_by == story.hear_by(events)
        assert state.expected == story.expected(events)
        assert state.needs_help == story.needs_help(events)
        assert (state.provider_answer, state.customer_answer) == story.answers(events)

    @invariant()
    def kept_is_earned(self) -> None:
        if self.state is None:
            return
        state, events = self.state, self.events
        result = outcome(state)
        seen(f"outcome {result}, moved late: {state.date_moved_late}, reworks: {min(state.reworks, 2)}")
        assert result == story.verdict(events)
        assert kept_as_first_promised(state) is story.kept_as_first_promised(events)
        assert state.date_moved_late == story.moved_late(events)
        self.never_kept_again = self.never_kept_again or story.moved_late(events)
        if self.never_kept_again:
            assert result is not Outcome.KEPT
        if result is Outcome.KEPT:
            assert state.terms is not None
            assert state.delivered_at is not None
            assert state.delivered_at <= state.terms.due
        if kept_as_first_promised(state):
            assert result is Outcome.KEPT


TestBothSides = BothSides.TestCase
