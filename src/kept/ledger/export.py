"""The ledger's way into the history: events that the history has not seen yet become one more part of it.

What a row says of an event is known above (see `promises.history`); what is new, and where it goes, is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import Max

from kept.history.errors import OverlappingPart
from kept.history.parts import Appended, append_part, last_event_kept
from kept.history.store import HistoryStore
from kept.ledger.models import Event

PATIENCE_MS = 2000
"""How long an export waits for writers, who wait behind it meanwhile; then it comes next time."""
WINDOW = 20_000
"""How many events become one part at most, so that memory stays flat."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event in history's shape (see `history.shape` for what each column means)."""

    case: str
    at: datetime
    order: int
    place: int
    activity: str
    team: str | None
    person: str | None
    customer: str | None
    due: datetime | None
    kept: bool | None


RowsBetween = Callable[[int, int], Iterable[HistoryRow]]
"""Gives the rows of the events whose ids lie above the first number and not above the second."""


def append_new(store: HistoryStore, rows_between: RowsBetween) -> int:
    """Append what the history lacks; gives how many rows came. Where another process does the same, one does it."""
    added, upto = 0, _settled()
    after = last_event_kept(store)
    while after < upto:
        last = min(after + WINDOW, upto)
        rows = [asdict(row) for row in rows_between(after, last)]
        try:
            if rows and append_part(store, rows, first_event=after + 1, last_event=last) is Appended.ADDED:
                added += len(rows)
        except OverlappingPart:
            return added  # another process was here in between; what is left comes with the next time
        after = last
    return added


def _settled() -> int:
    """The highest id below which no event is still to come; 0 while somebody is writing at length."""
    if connection.vendor != "postgresql":
        return _highest()  # one writer at a time: ids are given in the order of the commits
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Ids are given before commit. This lock waits for everybody who holds one, for the length of an act.
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE_MS}'")
            cursor.execute("LOCK TABLE ledger_event IN SHARE MODE")
            return _highest()
    except OperationalError:
        return 0


def _highest() -> int:
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0
