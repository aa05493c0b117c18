"""From the events of a complaint or of thanks to its row. What stands in it, replaying the ledger gives again."""

from __future__ import annotations

from typing import Any

from kept.complaints.models import Complaint, Thanks
from kept.core.complaints import Complain, Said


def table_of(state: Said) -> type[Complaint | Thanks]:
    """The table in which it stands."""
    return Complaint if isinstance(state.saying, Complain) else Thanks


def columns(state: Said) -> dict[str, Any]:
    """The columns of its row."""
    saying = state.saying
    values = {
        "customer_id": saying.customer,
        "provider_id": saying.provider,
        "promise_id": state.promise,
        "by_id": state.by,
        "words": saying.words.strip(),
        "at": state.at,
        "acknowledged_at": state.heard_at,
        "acknowledged_by_id": state.heard_by,
        "answer": state.answer,
    }
    return values | ({"hear_by": saying.hear_by, "remedy_id": state.remedy} if isinstance(saying, Complain) else {})


def project(stream_id: int, before: Said | None, after: Said) -> None:
    """Write its row as it stands after the event."""
    table = table_of(after)
    if before is None:
        table.objects.create(stream_id=stream_id, **columns(after))
    else:
        table.objects.filter(pk=stream_id).update(**columns(after))
