"""Traces, as the API gives them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kept.api.v1.shapes.base import Given, Id, Moment
from kept.complaints.tracing import Step, Trace

Share = Annotated[float, Field(ge=0, le=1.0000001, description="From 0 to 1.")]


class TraceStepOut(Given):
    """One stage of the chain. `promise` is null for time that is not yours to know, which nobody is charged for; of
    promises that you do not see in full `team` is "another team", and there is no evidence.

    `doing`: `work`, `check` (the customer looked at a delivery, then returned it) or `rework`. `own_s` runs from
    when it had all that it needed (`ready`); `expected_by`: `promised` or `usual`, this from `like` pieces of work.
    """

    promise: Id | None
    team: str
    doing: str
    ready: Moment | None
    end: Moment | None
    own_s: float
    expected_s: float
    expected_by: str
    like: int
    share: Share
    share_error: float
    alone_s: float
    missed: list[str]
    evidence: list[str]

    @classmethod
    def of(cls, step: Step) -> TraceStepOut:
        """The step."""
        return cls(
            promise=step.promise.pk if step.promise else None, team=step.team, doing=str(step.doing),
            ready=None if step.hidden else step.ready, end=None if step.hidden else step.end,
            own_s=step.own_s, expected_s=step.expected_s, expected_by=str(step.by), like=step.like,
            share=step.share, share_error=step.share_error, alone_s=step.alone_s,
            missed=[str(kind.value) for kind in step.kinds], evidence=list(step.evidence),
        )  # fmt: skip


class TraceOut(Given):
    """Where the time of a promise went. Where anything was wrong the shares of the steps sum to 1.

    `date` is the one first promised, by which it is measured; `lost_s` what went beyond what was to be expected;
    `shared_over` what the shares are of: `overrun`, `date`, `time` or `nothing`.
    """

    promise: Id
    verdict: str
    late: bool
    begin: Moment
    end: Moment
    date: Moment | None
    lost_s: float
    shared_over: str
    outside_share: Share
    steps: list[TraceStepOut]

    @classmethod
    def of(cls, trace: Trace) -> TraceOut:
        """The trace."""
        return cls(
            promise=trace.promise.pk, verdict=trace.verdict, late=trace.late, begin=trace.begin, end=trace.end,
            date=trace.date, lost_s=trace.lost_s, shared_over=str(trace.shared_over),
            outside_share=trace.outside_share, steps=[TraceStepOut.of(step) for step in trace.steps],
        )  # fmt: skip
