"""A complaint that waits: its provider's side is reminded before the agreed time; both sides hear when it passed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from kept.complaints.models import Complaint
from kept.notify.channels import CHANNELS
from kept.notify.channels.base import Followed
from kept.notify.complaints import page_of, those_told
from kept.notify.kinds import Kind
from kept.notify.known import Known
from kept.notify.telling import LONG_PAST, Matter, tell

EVERY: Final = timedelta(minutes=1)
LAST_PART: Final = 4
"""The reminder comes when a quarter of the time is left, but never earlier than a day before."""
LONGEST_BEFORE: Final = timedelta(days=1)


def remind(now: datetime) -> int:
    """Tell of the complaints that nobody has heard and whose time is nearly over, or is; gives how many were told."""
    waiting = Complaint.objects.filter(
        acknowledged_at=None, hear_by__gt=now - LONG_PAST, hear_by__lte=now + LONGEST_BEFORE
    ).select_related("promise", "customer", "provider")
    with transaction.atomic():
        told = [each for one in waiting for each in _due(one, now)]
        notices = [notice for moment, matter in told for notice in tell([matter], at=moment, now=now)]
        known = Known()
        for channel in CHANNELS if notices else ():
            channel.take([Followed(None, notices)], known, now=now)
    return len(notices)


def soon(complaint: Complaint) -> datetime | None:
    """When its provider's side is reminded; None where no time was agreed."""
    if complaint.hear_by is None:
        return None
    return complaint.hear_by - min((complaint.hear_by - complaint.at) / LAST_PART, LONGEST_BEFORE)


def _due(complaint: Complaint, now: datetime) -> Iterable[tuple[datetime, Matter]]:
    before, by = soon(complaint), complaint.hear_by
    if by is None or before is None or now < before:
        return
    provider = [one for one in those_told(complaint) if one != complaint.by_id]
    if now < by:
        says = f"{complaint.customer} was to hear about a complaint soon, as agreed."
        yield from ((before, _matter(complaint, one, Kind.REMINDER, says, "soon")) for one in provider)
        return
    says = f"{complaint.customer} should have heard about a complaint by now."
    yield from ((by, _matter(complaint, one, Kind.SLIP, says, "passed")) for one in provider)
    says = f"{complaint.provider} should have answered your complaint by now, and has been reminded."
    yield by, _matter(complaint, complaint.by_id, Kind.SLIP, says, "passed")


def _matter(complaint: Complaint, reader: int, kind: Kind, says: str, name: str) -> Matter:
    return Matter(
        reader=reader,
        kind=kind,
        key=f"complaint:{complaint.pk}:{name}",
        subject=complaint.promise.what if complaint.promise else "A complaint",
        says=says,
        words=complaint.words,
        needs="" if reader == complaint.by_id else "Answer it: say what happens now.",
        promise=complaint.promise,
        page=page_of(complaint),
    )
