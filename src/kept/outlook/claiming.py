"""Having a row for oneself while a worker is at something long: by one conditional UPDATE, until a moment."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db.models import Q, QuerySet

from kept.outlook.models import Claimed

LEASE: Final = timedelta(minutes=5)
"""How long a row is had without a sign of life; whoever has it longer says so now and then."""

Row = TypeVar("Row", bound=Claimed)


def claim(rows: QuerySet[Row], now: datetime, lease: timedelta = LEASE) -> Row | None:
    """The first of `rows` that nobody has, with this worker's mark on it; None where there is none."""
    free = rows.filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
    key = free.values_list("pk", flat=True).first()
    mark = secrets.token_hex(16)
    if key is None or not free.filter(pk=key).update(claim=mark, claimed_until=now + lease):
        return None
    return rows.filter(pk=key, claim=mark).first()


def mine(row: Row) -> QuerySet[Row]:
    """The row, as long as it is still this worker's: for an update that does nothing where it was lost."""
    return type(row)._default_manager.filter(pk=row.pk, claim=row.claim)  # noqa: SLF001 for any model


NOBODYS: Final = {"claim": "", "claimed_until": None}
"""What gives a row back."""
