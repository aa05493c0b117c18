"""Complaints and thanks, as the API takes and gives them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from kept.api.v1.shapes.base import Given, Id, Moment, Paged, Taken, Words
from kept.api.v1.shapes.parties import PartyRef, PersonRef
from kept.complaints.models import Complaint, Thanks


class ThanksOut(Given):
    """What a customer said of a provider, about a promise or about none (null).

    `by` is a person, or an outside customer. `heard_at`, `heard_by` and `answer` are there once the provider's side
    has heard it.
    """

    id: Id
    customer: PartyRef
    provider: PartyRef
    promise: Id | None
    by: PartyRef
    words: str
    at: Moment
    heard_at: Moment | None
    heard_by: PersonRef | None
    answer: str

    @classmethod
    def of(cls, thanks: Thanks) -> ThanksOut:
        """The thanks; the parties are read already."""
        return cls(**_said(thanks))


class ComplaintOut(ThanksOut):
    """The same of what went wrong. `hear_by` is when the customer hears about it, where that was agreed; `remedy` the
    promise that is to make it good again (null: none).
    """

    hear_by: Moment | None
    remedy: Id | None

    @classmethod
    def of(cls, complaint: Complaint) -> ComplaintOut:  # type: ignore[override]  # a complaint is no thanks
        """The complaint; the parties are read already."""
        return cls(**_said(complaint), hear_by=complaint.hear_by, remedy=complaint.remedy_id)


def _said(row: Complaint | Thanks) -> dict[str, Any]:
    return {
        "id": row.pk,
        "customer": PartyRef.of(row.customer),
        "provider": PartyRef.of(row.provider),
        "promise": row.promise_id,
        "by": PartyRef.of(row.by),
        "words": row.words,
        "at": row.at,
        "heard_at": row.acknowledged_at,
        "heard_by": PersonRef.of(row.acknowledged_by) if row.acknowledged_by else None,
        "answer": row.answer,
    }


class SaidWanted(Paged):
    """Which of those that the caller sees."""

    promise: Annotated[Id | None, Field(description="About this promise.")] = None
    to_hear: Annotated[bool, Field(description="Only what was said to us, and nobody of us has heard yet.")] = False


class SayAbout(Taken):
    """What somebody wants to say about a promise."""

    words: Words


class SayTo(Taken):
    """What somebody wants to say to a provider for a customer, about nothing in particular."""

    customer: Annotated[Id, Field(description="For whom it is said: yourself, or a party that you may act for.")]
    provider: Annotated[Id, Field(description="To whom: a person or a team.")]
    words: Words


class AboutIn(Taken):
    """Which promise a complaint is about."""

    promise: Annotated[Id, Field(description="A promise between the same two.")]


class HearIn(Taken):
    """What happens now. Thanks may be heard without words."""

    words: Words = ""
