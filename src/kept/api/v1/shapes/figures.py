"""Figures, the questions of a quarter and the map, as the API takes and gives them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from kept.api.v1.shapes.base import Asked, Day, Given, Id, Moment, Taken
from kept.api.v1.shapes.parties import PartyRef
from kept.api.v1.shapes.promises import PromiseListed
from kept.api.v1.shapes.teams import ShareOut
from kept.promises.figures.answers import Counted, Pulse, Signed
from kept.promises.figures.behind import FIGURES
from kept.promises.figures.figures import Figures
from kept.promises.figures.periods import Period
from kept.promises.figures.pulses import PulseDue

Says = Literal["yes", "partly", "no"]
FigureName = Annotated[str, Field(json_schema_extra={"enum": sorted(FIGURES)})]


class PeriodOut(Given):
    """From `start` up to, not including, `end`."""

    start: Moment
    end: Moment
    name: str
    key: str

    @classmethod
    def of(cls, period: Period) -> PeriodOut:
        """The period."""
        return cls(start=period.start, end=period.end, name=period.name, key=period.key)


class CountedOut(Given):
    """How often each word was said. Of pulses `easier` counts the yes."""

    easier: int
    partly: int
    no: int
    share: ShareOut

    @classmethod
    def of(cls, counted: Counted) -> CountedOut:
        """The counts."""
        share = ShareOut.of(counted.share)
        return cls(easier=counted.easier, partly=counted.partly, no=counted.no, share=share)


class PulseOut(Given):
    """The three questions of a quarter: can I trust them, can I count on them, do they care."""

    trust: CountedOut
    count_on: CountedOut
    care: CountedOut

    @classmethod
    def of(cls, pulse: Pulse) -> PulseOut:
        """The answers."""
        return cls(
            trust=CountedOut.of(pulse.trust), count_on=CountedOut.of(pulse.count_on), care=CountedOut.of(pulse.care)
        )  # fmt: skip


class FiguresOut(Given):
    """How promises were kept; docs/figures.md has the formula of each. Answers stand in sums of five and more alone."""

    kept: ShareOut
    kept_as_first_promised: ShareOut
    kept_of_all_due: ShareOut
    returned: ShareOut
    unchased: ShareOut
    chases_each: float | None
    left_hanging: ShareOut
    never_silent: ShareOut
    silent_seconds_each: float | None
    customers_say: CountedOut
    providers_say: CountedOut
    gap: int | None
    pulse: PulseOut

    @classmethod
    def of(cls, figures: Figures) -> FiguresOut:
        """The figures."""
        mean = figures.quiet.mean
        return cls(
            kept=ShareOut.of(figures.kept),
            kept_as_first_promised=ShareOut.of(figures.first),
            kept_of_all_due=ShareOut.of(figures.of_all_due),
            returned=ShareOut.of(figures.returned),
            unchased=ShareOut.of(figures.unchased),
            chases_each=figures.chases_each,
            left_hanging=ShareOut.of(figures.left_hanging),
            never_silent=ShareOut.of(figures.quiet.share),
            silent_seconds_each=mean.total_seconds() if mean is not None else None,
            customers_say=CountedOut.of(figures.told.customers),
            providers_say=CountedOut.of(figures.told.providers),
            gap=figures.told.gap,
            pulse=PulseOut.of(figures.pulse),
        )


class SignedOut(Given):
    """An answer with its author's name under it."""

    promise: Id
    what: str
    author: str
    answer: str
    provider_answer: str
    at: Moment

    @classmethod
    def of(cls, signed: Signed) -> SignedOut:
        """The answer."""
        return cls(
            promise=signed.promise, what=signed.what, author=signed.author, answer=signed.answer,
            provider_answer=signed.provider_answer, at=signed.at,
        )  # fmt: skip


class TieFigures(Given):
    """The figures of one customer's tie."""

    customer: PartyRef
    figures: FiguresOut


class FiguresPage(Given):
    """The figures of a period: in all, by customer, and the signed answers in promises that the caller sees.

    `own_side`: of one tie, everything that the caller's own side answered; null for those with a foot on the other.
    """

    period: PeriodOut
    figures: FiguresOut
    customers: list[TieFigures]
    signed: list[SignedOut]
    own_side: CountedOut | None


class BehindOut(Given):
    """The promises behind a figure: those that the caller sees (`more` of them are not listed), and how many others."""

    promises: list[PromiseListed]
    more: int
    unseen: int


class PeriodWanted(Asked):
    """Which time: by `period`, or from `since` until `until`, both included; else the last three months."""

    period: Annotated[
        str, Field(pattern="^([0-9]{4}-(0[1-9]|1[0-2]|Q[1-4])|lately|)$", description="Such as 2026-05 or 2026-Q2.")
    ] = ""  # fmt: skip
    since: Annotated[Day | None, Field(description="The first day, with `until`.")] = None
    until: Annotated[Day | None, Field(description="The last day, with `since`.")] = None


class FiguresWanted(PeriodWanted):
    """Which time, which customer, which result, with the teams below or without."""

    customer: Annotated[Id | None, Field(description="For this customer alone.")] = None
    result: Annotated[Id | None, Field(description="About this result alone.")] = None
    below: Annotated[bool, Field(description="With the teams below.")] = False


class PulseDueOut(Given):
    """Three questions that the caller is asked: about `provider`, for the side of `customer`."""

    customer: Id
    customer_name: str
    provider: Id
    provider_name: str
    quarter: Day

    @classmethod
    def of(cls, due: PulseDue) -> PulseDueOut:
        """The questions."""
        return cls(
            customer=due.customer, customer_name=due.customer_name, provider=due.provider,
            provider_name=due.provider_name, quarter=due.quarter,
        )  # fmt: skip


class PulseIn(Taken):
    """The answers to the three: can you trust them, can you count on them, do they care. For good."""

    customer: Id
    provider: Id
    trust: Says
    count_on: Says
    care: Says


class MapTie(Given):
    """One tie as the work shows it, in the words of `kept map`."""

    provider: str
    customer: str
    kind: Literal["handoff", "serves"]
    count: int
    cases: int
    median_wait_s: float | None
    p90_wait_s: float | None
    returns: int
    first: Moment
    last: Moment


class MapOut(Given):
    """Who hands work to whom, drawn from what happened: the strongest ties first, and how many there are in all."""

    events: int
    cases: int
    handoffs: int
    ties: list[MapTie]
    ties_in_all: int

    @classmethod
    def empty(cls) -> MapOut:
        """Of no history."""
        return cls(events=0, cases=0, handoffs=0, ties=[], ties_in_all=0)


class MapWanted(Asked):
    """Which log, and how many ties."""

    log: Annotated[str, Field(max_length=100, description="The name of an imported log, or `kept`; empty: all.")] = ""
    limit: Annotated[int, Field(ge=1, le=2000, description="At most so many ties.")] = 200


def map_tie(tie: Any) -> MapTie:
    """The tie of a map."""
    return MapTie(
        provider=tie.provider, customer=tie.customer, kind=tie.kind.value, count=tie.count, cases=tie.cases,
        median_wait_s=tie.median_wait_s, p90_wait_s=tie.p90_wait_s, returns=tie.returns, first=tie.first,
        last=tie.last,
    )  # fmt: skip
