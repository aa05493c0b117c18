"""What a channel is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kept.ledger.models import Event
from kept.notify.known import Known
from kept.notify.models import Notice


@dataclass(frozen=True, slots=True)
class Followed:
    """An event, None where time brought it, and the notices that were made because of it."""

    event: Event | None
    notices: Sequence[Notice]


class Channel(Protocol):
    """One way of telling. What it has to send stands in rows of its own, so that a crash loses none.

    `hands` is how many threads of a worker send side by side: more than one where a receiver may keep one waiting.
    """

    hands: int

    def take(self, followed: Sequence[Followed], known: Known, *, now: datetime) -> None:
        """Write the rows of what has to be sent, in the transaction in which the events are followed."""

    def send(self, *, now: datetime) -> int:
        """Claim some of what is due at `now`, and send it; gives how many were tried."""
