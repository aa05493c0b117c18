"""Claiming work that stands in rows, so that several workers never do the same.

A worker puts its mark on rows that nobody has, by one conditional UPDATE; just before it does the work of one it renews
a claim that runs out soon, and does nothing where it has lost it meanwhile. A worker that dies leaves its claims to
run out.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet

from kept.notify.models import Claimed

LEASE = timedelta(minutes=1)
"""How long a claim lasts: more than twice as long as the work of one row can take."""
BACK_OFF = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
"""How long to wait after each attempt that failed: a little over three days in all, as Standard Webhooks advises."""
LONGEST_ERROR = 300

Row = TypeVar("Row", bound=Claimed)


def claim(
    rows: QuerySet[Row], *, at: datetime, most: int = 20, first: tuple[str, ...] = ("next_at", "pk")
) -> list[Row]:
    """Up to `most` of `rows` that are due at `at`, with this worker's mark on them; nobody else has them.

    They come in the order of the fields `first`.
    """
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    due = rows.filter(free, done_at=None, gave_up_at=None, next_at__lte=at).order_by(*first)
    mark = secrets.token_hex(16)
    keys = list(due.values_list("pk", flat=True)[:most])
    taken = rows.filter(free, pk__in=keys, done_at=None, gave_up_at=None)
    if not keys or not taken.update(claim=mark, claimed_until=at + LEASE):
        return []
    return list(rows.filter(pk__in=keys, claim=mark).order_by(*first))


def begin(row: Claimed, *, at: datetime) -> bool:
    """Count the attempt, just before the work, and renew a claim that runs out soon; False where it is lost by now."""
    row.attempts += 1
    if row.claimed_until is not None and row.claimed_until - at > LEASE / 2:
        return True
    row.claimed_until = at + LEASE
    return bool(_mine(row).update(claimed_until=row.claimed_until))


def done(row: Claimed, *, at: datetime) -> None:
    """The work of the row is done, for good."""
    _mine(row).update(done_at=at, claim="", claimed_until=None, last_error="", attempts=row.attempts)


def failed(row: Claimed, why: str, *, at: datetime, next_at: datetime | None = None) -> bool:
    """It did not work: it is tried again at `next_at`, else after a while that grows; False where it is given up."""
    waits = BACK_OFF[row.attempts - 1] if row.attempts <= len(BACK_OFF) else None
    again = next_at or (at + waits if waits is not None else None)
    if again is None:
        give_up(row, why, at=at)
        return False
    error = why[:LONGEST_ERROR]
    _mine(row).update(next_at=again, claim="", claimed_until=None, last_error=error, attempts=row.attempts)
    return True


def release(row: Claimed, *, next_at: datetime) -> None:
    """Somebody else may have it, from `next_at` on; nothing is said about how it went."""
    _mine(row).update(next_at=next_at, claim="", claimed_until=None)


def give_up(row: Claimed, why: str, *, at: datetime) -> None:
    """It will never work."""
    error = why[:LONGEST_ERROR]
    _mine(row).update(gave_up_at=at, claim="", claimed_until=None, last_error=error, attempts=row.attempts)


def _mine(row: Row) -> QuerySet[Row]:
    return type(row)._default_manager.filter(pk=row.pk, claim=row.claim, done_at=None)  # noqa: SLF001 for any model
