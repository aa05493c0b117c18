"""Promises as the API gives them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from kept.api.v1.shapes.advice import OutlookOut
from kept.api.v1.shapes.base import Given, Id, Moment, Paged
from kept.api.v1.shapes.parties import PartyRef, PersonRef
from kept.core import acts, terms
from kept.core.state import PromiseState, State
from kept.promises.clocks import Clock
from kept.promises.filters import Wanted
from kept.promises.models import Promise
from kept.promises.queries import Item
from kept.promises.standing import Standing
from kept.promises.telling import Told, as_data

StateName = Annotated[str, Field(json_schema_extra={"enum": [str(state) for state in State]})]
SideName = Literal["customer", "provider"]
ActName = Annotated[str, Field(json_schema_extra={"enum": [act.name for act in acts.EVERY_ACT]})]


class TermsOut(Given):
    """What, by when, done when."""

    what: str
    due: Moment
    done_when: str

    @classmethod
    def of(cls, agreed: terms.Terms) -> TermsOut:
        """The terms."""
        return cls(what=agreed.what, due=agreed.due, done_when=agreed.done_when)


class ProposalOut(Given):
    """Terms that one side has put on the table."""

    terms: TermsOut
    side: SideName
    at: Moment


class SignOut(Given):
    """One thing that holds of a promise, and why, in one sentence."""

    word: str
    why: str
    since: Moment | None


class StandingOut(Given):
    """How a promise stands. `word` is late, at risk, silent, waiting on, kept, broken, or the state itself.

    `expected` is when an open promise is to be expected, where that is not its date; `word_by` when the next word is
    owed, where that is soon or has passed.
    """

    word: str
    why: str
    signs: list[SignOut]
    expected: Moment | None
    word_by: Moment | None

    @classmethod
    def of(cls, stands: Standing) -> StandingOut:
        """The standing."""
        signs = [SignOut(word=sign.word, why=sign.why, since=sign.since) for sign in stands.signs]
        return cls(
            word=stands.word, why=stands.why, signs=signs, expected=stands.expected, word_by=stands.word_by
        )  # fmt: skip


class PromiseListed(Given):
    """A promise in a list. `what`, `due` and `done_when` are in force, or on the table where nothing is yet."""

    id: Id
    state: StateName
    what: str
    due: Moment
    done_when: str
    customer: PartyRef
    provider: PartyRef
    asker: PartyRef | None
    responsible: PersonRef | None
    private: bool
    result: Id | None
    agreement: Id | None
    agreement_version: int | None
    proposed_by: SideName | None
    opened_at: Moment
    promised_at: Moment | None
    delivered_at: Moment | None
    ended_at: Moment | None
    reworks: int
    chases: int
    needs_help: bool
    outcome: Literal["kept", "broken"] | None
    kept_as_first_promised: bool | None
    sequence: int
    standing: StandingOut

    @classmethod
    def of(cls, promise: Promise, stands: Standing) -> PromiseListed:
        """The row; its parties are read already."""
        return cls(**listed(promise, stands))


class PromiseOut(PromiseListed):
    """A promise in full: the terms in force, those on the table, and what the caller may do now (`sides`, `acts`).

    `outlook` is what the past says of it while it is open and something is known.
    `sequence` counts its events: send it as `seen` with the next act.
    """

    view: Literal["full"] = "full"
    terms: TermsOut | None
    first_terms: TermsOut | None
    proposed: ProposalOut | None
    heard_at: Moment | None
    hear_by: Moment | None
    outlook: OutlookOut | None
    sides: list[SideName]
    acts: list[ActName]


class PromiseOutline(Given):
    """A promise up or down the chain of one that the caller sees: its two parties, its state and its dates, no more."""

    view: Literal["outline"] = "outline"
    id: Id
    state: StateName
    customer: PartyRef
    provider: PartyRef
    due: Moment
    first_due: Moment | None
    expected: Moment | None
    delivered_at: Moment | None
    standing: StandingOut


class EventBy(Given):
    """Who acted, for which side."""

    id: Id
    name: str
    side: SideName


class EventOut(Given):
    """One event of the ledger. `act` is the act as it was sent; `withheld` names what of it is not for the caller."""

    sequence: int
    name: Annotated[str, Field(description="What happened, in the past tense: `promise.asked`.")]
    at: Moment
    by: EventBy
    act: dict[str, Any]
    withheld: list[str]

    @classmethod
    def of(cls, told: Told, names: dict[int, str]) -> EventOut:
        """The event; `names` are those of the parties, by id."""
        return cls(**as_data(told, names))


class ClockOut(Given):
    """How long a party had it, in its own working time."""

    side: SideName
    party: PartyRef
    seconds: float
    words: str

    @classmethod
    def of(cls, clock: Clock) -> ClockOut:
        """The clock."""
        party = PartyRef.of(clock.party)
        return cls(side=clock.side.value, party=party, seconds=clock.time.total_seconds(), words=clock.words)


class ChainLinked(Given):
    """A promise of a chain. `what` is null where the caller sees its dates and parties alone."""

    id: Id
    state: StateName
    what: str | None
    customer: PartyRef
    provider: PartyRef
    due: Moment
    standing: StandingOut
    relies_on: list[Id]


class ChainOut(Given):
    """The chain of a promise: all promises that it relies on and that rely on it, as far as the caller may know."""

    promises: list[ChainLinked]


class DeskItem(PromiseListed):
    """A promise on the desk. `need` is what it asks of me; `hurt` how many open promises down the line wait for it."""

    need: str
    hurt: int
    hurt_words: str

    @classmethod
    def of_item(cls, item: Item) -> DeskItem:
        """The item."""
        more = {"need": item.need, "hurt": item.hurt.count, "hurt_words": item.hurt.words}
        return cls(**listed(item.promise, item.standing), **more)  # type: ignore[arg-type]


class DeskList(Given):
    """One list of the desk: the first items, and how many there are in all."""

    items: list[DeskItem]
    total: int


class DeskOut(Given):
    """What needs my answer, what I owe, what I await, and what lies with the other side."""

    answers: DeskList
    owed: DeskList
    awaited: DeskList
    with_them: DeskList


class PromisesWanted(Paged):
    """Which promises to list, of those that the caller sees in full."""

    sort: Annotated[
        Literal["newest", "due"], Field(description="Newest first, or by date, the soonest first.")
    ] = "newest"  # fmt: skip
    state: Annotated[list[State], Field(description="In one of these states.")] = []  # noqa: RUF012 pydantic copies
    open: Annotated[bool | None, Field(description="The conversation is not over.")] = None
    side: Annotated[SideName | None, Field(description="Those in which I may act for this side.")] = None
    mine: Annotated[bool | None, Field(description="I asked for it, or I have it.")] = None
    party: Annotated[Id | None, Field(description="This party on either side.")] = None
    customer: Annotated[Id | None, Field(description="For this customer.")] = None
    provider: Annotated[Id | None, Field(description="By this provider.")] = None
    result: Annotated[Id | None, Field(description="About this result.")] = None
    agreement: Annotated[Id | None, Field(description="Under this agreement.")] = None
    late: Annotated[bool | None, Field(description="Promised, and its date has passed.")] = None
    waiting: Annotated[bool | None, Field(description="Something that it relies on is still open.")] = None
    needs_help: Annotated[bool | None, Field(description="Whoever has it said that they need help.")] = None
    private: Annotated[bool | None, Field(description="Private ones, or the others.")] = None
    words: Annotated[str, Field(max_length=200, description="What it is about holds these words.")] = ""
    due_from: Annotated[Moment | None, Field(description="Its date is this moment or later.")] = None
    due_before: Annotated[Moment | None, Field(description="Its date is before this moment.")] = None
    opened_from: Annotated[Moment | None, Field(description="Asked or offered at this moment or later.")] = None
    opened_before: Annotated[Moment | None, Field(description="Asked or offered before this moment.")] = None

    def wanted(self) -> Wanted:
        """The same for the query."""
        said = self.model_dump(exclude={"cursor", "limit", "sort", "state", "side"})
        return Wanted(states=self.state, side=terms.Side(self.side) if self.side else None, **said)


class Found(Given):
    """What a search found: the first promises (how many in all), and the first parties."""

    promises: list[PromiseListed]
    promises_in_all: int
    parties: list[PartyRef]


def listed(promise: Promise, stands: Standing) -> dict[str, Any]:
    """What a promise shows everywhere; its parties are read already."""
    return {
        "id": promise.pk,
        "state": promise.state,
        "what": promise.what,
        "due": promise.due,
        "done_when": promise.done_when,
        "customer": PartyRef.of(promise.customer),
        "provider": PartyRef.of(promise.provider),
        "asker": PartyRef.of(promise.asker) if promise.asker else None,
        "responsible": PersonRef.of(promise.responsible) if promise.responsible else None,
        "private": promise.private,
        "result": promise.result_id,
        "agreement": promise.agreement_id,
        "agreement_version": promise.agreement_version,
        "proposed_by": promise.proposed_by or None,
        "opened_at": promise.opened_at,
        "promised_at": promise.promised_at,
        "delivered_at": promise.delivered_at,
        "ended_at": promise.ended_at,
        "reworks": promise.reworks,
        "chases": promise.chases,
        "needs_help": promise.needs_help,
        "outcome": promise.outcome or None,
        "kept_as_first_promised": promise.kept_as_first_promised,
        "sequence": promise.sequence,
        "standing": StandingOut.of(stands),
    }


def terms_of(state: PromiseState) -> dict[str, Any]:
    """The terms of a promise: in force, first in force, on the table."""
    proposed = state.proposed
    return {
        "terms": TermsOut.of(state.terms) if state.terms else None,
        "first_terms": TermsOut.of(state.first_terms) if state.first_terms else None,
        "proposed": ProposalOut(terms=TermsOut.of(proposed.terms), side=proposed.side.value, at=proposed.at)
        if proposed and not state.state.ended
        else None,
    }
