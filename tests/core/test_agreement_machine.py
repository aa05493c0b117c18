"""Both sides of an agreement play at random: nothing is in force without both, and what was agreed never changes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from hypothesis import event as seen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.builders import DAY, HOUR, START
from kept.core import agreement as rules
from kept.core import codec
from kept.core.acts import Act
from kept.core.agreement import Agree, AgreementState, Between, End, Expect, Standing, decide, evolve, open_acts, replay
from kept.core.errors import Refused
from kept.core.expectations import Expectations, Need
from kept.core.state import Event
from kept.core.terms import By, Side

# Two people a side, and one who works on both.
SPEAKERS = [By(21, Side.CUSTOMER), By(22, Side.CUSTOMER), By(31, Side.PROVIDER), By(32, Side.PROVIDER)]
SPEAKERS += [By(99, Side.CUSTOMER), By(99, Side.PROVIDER)]
speakers = st.sampled_from(SPEAKERS)
# Few, so that both sides come to expect the same; some make no sense.
lists = st.builds(
    Expectations,
    turnaround=st.sampled_from([None, 8 * HOUR, 16 * HOUR, -HOUR]),
    needs=st.sampled_from([(), (Need("Address"),)]),
    share=st.sampled_from([None, 40, 400]),
)


class BothSides(RuleBasedStateMachine):
    """An agreement played at random; `events` is what was accepted."""

    def __init__(self) -> None:
        super().__init__()
        self.at: datetime = START
        self.events: list[Event] = []
        self.state: AgreementState | None = None
        self.versions: tuple[rules.Version, ...] = ()

    @initialize(by=speakers)
    def begins(self, by: By) -> None:
        """One side says what it expects."""
        assert self.try_out(Expect(expectations=Expectations(turnaround=8 * HOUR), between=Between(1, 2)), by)

    @rule(pause=st.sampled_from([timedelta(0), HOUR, DAY, -HOUR]))
    def time_passes(self, pause: timedelta) -> None:
        """The clock moves on; two servers' clocks need not agree."""
        self.at += pause

    @rule(by=speakers, what=lists)
    def expects(self, by: By, what: Expectations) -> None:
        """Either side says what it expects now."""
        self.try_out(Expect(expectations=what), by)

    @rule(by=speakers, to=st.integers(0, 12))
    def agrees_to_anything(self, by: By, to: int) -> None:
        """Somebody says yes to whatever event comes to mind."""
        self.try_out(Agree(to=to), by)

    @rule(by=speakers)
    def agrees_to_what_is_there(self, by: By) -> None:
        """Somebody says yes to what the other side has on the table."""
        stated = self.now.stated(by.side.other)
        if stated is not None:
            offered = Agree in open_acts(self.now, by)
            assert self.try_out(Agree(to=stated.sequence), by) is offered

    @rule(by=speakers, words=st.sampled_from(["", "The work moved."]))
    def ends(self, by: By, words: str) -> None:
        """Somebody ends it."""
        self.try_out(End(words=words), by)

    @property
    def now(self) -> AgreementState:
        assert self.state is not None
        return self.state

    def try_out(self, act: Act, by: By) -> bool:
        """Whether the act was accepted; a refusal changes nothing."""
        before = self.state
        try:
            events = decide(self.state, act, by, self.at)
        except Refused:
            return self.state != before
        for each in events:
            self.state = evolve(self.state, each)
        self.events += events
        seen(f"{act.name} accepted")
        return True

    # --- what must hold always ------------------------------------------------------------------------------------

    @invariant()
    def replay_gives_the_same_state(self) -> None:
        """Also after the events went through JSON."""
        assert replay(self.events) == self.state
        written = [
            Event(
                one.name,
                one.at,
                one.by,
                codec.act_from_dict(json.loads(json.dumps(codec.act_to_dict(one.act))), rules.BY_NAME),
            )
            for one in self.events
        ]
        assert written == self.events

    @invariant()
    def nothing_is_in_force_without_both_sides(self) -> None:
        """Every version was written by one side, and agreed to, as it stood, by another person for the other side."""
        for version in self.state.versions if self.state else ():
            agreed = self.events[version.sequence - 1]
            assert isinstance(agreed.act, Agree)
            written = self.events[agreed.act.to - 1]
            assert isinstance(written.act, Expect)
            assert written.act.expectations == version.expectations
            assert (written.by.side, written.by.person) == (version.side, version.written_by)
            assert (agreed.by.side, agreed.by.person) == (version.side.other, version.agreed_by)
            assert agreed.by.person != written.by.person
            said_since = [
                one for one in self.events[agreed.act.to : version.sequence - 1]
                if one.by.side is version.side and isinstance(one.act, Expect)
            ]  # fmt: skip
            assert not said_since, "agreed to what was no longer on the table"

    @invariant()
    def old_versions_never_change(self) -> None:
        """Versions are only ever added, numbered from 1."""
        if self.state:
            assert self.state.versions[: len(self.versions)] == self.versions
            assert [version.number for version in self.state.versions] == list(range(1, len(self.state.versions) + 1))
            self.versions = self.state.versions

    @invariant()
    def what_is_in_force_is_the_last_one_that_nobody_ended(self) -> None:
        """Told from the events alone."""
        last = next((one for one in reversed(self.events) if not isinstance(one.act, Expect)), None)
        expected = self.versions[-1] if last is not None and isinstance(last.act, Agree) else None
        if self.state:
            assert self.state.in_force == expected
            assert (self.state.standing is Standing.IN_FORCE) == (expected is not None)

    @invariant()
    def what_is_offered_can_be_done(self) -> None:
        """`open_acts` is just what the rules accept."""
        if self.state is None:
            return
        for by in SPEAKERS:
            stated = self.state.stated(by.side.other)
            tried = {
                Agree: Agree(to=stated.sequence if stated else 0),
                End: End(words="The work moved."),
                Expect: Expect(expectations=Expectations(words=f"Event {len(self.events)}")),
            }
            for kind, act in tried.items():
                assert (kind in open_acts(self.state, by)) == self._accepted(act, by)

    def _accepted(self, act: Act, by: By) -> bool:
        try:
            decide(self.state, act, by, self.at)
        except Refused:
            return False
        return True


TestBothSides = BothSides.TestCase
