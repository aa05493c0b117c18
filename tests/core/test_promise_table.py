"""The table of who may do what when: the code's, the design's and the page's say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from core import life_tables
from core.builders import (
    ACCEPTANCE,
    PROVIDER,
    SPEAKERS,
    Tale,
    accepted,
    ask,
    delivered,
    offer,
    promised,
    sheet,
    well_formed,
)
from core.expected_table import EXPECTED, expected_event
from kept.core import acts
from kept.core.codec import act_from_dict
from kept.core.errors import KeptError, WrongSide, WrongState
from kept.core.promise import decide, evolve, open_acts, replay
from kept.core.state import ENDED, EVENT_NAMES, TABLE, Event, Key, State
from kept.core.terms import Answer, Side
from requirements import needs

PROJECT = Path(__file__).resolve().parents[2]
DESIGN = PROJECT.parent / "shared" / "DESIGN.md"
LATER = sheet(done_when="Every stop has its door code.")


def countered() -> Tale:
    """Asked, and answered with other terms."""
    return Tale(ask()).provider(acts.Counter(terms=LATER))


ROUTES = {
    State.ASKED: lambda: Tale(ask()),
    State.OFFERED: lambda: Tale(offer(), by=PROVIDER),
    State.COUNTERED: countered,
    State.PROMISED: promised,
    State.DELIVERED: delivered,
    State.ACCEPTED: accepted,
    State.DECLINED: lambda: Tale(ask()).provider(acts.Decline()),
    State.WITHDRAWN: lambda: Tale(ask()).customer(acts.Withdraw()),
    State.CANCELLED: lambda: promised().customer(acts.Cancel()),
    State.BROKEN: lambda: promised().provider(acts.Renege(words="The scanner is broken.")),
}
"""The shortest way into each state."""

EVERY_COMBINATION = [(where, side, kind) for where in (None, *State) for side in Side for kind in acts.EVERY_ACT]


def prepared(where: State | None, side: Side, kind: type[acts.Act]) -> Tale:
    """A promise in that state; with terms of the other side on the table, where the act answers such."""
    tale = ROUTES[where]() if where else Tale()
    if where is State.PROMISED and kind in (acts.Agree, acts.Refuse):
        tale.does(acts.Propose(terms=LATER), SPEAKERS[side.other])
    return tale


def test_the_table_is_the_one_that_was_meant():
    assert {key: move.to for key, move in TABLE.items()} == EXPECTED
    assert {key: move.event for key, move in TABLE.items()} == {key: expected_event(*key) for key in EXPECTED}


@pytest.mark.parametrize(("where", "side", "kind"), EVERY_COMBINATION)
def test_what_the_table_says_can_be_done_and_nothing_else(where, side, kind):
    tale = prepared(where, side, kind)
    before = replay(tale.events)
    act = well_formed(kind, before, tale.at)
    to = EXPECTED.get((where, side, kind))
    if to is None:
        with pytest.raises(WrongSide if (where, side.other, kind) in EXPECTED else WrongState):
            decide(before, act, SPEAKERS[side], tale.at)
        return
    (event,) = decide(before, act, SPEAKERS[side], tale.at)
    assert event == Event(expected_event(where, side, kind), tale.at, SPEAKERS[side], act)
    assert evolve(before, event).state is to


def test_every_state_can_be_reached():
    assert {route().state.state for route in ROUTES.values()} == set(State)


def test_ended_are_the_five_that_nothing_but_reopening_leads_out_of():
    led_out = {where for (where, _, kind), move in TABLE.items() if where is not move.to and kind is not acts.Reopen}
    assert frozenset(set(State) - led_out) == ENDED
    assert [state for state in State if state.ended] == [state for state in State if state in ENDED]


def test_open_acts_come_in_the_order_of_the_table():
    state = promised().state
    order = [kind for (where, side, kind) in TABLE if where is State.PROMISED and side is Side.PROVIDER]
    assert list(open_acts(state, Side.PROVIDER, state.last_at)) == [
        kind for kind in order if kind not in (acts.Agree, acts.Refuse)
    ]


def test_every_act_has_a_name_of_its_own_and_an_event():
    assert len(acts.BY_NAME) == len(acts.EVERY_ACT)
    assert {kind for (_, _, kind) in TABLE} == set(acts.EVERY_ACT)
    assert all(re.fullmatch(r"promise\.[a-z]+(_[a-z]+)*", name) for name in EVENT_NAMES)


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_page_says_what_the_rules_say():
    page = life_tables.PAGE.read_text(encoding="utf-8")
    assert life_tables.written(page) == page, "Run: python tests/core/life_tables.py"


def test_the_page_names_every_state_act_and_event():
    page = life_tables.PAGE.read_text(encoding="utf-8")
    assert [state for state in State if f"\n| {state} |" not in page] == []
    assert [name for name in acts.BY_NAME if f"\n| `{name}` |" not in page] == []
    assert [name for name in EVENT_NAMES if f"`{name}`" not in page] == []


def test_the_pages_example_is_an_act():
    page = life_tables.PAGE.read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)\n```", page, flags=re.DOTALL)
    assert isinstance(act_from_dict(json.loads(example)), acts.Counter)


def test_a_page_without_its_markers_is_not_passed_over():
    with pytest.raises(ValueError, match="markers"):
        life_tables.written("# The life of a promise\n")


# --- the design ---------------------------------------------------------------------------------------------------

BOTH_NOTE = {(side, "note") for side in Side}
STAYING = {
    "": set(),
    "note": BOTH_NOTE,
    "note, chase": BOTH_NOTE | {(Side.CUSTOMER, "chase")},
    'P acknowledge (with "you hear from me by"), note, chase': BOTH_NOTE
    | {(Side.PROVIDER, "acknowledge"), (Side.CUSTOMER, "chase")},
    "note; C reopen within the agreement's window → promised, as a return": BOTH_NOTE,
    "P update": {(Side.PROVIDER, "update")},
    "either proposes new terms; the other agrees (the terms change) or refuses (the old ones stand)": {
        (side, name) for side in Side for name in ("propose", "agree", "refuse")
    },
    "P asks for help": {(Side.PROVIDER, "ask_help")},
    "either escalates to a named person": {(side, "escalate") for side in Side},
    "P hands over inside the team": {(Side.PROVIDER, "hand_over")},
    "either links what it relies on": {(side, "link") for side in Side},
    "C chase": {(Side.CUSTOMER, "chase")},
}
"""What the third column of the design's table means; words that are not here fail the test instead of being skipped."""


