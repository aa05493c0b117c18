"""Keeping a message as it came, before anything is done with it: from then on it is not lost."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from kept.core.errors import Refused
from kept.mail_in.models import Mail
from kept.mail_in.parsing import decoded, read, split

KEPT_FOR = timedelta(days=30)
"""How long the content of a mail stays that was done with. What waits for a look stays until somebody has looked."""
TOO_LARGE = "It is larger than this installation takes ({most} MB). "


class TooLarge(Refused):
    """A message that is larger than this installation takes."""


def keep(raw: bytes, *, at: datetime) -> Mail:
    """Keep a message; gives its row, which is the one from before where the very same bytes were kept already.

    Raises `TooLarge`, which whoever brought it has to say to the sender, or to a person here.
    """
    if len(raw) > settings.KEPT_LARGEST_MAIL:
        raise TooLarge(_too_large())
    digest = hashlib.sha256(raw).hexdigest()
    row, _ = Mail.objects.get_or_create(
        sha256=digest, defaults={"content": raw, "size": len(raw), "kept_at": at, "next_at": at}
    )
    return row


def keep_word_of(head: bytes, size: int, *, at: datetime) -> Mail:
    """Keep word of a message that was too large to be fetched: who it says it is from, and where it still lies."""
    seen = read(split(head)[0] + b"\r\n\r\n")
    row, _ = Mail.objects.get_or_create(
        sha256=hashlib.sha256(head).hexdigest(),
        defaults={
            "content": b"", "size": size, "kept_at": at, "next_at": at, "done_at": at, "sender": seen.sender,
            "subject": decoded(seen.subject)[:250], "outcome": Mail.Outcome.QUARANTINED,
            "reason": _too_large() + "It was left in the mailbox; write to whoever sent it.",
        },
    )  # fmt: skip
    return row


def forget_old(*, at: datetime) -> int:
    """Let go of the contents of mails that were done with long ago; gives of how many. What was done stays known."""
    over = Q(outcome__in=[Mail.Outcome.DONE, Mail.Outcome.ANSWERED, Mail.Outcome.ASIDE, Mail.Outcome.THROWN_AWAY])
    old = Mail.objects.filter(over, kept_at__lt=at - KEPT_FOR, done_at__isnull=False).exclude(content=b"")
    return old.update(content=b"")


def _too_large() -> str:
    return TOO_LARGE.format(most=settings.KEPT_LARGEST_MAIL // 2**20)
