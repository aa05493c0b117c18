"""The acts of a promise: what either side can say or do, with what each carries.

Every act may carry words and files (ids of what was stored). An act says nothing of who or when: `promise.decide` is
given those beside it. The names are those of the API's `{"act": …}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from kept.core.terms import DEFAULT_REOPEN_WINDOW, Answer, Check, Given, Shown, Terms


@dataclass(frozen=True, kw_only=True)
class Act:
    """What every act may carry: words for the other side, and files."""

    name: ClassVar[str]
    words: str = ""
    files: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dated(Act):
    """What gives or takes a date; `shown` is what its author saw of the odds of that date, where anything was known."""

    shown: Shown | None = None


@dataclass(frozen=True, kw_only=True)
class Answering(Act):
    """What can also be said by those who passed an ask on, while nobody has taken it on there.

    `answerable` is the party that answers to the customer for it until then, and for which this is said. Whoever passes
    an ask on stays answerable; nobody does where that is left out, as in what was passed on before Kept knew of it.
    """

    answerable: int | None = None


@dataclass(frozen=True, kw_only=True)
class Opening(Dated):
    """What an ask and an offer have in common: the two parties, the terms, and what their agreement fixes.

    `result` is the provider's result that it is about, where it is one of those listed. `agreement` and
    `agreement_version` name the agreement in force at that moment, `given` is what it asks of a good ask.
    """

    customer: int
    provider: int
    terms: Terms
    private: bool = False
    reopen_window: timedelta = DEFAULT_REOPEN_WINDOW
    result: int | None = None
    agreement: int | None = None
    agreement_version: int | None = None
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ask(Opening):
    """The customer asks for something."""

    name = "ask"


@dataclass(frozen=True, kw_only=True)
class Offer(Opening):
    """The provider offers something unasked."""

    name = "offer"


@dataclass(frozen=True, kw_only=True)
class Promise(Dated):
    """The provider promises what was asked, as it was asked."""

    name = "promise"


@dataclass(frozen=True, kw_only=True)
class Counter(Dated):
    """Other terms instead of those on the table."""

    name = "counter"
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Decline(Act):
    """No, to an ask or an offer."""

    name = "decline"


@dataclass(frozen=True, kw_only=True)
class PassOn(Answering):
    """The ask belongs to another party, whose id is `to`; `answerable` answers for it until it is taken on there."""

    name = "pass_on"
    to: int


@dataclass(frozen=True, kw_only=True)
class Amend(Act):
    """The customer changes an ask that nobody has answered yet."""

    name = "amend"
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Withdraw(Act):
    """The side that made the ask, offer or counter takes it back."""

    name = "withdraw"


@dataclass(frozen=True, kw_only=True)
class Acknowledge(Answering):
    """Seen; the customer hears from the provider by `hear_by`."""

    name = "acknowledge"
    hear_by: datetime


@dataclass(frozen=True, kw_only=True)
class Note(Answering):
    """Words that move nothing; in a private promise the person whose id is `to` may read all of it from then on."""

    name = "note"
    to: int | None = None


@dataclass(frozen=True, kw_only=True)
class Chase(Act):
    """The customer had to ask how it stands."""

    name = "chase"


@dataclass(frozen=True, kw_only=True)
class Accept(Act):
    """Yes: to terms (no answer then), or to a delivery, with the answer to the one question.

    `signed` says that the author wants the provider to see who gave the answer.
    """

    name = "accept"
    answer: Answer | None = None
    signed: bool = False


@dataclass(frozen=True, kw_only=True)
class Deliver(Act):
    """The hand-off: its checklist, and the provider's own answer to the one question.

    `despite` says why it is delivered although something that it relies on is still open.
    """

    name = "deliver"
    easier: Answer
    checklist: tuple[Check, ...] = ()
    despite: str = ""


@dataclass(frozen=True, kw_only=True)
class Renege(Act):
    """The provider gives the promise up; the words say why."""

    name = "renege"


@dataclass(frozen=True, kw_only=True)
class Cancel(Act):
    """The customer no longer needs it."""

    name = "cancel"


@dataclass(frozen=True, kw_only=True)
class Update(Act):
    """An honest word of progress or delay; `expected` is when it is now expected, where that is known."""

    name = "update"
    expected: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Propose(Dated):
    """New terms for a promise that stands; they change nothing until the other side agrees."""

    name = "propose"
    terms: Terms


@dataclass(frozen=True, kw_only=True)
class Agree(Dated):
    """Yes to the new terms that the other side proposed."""

    name = "agree"


@dataclass(frozen=True, kw_only=True)
class Refuse(Act):
    """No to the new terms; those in force stand."""

    name = "refuse"


@dataclass(frozen=True, kw_only=True)
class AskHelp(Act):
    """The provider cannot do it alone; the words say what would help."""

    name = "ask_help"


@dataclass(frozen=True, kw_only=True)
class Escalate(Act):
    """Either side brings in a named person; `to` is that person's id."""

    name = "escalate"
    to: int


@dataclass(frozen=True, kw_only=True)
class HandOver(Act):
    """Inside the provider's team, somebody else takes it on; `to` is that person's id."""

    name = "hand_over"
    to: int


@dataclass(frozen=True, kw_only=True)
class Link(Act):
    """This promise relies on another; `relies_on` is that one's id."""

    name = "link"
    relies_on: int


@dataclass(frozen=True, kw_only=True)
class Return(Act):
    """The delivery goes back; the words say why, `missing` what it lacked."""

    name = "return"
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reopen(Act):
    """What was accepted turns out not to be done; within the agreement's window."""

    name = "reopen"


EVERY_ACT: tuple[type[Act], ...] = (
    Ask, Offer, Promise, Counter, Decline, PassOn, Amend, Withdraw, Acknowledge, Note, Chase, Accept, Deliver, Renege,
    Cancel, Update, Propose, Agree, Refuse, AskHelp, Escalate, HandOver, Link, Return, Reopen,
)  # fmt: skip
BY_NAME: dict[str, type[Act]] = {act.name: act for act in EVERY_ACT}
