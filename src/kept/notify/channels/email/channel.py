"""When a notice goes into which mail, and the sending of the mails that are due."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q

from kept.ledger.models import Event
from kept.notify import claims
from kept.notify.channels.base import Channel
from kept.notify.channels.email import writing
from kept.notify.kinds import ByMail
from kept.notify.known import Known
from kept.notify.models import Letter, Notice

STALE = timedelta(days=1)
"""A notice of something older than this is in the inbox, and in no mail."""
NO_SUCH_ADDRESS = range(500, 600)

log = logging.getLogger(__name__)


class Mails:
    """The channel: one connection to one mail server, so one hand."""

    hands = 1

    def take(self, event: Event | None, notices: Sequence[Notice], known: Known, *, now: datetime) -> None:  # noqa: ARG002
        """Put each notice into its mail: one that waits for the same reader and promise, else a new one."""
        fresh = [one for one in notices if now - one.at <= STALE]
        habits = known.habits(one.reader_id for one in fresh)
        for notice in fresh:
            habit = habits[notice.reader_id]
            by_mail = habit.by_mail(notice.kind)
            if by_mail is not ByMail.NEVER:
                self._put(notice, habit.next_mail(by_mail, now), digest=by_mail is ByMail.DIGEST, now=now)

    def _put(self, notice: Notice, at: datetime, *, digest: bool, now: datetime) -> None:
        same = Letter.objects.filter(reader=notice.reader_id, digest=digest, done_at=None, gave_up_at=None)
        same = same.filter(Q(claimed_until=None), attempts=0)
        if not digest:
            same = same.filter(promise=notice.promise_id) if notice.promise_id else same.none()
        letter = same.first()
        # The update takes the row: a worker that claims it waits until this notice is in it, or has it already.
        if letter is None or not same.filter(pk=letter.pk).update(made_at=now):
            letter = Letter.objects.create(
                reader_id=notice.reader_id, promise_id=None if digest else notice.promise_id, digest=digest,
                next_at=at, made_at=now,
            )  # fmt: skip
        Notice.objects.filter(pk=notice.pk).update(letter=letter)

    def send(self, *, now: datetime) -> int:
        """Send some of the mails that are due, over one connection to the mail server."""
        letters = claims.claim(Letter.objects.all(), at=now)
        if letters:
            with _Post() as post:
                for letter in letters:
                    post.send(letter)
        return len(letters)


class _Post:
    """A connection to the mail server that is opened when it is needed, and again after it broke."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def send(self, letter: Letter) -> None:
        """Send one mail, and write down what became of it."""
        now = writing.now()
        if not claims.begin(letter, at=now):
            return
        message = writing.message(letter)
        if message is None:
            claims.done(letter, at=now)
            return
        try:
            self._open().send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            self._hang_up()
            _refused(letter, error)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            claims.failed(letter, f"{type(error).__name__}: {error}", at=writing.now())
            log.warning("Mail %s could not be sent: %s", letter.pk, error)
        else:
            claims.done(letter, at=writing.now())

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection()
            connection.open()
            self._connection = connection
        return self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            except (smtplib.SMTPException, OSError) as error:
                log.info("The mail server closed the connection first: %s", error)
            self._connection = None


def _refused(letter: Letter, error: smtplib.SMTPRecipientsRefused) -> None:
    """The server knows no such address (5xx): no more of it. For the moment (4xx): again later."""
    codes = {code for code, _ in error.recipients.values()}
    why = f"The mail server refused the address: {sorted(codes)}"
    if codes and all(code in NO_SUCH_ADDRESS for code in codes):
        claims.give_up(letter, why, at=writing.now())
    else:
        claims.failed(letter, why, at=writing.now())


CHANNEL: Channel = Mails()
