"""Where the time of a promise went."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from kept.api.v1.door import caller
from kept.api.v1.routes.named import PromiseId
from kept.api.v1.shapes.traces import TraceOut
from kept.complaints.tracing import trace_of

router = Router(tags=["Complaints and thanks"])


@router.get(
    "/promises/{int:promise_id}/trace", response=TraceOut, operation_id="get_trace", summary="Where its time went"
)  # fmt: skip
def get_trace(request: HttpRequest, promise_id: PromiseId) -> TraceOut:
    """The walk back along its chain: each stage's time beside what was promised or is usual, and its share of what was
    lost; for those who see the promise in full.
    """
    who = caller(request)
    return TraceOut.of(trace_of(who.person, promise_id, now=who.at))
