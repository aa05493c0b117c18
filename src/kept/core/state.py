"""Where a promise can stand, who may do what there, and all that the rules know of one promise.

`TABLE` is the whole of who may do what when; `promise.decide`, the pages, the API and the docs are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kept.core import acts
from kept.core.terms import Answer, By, Proposal, Side, Terms


class State(StrEnum):
    """Where a promise stands. Late, silent, at risk and waiting-on are derived, never states."""

    ASKED = "asked"
    OFFERED = "offered"
    COUNTERED = "countered"
    PROMISED = "promised"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    BROKEN = "broken"

    @property
    def ended(self) -> bool:
        """Whether the conversation is over."""
        return self in ENDED


ENDED = frozenset({State.ACCEPTED, State.DECLINED, State.WITHDRAWN, State.CANCELLED, State.BROKEN})


@dataclass(frozen=True, slots=True)
class Move:
    """What an act of the table does: the state after it, and the name of the event that tells of it."""

    to: State
    event: str


C, P = Side.CUSTOMER, Side.PROVIDER
Key = tuple[State | None, Side, type[acts.Act]]


def _either(state: State, act: type[acts.Act], event: str) -> dict[Key, Move]:
    return {(state, side, act): Move(state, event) for side in Side}


TABLE: dict[Key, Move] = {
    (None, C, acts.Ask): Move(State.ASKED, "promise.asked"),
    (None, P, acts.Offer): Move(State.OFFERED, "promise.offered"),
    (State.ASKED, P, acts.Promise): Move(State.PROMISED, "promise.promised"),
    (State.ASKED, P, acts.Counter): Move(State.COUNTERED, "promise.countered"),
    (State.ASKED, P, acts.Decline): Move(State.DECLINED, "promise.declined"),
    (State.ASKED, P, acts.PassOn): Move(State.ASKED, "promise.passed_on"),
    (State.ASKED, P, acts.Acknowledge): Move(State.ASKED, "promise.acknowledged"),
    (State.ASKED, C, acts.Amend): Move(State.ASKED, "promise.amended"),
    (State.ASKED, C, acts.Withdraw): Move(State.WITHDRAWN, "promise.withdrawn"),
    (State.ASKED, C, acts.Chase): Move(State.ASKED, "promise.chased"),
    (State.OFFERED, C, acts.Accept): Move(State.PROMISED, "promise.terms_accepted"),
    (State.OFFERED, C, acts.Counter): Move(State.ASKED, "promise.countered"),
    (State.OFFERED, C, acts.Decline): Move(State.DECLINED, "promise.declined"),
    (State.OFFERED, P, acts.Withdraw): Move(State.WITHDRAWN, "promise.withdrawn"),
    (State.COUNTERED, C, acts.Accept): Move(State.PROMISED, "promise.terms_accepted"),
    (State.COUNTERED, C, acts.Counter): Move(State.ASKED, "promise.countered"),
    (State.COUNTERED, C, acts.Withdraw): Move(State.WITHDRAWN, "promise.withdrawn"),
    (State.COUNTERED, P, acts.Withdraw): Move(State.DECLINED, "promise.declined"),
    (State.PROMISED, P, acts.Deliver): Move(State.DELIVERED, "promise.delivered"),
    (State.PROMISED, P, acts.Renege): Move(State.BROKEN, "promise.reneged"),
    (State.PROMISED, P, acts.Update): Move(State.PROMISED, "promise.updated"),
    (State.PROMISED, P, acts.AskHelp): Move(State.PROMISED, "promise.help_asked"),
    (State.PROMISED, P, acts.HandOver): Move(State.PROMISED, "promise.handed_over"),
    (State.PROMISED, C, acts.Cancel): Move(State.CANCELLED, "promise.cancelled"),
    (State.PROMISED, C, acts.Chase): Move(State.PROMISED, "promise.chased"),
    **_either(State.PROMISED, acts.Propose, "promise.terms_proposed"),
    **_either(State.PROMISED, acts.Agree, "promise.terms_changed"),
    **_either(State.PROMISED, acts.Refuse, "promise.terms_refused"),
    **_either(State.PROMISED, acts.Escalate, "promise.escalated"),
    **_either(State.PROMISED, acts.Link, "promise.linked"),
    (State.DELIVERED, C, acts.Accept): Move(State.ACCEPTED, "promise.accepted"),
    (State.DELIVERED, C, acts.Return): Move(State.PROMISED, "promise.returned"),
    (State.DELIVERED, C, acts.Chase): Move(State.DELIVERED, "promise.chased"),
    (State.ACCEPTED, C, acts.Reopen): Move(State.PROMISED, "promise.reopened"),
    **{key: move for state in State for key, move in _either(state, acts.Note, "promise.noted").items()},
}
EVENT_NAMES = frozenset(move.event for move in TABLE.values())


@dataclass(frozen=True, slots=True)
class Event:
    """An accepted act, as the ledger keeps it."""

    name: str
    at: datetime
    by: By
    act: acts.Act

    @property
    def is_word(self) -> bool:
        """Whether the customer hears from the provider by it: by every act of theirs but a link, which tells nothing
        of how it stands, and which the customer need not be able to see."""
        return self.by.side is Side.PROVIDER and not isinstance(self.act, acts.Link)


@dataclass(frozen=True, slots=True)
class PassedOn:
    """An ask that was passed on and is not taken on yet: who stays answerable to the customer, and since when."""

    party: int
    person: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PromiseState:
    """Everything that the rules need to know of a promise; replaying its events gives it.

    Parties, persons, results, agreements and promises are ids; `asker` is who speaks for the customer (a person, or an
    outside customer for itself), `responsible` the person who has it on the provider's side. `sequence` counts the
    events; `moved` is the sequence of the last one that changed the state, the terms or what is on the table: an actor
    who has not seen that one is overtaken. `dated_at` is when the provider last said by when: by agreeing to a date, or
    by naming an expected one. `answerable` is who passed the ask on, until it is taken on there;
    `chases_passed` are those of the chases that fell into such a time.
    """

    state: State
    customer: int
    provider: int
    opened_at: datetime
    last_at: datetime
    reopen_window: timedelta
    private: bool = False
    result: int | None = None
    agreement: int | None = None
    agreement_version: int | None = None
    sequence: int = 0
    moved: int = 0
    terms: Terms | None = None
    first_terms: Terms | None = None
    proposed: Proposal | None = None
    asker: int | None = None
    responsible: int | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    ended_at: datetime | None = None
    heard_at: datetime | None = None
    hear_by: datetime | None = None
    expected: datetime | None = None
    dated_at: datetime | None = None
    reworks: int = 0
    chases: int = 0
    chases_passed: int = 0
    needs_help: bool = False
    date_moved_late: bool = False
    passed_on_by: tuple[int, ...] = ()
    answerable: PassedOn | None = None
    relies_on: tuple[int, ...] = ()
    provider_answer: Answer | None = None
    customer_answer: Answer | None = None

    @property
    def answerable_party(self) -> int:
        """Who answers to the customer: the provider, or who passed the ask on while it is not taken on there."""
        return self.answerable.party if self.answerable else self.provider
