"""Telling what does not follow from an event: reminders, warnings, the programme's word. One step does all of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from kept.notify.channels import CHANNELS
from kept.notify.channels.base import Followed
from kept.notify.known import Known
from kept.notify.telling import Matter, tell


def spread(matters: Iterable[Matter], *, now: datetime) -> int:
    """Tell these, as of `now`, in the inbox and wherever their readers want it; gives how many were not told before."""
    with transaction.atomic():
        notices = tell(matters, at=now, now=now)
        known = Known()
        for channel in CHANNELS:
            channel.take([Followed(None, notices)], known, now=now)
    return len(notices)
