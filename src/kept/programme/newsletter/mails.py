"""The mails of an issue: the same in HTML and plain text, with the headers that let a reader end it by one press."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from kept.notify import claims
from kept.notify.choices import habits_of
from kept.notify.worker import Task
from kept.programme.newsletter.actions import draft_due
from kept.programme.newsletter.links import page_of, stop_link
from kept.programme.newsletter.models import Copy, Issue, NoMore
from kept.programme.newsletter.rendering import as_mail, as_text, text_of

AGAIN: Final = timedelta(minutes=5)
"""When the others are tried again after the mail server could not be reached."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's content: `subject`, and the same in plain text and HTML."""

    subject: str
    text: str
    html: str


def written(issue: Issue, stop: str) -> Written:
    """An issue as a mail; `stop` is the address under which its reader ends the newsletter."""
    said = text_of(issue)
    context = {"issue": issue, "page": page_of(issue), "stop": stop}
    text = render_to_string("newsletter/issue.txt", context | {"body": as_text(said)})
    html = render_to_string("newsletter/issue.html", context | {"body": as_mail(said)})
    return Written(issue.subject, text, html)


def message(copy: Copy) -> EmailMultiAlternatives:
    """The mail to one reader."""
    stop = stop_link(copy.reader)
    said = written(copy.issue, stop)
    mail = EmailMultiAlternatives(said.subject, said.text, to=[copy.reader.email or ""], headers=_headers(copy, stop))
    mail.attach_alternative(said.html, "text/html")
    return mail


def _headers(copy: Copy, stop: str) -> dict[str, str]:
    host = urlsplit(settings.KEPT_ADDRESS).hostname or "localhost"
    mark = salted_hmac("kept.programme.newsletter", f"{copy.pk}", algorithm="sha256").hexdigest()[:12]
    return {
        "Message-ID": f"<newsletter.{copy.pk}.{mark}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": f"Kept's newsletter <newsletter.{host}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def send_some(now: datetime) -> None:
    """Send some of the mails that are due, over one connection; a server that can't be reached is left for a while."""
    copies = claims.claim(Copy.objects.select_related("issue__case", "reader"), at=now)
    if not copies:
        return
    connection = get_connection()
    wanted = _wanted(copies)
    try:
        connection.open()
        for copy in copies:
            if claims.begin(copy, at=now):
                _send(copy, connection, now=now, still=copy.reader_id in wanted)
    except (smtplib.SMTPException, OSError) as error:
        log.warning("The newsletter could not be sent: %s", error)
        for copy in copies:
            claims.release(copy, next_at=now + AGAIN)  # those that are done, or were put off, are not touched
    finally:
        connection.close()


def _wanted(copies: Sequence[Copy]) -> set[int]:
    """Who of the readers wants it now: mails may have been stopped since the issue went."""
    readers = [one.reader_id for one in copies]
    ended = set(NoMore.objects.filter(person__in=readers).values_list("person", flat=True))
    return {key for key, one in habits_of(readers).items() if one.address and not one.stopped and key not in ended}


def _send(copy: Copy, connection: BaseEmailBackend, *, now: datetime, still: bool) -> None:
    if not still:
        claims.done(copy, at=now)
        return
    try:
        connection.send_messages([message(copy)])
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        refuse = claims.give_up if all(code >= 500 for code in codes) else claims.failed
        refuse(copy, f"The mail server refused the address: {sorted(codes)}", at=now)
    except (smtplib.SMTPException, OSError) as error:
        claims.failed(copy, f"{type(error).__name__}: {error}", at=now)
        raise
    else:
        claims.done(copy, at=now)


TASKS: Final = (
    Task("the newsletter", timedelta(hours=1), draft_due),
    Task("mails of the newsletter", timedelta(seconds=10), send_some),
)
"""What one of the workers does every so often."""
