"""When a team works and what it carries, as the API takes and gives it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from kept.api.v1.shapes.base import Day, Given, Id, Moment, Taken
from kept.api.v1.shapes.customers import Other
from kept.api.v1.shapes.parties import PartyRef, PersonRef
from kept.core.statistics import Share
from kept.people.models import SpecialDay
from kept.promises.carrying import Carried, ForCustomer
from kept.promises.meeting import Stranger

Line = Annotated[
    str, Field(max_length=200, description="Such as `08:00-12:00, 13:00-17:00`; empty where closed.")
]  # fmt: skip
Week = Annotated[list[Line], Field(min_length=7, max_length=7, description="Seven lines, Monday first.")]


class ShareOut(Given):
    """`count` of `n`, with the interval in which the true share lies (95 %); all from 0 to 1. Of nothing it is null."""

    value: float | None
    count: int
    n: int
    low: float
    high: float

    @classmethod
    def of(cls, share: Share) -> ShareOut:
        """The share."""
        return cls(value=share.value, count=share.count, n=share.n, low=share.low, high=share.high)


class SpecialDayOut(Given):
    """A day on which a team works otherwise: closed, or at hours of its own."""

    day: Day
    hours: Line
    words: str

    @classmethod
    def of(cls, row: SpecialDay) -> SpecialDayOut:
        """The day."""
        hours = ", ".join("-".join(pair) for pair in row.hours)
        return cls(day=row.day, hours=hours, words=row.words)


class DayOff(Given):
    """A public holiday."""

    day: Day
    name: str


class HoursOut(Given):
    """When a team works. `source` is the team whose hours these are: itself or one above; null: the usual ones."""

    zone: str
    week: Week
    country: str
    region: str
    words: str
    source: PartyRef | None
    special_days: list[SpecialDayOut]
    days_off: list[DayOff]
    may_change: bool


class HoursIn(Taken):
    """A week's hours, the time zone, and whose public holidays."""

    zone: Annotated[str, Field(max_length=64, description="Such as Europe/Berlin.")]
    week: Week
    country: Annotated[str, Field(max_length=3)] = ""
    region: Annotated[str, Field(max_length=10)] = ""


class SpecialDayIn(Taken):
    """How the team works on that day."""

    hours: Line = ""
    words: Annotated[str, Field(max_length=100)] = ""


class CapacityIn(Taken):
    """What a team says that it can carry: promises in work at once, deliveries a week; null where it does not say."""

    at_once: Annotated[int | None, Field(ge=0, le=9999)] = None
    a_week: Annotated[float | None, Field(ge=0, le=99999, multiple_of=0.5)] = None


class ForCustomerOut(Given):
    """What one customer gets of a team's work, beside the agreed share."""

    customer: PartyRef
    in_work: int
    delivered: int
    share: ShareOut
    agreed: float | None
    verdict: Literal["", "more than agreed", "less than agreed"]

    @classmethod
    def of(cls, one: ForCustomer) -> ForCustomerOut:
        """The customer's part."""
        customer = PartyRef(id=one.party_id, kind=one.kind, name=one.name)  # type: ignore[arg-type]
        said: dict[str, Any] = {
            "customer": customer, "in_work": one.in_work, "delivered": one.delivered, "share": ShareOut.of(one.share),
            "agreed": one.agreed, "verdict": one.verdict,
        }  # fmt: skip
        return cls(**said)


class CapacityOut(Given):
    """What a team says that it can carry, beside what it does: of deliveries the mean of the last weeks."""

    at_once: int | None
    a_week: float | None
    said_by: PersonRef | None
    said_at: Moment | None
    waiting: int
    in_work: int
    late: int
    delivered_a_week: float
    customers: list[ForCustomerOut]

    @classmethod
    def customers_of(cls, found: Carried) -> list[ForCustomerOut]:
        """By customer."""
        return [ForCustomerOut.of(one) for one in found.customers]


class StrangerOut(Given):
    """Somebody affected whom the team never talked to, and the path by which its work reaches them."""

    party: PartyRef
    path: list[Other]

    @classmethod
    def of(cls, stranger: Stranger) -> StrangerOut:
        """The stranger."""
        return cls(party=PartyRef.of(stranger.party), path=[Other.of(who) for who in stranger.way.path])


class VisitIn(Taken):
    """Whom to visit."""

    other: Id
