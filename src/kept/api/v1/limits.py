"""How many calls a key has in a minute, over all processes together.

The count is a row in the database. A process takes calls from it in lots, so that a busy key costs one small write a
lot and not one a call; what is left of a lot when the minute ends is lost. The headers are those of the IETF's draft
"RateLimit header fields for HTTP".
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from kept.api.models import Used

MINUTE = 60
LOTS = 20
"""Into how many lots a minute's calls are divided while there are plenty."""


@dataclass(slots=True)
class _Lot:
    """What this process holds of a key's minute: calls still to give out, and how many nobody has taken yet."""

    minute: int
    left: int
    beyond: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether the call goes on, how many more may follow in this minute, and the seconds to its end."""

    granted: bool
    remaining: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """The standard headers that say so."""
        said = {
            "RateLimit-Policy": f'"calls";q={settings.KEPT_API_CALLS_A_MINUTE};w={MINUTE}',
            "RateLimit": f'"calls";r={self.remaining};t={self.seconds}',
        }
        return said if self.granted else said | {"Retry-After": str(self.seconds)}


_lots: dict[int, _Lot] = {}
_lock = threading.Lock()


def take(token_id: int, now: datetime) -> Allowance:
    """Take one call of the key's minute. A write to the database at most once a lot."""
    minute, second = divmod(int(now.timestamp()), MINUTE)
    with _lock:
        lot = _lots.get(token_id)
        if lot is None or lot.minute != minute or (not lot.left and lot.beyond):
            lot = _lots[token_id] = _next_lot(token_id, minute)
        granted = lot.left > 0
        lot.left -= granted
        return Allowance(granted, lot.left + lot.beyond, MINUTE - second)


def forget() -> None:
    """Forget what this process holds."""
    with _lock:
        _lots.clear()


def _next_lot(token_id: int, minute: int) -> _Lot:
    most: int = settings.KEPT_API_CALLS_A_MINUTE
    with transaction.atomic():
        taken = _taken(token_id, minute)
        wanted = min(max(most // LOTS, 1), most - taken)
        if wanted <= 0:
            return _Lot(minute, 0, 0)
        Used.objects.filter(token=token_id).update(minute=minute, calls=taken + wanted)
    return _Lot(minute, wanted, most - taken - wanted)


def _taken(token_id: int, minute: int) -> int:
    """The calls that are taken of this minute; the row is locked until the transaction ends."""
    row = Used.objects.select_for_update().filter(token=token_id).first()
    if row is None:
        try:
            with transaction.atomic():
                Used.objects.create(token_id=token_id, minute=minute, calls=0)
        except IntegrityError:
            return _taken(token_id, minute)  # another process was faster
        return 0
    return row.calls if row.minute == minute else 0
