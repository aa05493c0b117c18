"""Who may do what when, written a second time and by hand, in the words of the design.

The rules are compared with this, not with themselves. `C` is the customer's side, `P` the provider's; an act without an
arrow leaves the state as it is.
"""

from __future__ import annotations

from kept.core import acts
from kept.core.state import Key, State
from kept.core.terms import Side

IN_WORDS = {
    "": "C ask → asked · P offer → offered",
    "asked": "P promise → promised · P counter → countered · P decline → declined · P pass_on → asked · C amend → asked"
    " · C withdraw → withdrawn · P acknowledge · C note · P note · C chase",
    "offered": "C accept → promised · C counter → asked · C decline → declined · P withdraw → withdrawn"
    " · C note · P note",
    "countered": "C accept → promised · C counter → asked · C withdraw → withdrawn · P withdraw → declined"
    " · C note · P note",
    "promised": "P deliver → delivered · P renege → broken · C cancel → cancelled · P update · C propose · P propose"
    " · C agree · P agree · C refuse · P refuse · P ask_help · C escalate · P escalate · P hand_over · C link · P link"
    " · C chase · C note · P note",
    "delivered": "C accept → accepted · C return → promised · C note · P note · C chase",
    "accepted": "C reopen → promised · C note · P note",
    "declined": "C note · P note",
    "withdrawn": "C note · P note",
    "cancelled": "C note · P note",
    "broken": "C note · P note",
}
SIDES = {"C": Side.CUSTOMER, "P": Side.PROVIDER}


def _read() -> dict[Key, State]:
    table: dict[Key, State] = {}
    for where, row in IN_WORDS.items():
        state = State(where) if where else None
        for entry in row.split(" · "):
            doing, _, to = entry.partition(" → ")
            side, name = doing.split(" ")
            table[state, SIDES[side], acts.BY_NAME[name]] = State(to or where)
    return table


EXPECTED = _read()
EXPECTED_EVENTS = {
    "ask": "promise.asked",
    "offer": "promise.offered",
    "promise": "promise.promised",
    "counter": "promise.countered",
    "decline": "promise.declined",
    "pass_on": "promise.passed_on",
    "amend": "promise.amended",
    "withdraw": "promise.withdrawn",
    "acknowledge": "promise.acknowledged",
    "note": "promise.noted",
    "chase": "promise.chased",
    "accept": "promise.terms_accepted",
    "deliver": "promise.delivered",
    "renege": "promise.reneged",
    "cancel": "promise.cancelled",
    "update": "promise.updated",
    "propose": "promise.terms_proposed",
    "agree": "promise.terms_changed",
    "refuse": "promise.terms_refused",
    "ask_help": "promise.help_asked",
    "escalate": "promise.escalated",
    "hand_over": "promise.handed_over",
    "link": "promise.linked",
    "return": "promise.returned",
    "reopen": "promise.reopened",
}
"""The name of the event by the name of the act, but for the two below."""


def expected_event(where: State | None, side: Side, kind: type[acts.Act]) -> str:
    """The name of the event that tells of this act."""
    if where is State.DELIVERED and kind is acts.Accept:
        return "promise.accepted"
    if where is State.COUNTERED and side is Side.PROVIDER and kind is acts.Withdraw:
        return "promise.declined"
    return EXPECTED_EVENTS[kind.name]
