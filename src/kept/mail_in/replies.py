"""Mails back to whoever wrote: never to a program, and at most one refusal an hour to the same address."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage

from kept.mail_in.models import Mail, Reply
from kept.mail_in.parsing import Read
from kept.notify import claims
from kept.notify.channels.email.addresses import AnswerTo, answer_address, reply_id, thread_id
from kept.people.models import Party
from kept.promises.customer_links import link_in_mails
from kept.promises.models import Promise

AN_HOUR = timedelta(hours=1)
LONGEST_SUBJECT = 150

log = logging.getLogger(__name__)


def page(reader: Party, promise: Promise, *, at: datetime, act: str = "") -> str:
    """Where `reader` does it by hand: the page of the promise, or of an act in it."""
    if reader.kind == Party.Kind.OUTSIDE:
        secret = link_in_mails(promise, at=at)
        return f"{settings.KEPT_ADDRESS}/for-you/{secret}/" if secret else ""
    return f"{settings.KEPT_ADDRESS}/promises/{promise.pk}/{act + '/' if act else ''}"


def ask_page(team: Party) -> str:
    """Where somebody who works here asks a team."""
    return f"{settings.KEPT_ADDRESS}/ask/?to={team.pk}"


def refuse(mail: Mail, read: Read, reader: Party, why: str, *, promise: Promise | None, at: datetime) -> bool:
    """Say why it could not be done; False where that address has been told of one in this hour already."""
    if Reply.objects.filter(to=read.sender, refusal=True, made_at__gt=at - AN_HOUR).exists():
        return False
    _put(mail, read, reader, why, promise=promise, at=at, refusal=True)
    return True


def receipt(mail: Mail, read: Read, reader: Party, says: str, *, promise: Promise | None, at: datetime) -> None:
    """Say what became of it."""
    _put(mail, read, reader, says, promise=promise, at=at, refusal=False)


def _put(
    mail: Mail, read: Read, reader: Party, body: str, *, promise: Promise | None, at: datetime, refusal: bool
) -> None:
    subject = read.subject if read.subject.lower().startswith("re:") else f"Re: {read.subject or '(no subject)'}"
    Reply.objects.create(
        mail=mail, reader=reader, promise=promise, to=read.sender, subject=subject[:LONGEST_SUBJECT], body=body,
        answers=read.own_id[:250], refusal=refusal, made_at=at, next_at=at,
    )  # fmt: skip


def send_some(*, now: datetime) -> int:
    """Send some of the replies that are due; gives how many were tried. A server that is away is tried again later."""
    rows = claims.claim(Reply.objects.select_related("promise"), at=now)
    for row in rows:
        if claims.begin(row, at=now):
            _send(row, now)
    return len(rows)


def _send(row: Reply, now: datetime) -> None:
    try:
        _message(row).send()
    except (smtplib.SMTPException, OSError) as error:
        claims.failed(row, f"{type(error).__name__}: {error}", at=now)
        log.warning("Reply %s could not be sent: %s", row.pk, error)
    else:
        claims.done(row, at=now)


def _message(row: Reply) -> EmailMessage:
    answers_to = answer_address(AnswerTo(row.promise_id, row.reader_id)) if row.promise_id else ""
    refers = " ".join(one for one in (row.answers, thread_id(row.promise_id) if row.promise_id else "") if one)
    headers = {
        "Message-ID": reply_id(row.pk),
        "Date": row.made_at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
    }
    headers |= {"In-Reply-To": row.answers} if row.answers else {}
    headers |= {"References": refers} if refers else {}
    return EmailMessage(
        subject=row.subject, body=row.body, to=[row.to], reply_to=[answers_to] if answers_to else None, headers=headers
    )
