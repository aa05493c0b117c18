"""What the workers do for mail in: look into the mailbox, handle what came, send replies, forget what is old."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from kept.mail_in import mailbox
from kept.mail_in.handling import handle_some
from kept.mail_in.keeping import forget_old
from kept.mail_in.replies import send_some
from kept.notify.worker import Task

log = logging.getLogger(__name__)


def look_into_mailbox(now: datetime) -> None:
    """Fetch what is new, where a mailbox is configured; trouble is logged, and tried again next time."""
    if not mailbox.is_configured():
        return
    try:
        mailbox.fetch(now=now)
    except mailbox.MailboxTrouble as error:
        log.warning("%s", error)


def handle(now: datetime) -> None:
    """Handle all that waits, and send the replies."""
    while handle_some(now=now):
        pass
    while send_some(now=now):
        pass


TASKS: Final = (
    Task("mail in: mailbox", timedelta(seconds=30), look_into_mailbox),
    Task("mail in: handle", timedelta(seconds=3), handle),
    Task("mail in: forget", timedelta(hours=6), lambda now: forget_old(at=now)),
)
"""What one of the workers does every so often."""