def designed(text: str) -> dict[Key, State]:
    """The design's table, read as the code's; the reopening of what was not accepted is left out (decision 3)."""
    table: dict[Key, State] = {}
    section = text.split("## 2. The life of a promise")[1].split("\n## ", maxsplit=1)[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in section.splitlines() if line[:1] == "|"][2:]
    for names, moving, staying in rows:
        for name in names.split(", "):
            where = None if name == "—" else State(name)
            for entry in () if moving == "—" else moving.split(" · "):
                found = re.fullmatch(r"([CP]) ([a-z ]+)(?:, [^→]+)? → ([a-z]+)(?:, .*)?", entry)
                assert found, f"The design's “{entry}” cannot be read."
                side = Side.CUSTOMER if found[1] == "C" else Side.PROVIDER
                table[where, side, acts.BY_NAME[found[2].replace(" ", "_")]] = State(found[3])
            for entry in staying.split(" · "):
                for side, act in STAYING[entry]:
                    assert where is not None
                    table[where, side, acts.BY_NAME[act]] = where
            if "C reopen" in staying and where is State.ACCEPTED:
                table[where, Side.CUSTOMER, acts.Reopen] = State.PROMISED
    return table


def test_the_design_allows_just_what_the_table_does():
    needs("shared", DESIGN.is_file(), "The design's table was not compared: put DESIGN.md into ../shared.")
    assert designed(DESIGN.read_text(encoding="utf-8")) == {key: move.to for key, move in TABLE.items()}


# --- only what was accepted can be reopened -----------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(ENDED - {State.ACCEPTED}))
def test_what_was_never_accepted_is_asked_anew_instead(state):
    tale = ROUTES[state]()
    with pytest.raises(KeptError, match=f"This is {state} now, so “reopen” is not possible."):
        tale.customer(acts.Reopen(words="We do need it after all."))
    assert tale.customer(acts.Note(words="We asked anew.")).state.state is state


def test_what_was_accepted_goes_on_where_it_was_when_it_is_reopened():
    first = accepted()
    again = first.customer(acts.Reopen(words="The third stop was wrong.")).state
    assert (again.state, again.terms, again.reworks) == (State.PROMISED, first.state.first_terms, 1)
    assert first.provider(acts.Deliver(easier=Answer.EASIER)).customer(ACCEPTANCE).state.state is State.ACCEPTED
