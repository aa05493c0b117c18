"""Whom to ask, what is too much, and who was brought in: as the API takes and gives it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kept.api.v1.shapes.base import Asked, Given, Id, Moment, Taken, Words
from kept.api.v1.shapes.parties import PartyRef, PersonRef
from kept.api.v1.shapes.promises import PromiseListed
from kept.promises.brought_in import BroughtIn, Whom
from kept.promises.help import Carried, HelpWith, LaterDate, TooMuch
from kept.promises.whom import Proposal


class WhomWanted(Asked):
    """What is to be asked for, and who asks."""

    words: Annotated[str, Field(min_length=1, max_length=2000, description="What you want to ask for, in words.")]
    customer: Annotated[Id | None, Field(description="Who asks: yourself or a party that you may act for.")] = None


class ToAskOut(Given):
    """A team to ask, and why, each reason in a sentence."""

    team: PartyRef
    reasons: list[str]

    @classmethod
    def of(cls, proposal: Proposal) -> ToAskOut:
        """The proposal."""
        return cls(team=PartyRef.of(proposal.party), reasons=proposal.says)


class CarriedOut(PromiseListed):
    """A promise that is carried. `reasons` say why it stands where it stands, `proposed_due` is a date to begin with.

    `hurt` counts the open promises down the line that wait for it. `barred` says why no new terms can be proposed now,
    "" where they can.
    """

    reasons: list[str]
    proposed_due: Moment
    hurt: int
    hurt_words: str
    barred: str

    @classmethod
    def of_carried(cls, one: Carried) -> CarriedOut:
        """The promise; its parties are read already."""
        listed = PromiseListed.of(one.promise, one.standing)
        return cls(
            **dict(listed), reasons=list(one.why), proposed_due=one.proposed, hurt=one.hurt.count,
            hurt_words=one.hurt.words, barred=one.barred,
        )  # fmt: skip


class CapableOut(Given):
    """What a team has in work (private promises left out), and how many at once it says that it can carry."""

    team: str
    in_work: int
    at_once: int | None
    over: int


class TooMuchOut(Given):
    """What is carried: the promises that could move, in the order in which to renegotiate them; those that cannot be
    renegotiated now; how many there are beyond; and what the teams say that they can carry.
    """

    open: list[CarriedOut]
    barred: list[CarriedOut]
    more: int
    teams: list[CapableOut]

    @classmethod
    def of(cls, found: TooMuch) -> TooMuchOut:
        """All of it."""
        return cls(
            open=[CarriedOut.of_carried(one) for one in found.open],
            barred=[CarriedOut.of_carried(one) for one in found.barred],
            more=found.more,
            teams=[
                CapableOut(team=one.team, in_work=one.in_work, at_once=one.at_once, over=one.over)
                for one in found.teams
            ],
        )


class LaterDateIn(Taken):
    """A later date to propose; `seen` is the `sequence` of the promise that you were looking at."""

    promise: Id
    due: Moment
    seen: Annotated[int, Field(ge=0, le=2**31)]

    def later(self) -> LaterDate:
        """The same for the rules."""
        return LaterDate(self.promise, self.due, self.seen)


class HelpWithIn(Taken):
    """The promise to ask for help with, and what would help."""

    promise: Id
    words: Words

    def wanted(self) -> HelpWith:
        """The same for the rules."""
        return HelpWith(self.promise, self.words)


class ConversationsIn(Taken):
    """Later dates to propose, each to its customer, with the same words; and help to ask for: all of it, or nothing."""

    dates: Annotated[list[LaterDateIn], Field(max_length=100)] = []  # noqa: RUF012 pydantic copies
    words: Words = ""
    help_with: HelpWithIn | None = None


class ToBringInOut(Given):
    """Somebody who could be brought in, and why that person."""

    person: PersonRef
    why: str

    @classmethod
    def of(cls, whom: Whom) -> ToBringInOut:
        """The person."""
        return cls(person=PersonRef.of(whom.person), why=whom.why)


class BroughtInOut(Given):
    """Who was brought into a promise, by whom, with what words; `answered`: they have said something since."""

    promise: Id
    what: str
    person: PersonRef
    by: str
    at: Moment
    words: str
    answered: bool

    @classmethod
    def of(cls, one: BroughtIn) -> BroughtInOut:
        """The call."""
        return cls(
            promise=one.promise.pk, what=one.promise.what, person=PersonRef(id=one.who, name=one.name), by=one.by,
            at=one.at, words=one.words, answered=one.answered,
        )  # fmt: skip


class AnswerIn(Taken):
    """What somebody who was brought in says."""

    words: Words
