"""When a notice goes into which mail, and the sending of the mails that are due."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from kept.notify import claims
from kept.notify.channels.base import Channel, Followed
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

    def take(self, followed: Sequence[Followed], known: Known, *, now: datetime) -> None:
        """Put each notice into its mail: one that waits for the same reader and promise, else a new one."""
        fresh = [one for each in followed for one in each.notices if now - one.at <= STALE]
        habits = known.habits(one.reader_id for one in fresh)
        chosen = [(one, way) for one in fresh if (way := habits[one.reader_id].by_mail(one.kind)) is not ByMail.NEVER]
        if not chosen:
            return
        waiting = _waiting({one.reader_id for one, _ in chosen}, now)
        made: list[Letter] = []
        for notice, way in chosen:
            key = (notice.reader_id, None if way is ByMail.DIGEST else notice.promise_id, way is ByMail.DIGEST)
            shared = key[1] is not None or key[2]
            letter = waiting.get(key) if shared else None
            if letter is None:
                at = habits[notice.reader_id].next_mail(way, now)
                letter = Letter(reader_id=key[0], promise_id=key[1], digest=key[2], next_at=at, made_at=now)
                waiting[key] = letter
                made.append(letter)
            notice.letter = letter
        Letter.objects.bulk_create(made)
        for notice, _ in chosen:
            notice.letter = notice.letter  # its key is known only now
        Notice.objects.bulk_update([one for one, _ in chosen], ["letter"])

    def send(self, *, now: datetime) -> int:
        """Send some of the mails that are due, over one connection to the mail server."""
        letters = claims.claim(Letter.objects.all(), at=now)
        if letters:
            contents = writing.contents(letters)
            with _Post() as post:
                for letter in letters:
                    post.send(letter, contents.get(letter.pk))
        return len(letters)


Key = tuple[int, int | None, bool]


def _waiting(readers: set[int], now: datetime) -> dict[Key, Letter]:
    """The mails to these readers that nobody has begun to send, by reader, promise, and whether they are digests.

    The update takes the rows: a worker that would claim one waits until what is put into it stands there.
    """
    rows = Letter.objects.filter(reader__in=readers, done_at=None, gave_up_at=None, claimed_until=None, attempts=0)
    found = list(rows.order_by("pk"))
    if found:
        rows.filter(pk__in=[one.pk for one in found]).update(made_at=now)
        found = list(rows.filter(pk__in=[one.pk for one in found]))
    return {(one.reader_id, one.promise_id, one.digest): one for one in found if one.promise_id or one.digest}


class _Post:
    """A connection to the mail server that is opened when it is needed, and again after it broke."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def send(self, letter: Letter, content: writing.Content | None) -> None:
        """Send one mail, and write down what became of it."""
        now = writing.now()
        if not claims.begin(letter, at=now):
            return
        if content is None:
            claims.done(letter, at=now)
            return
        try:
            self._open().send_messages([writing.message(letter, content)])
        except smtplib.SMTPRecipientsRefused as error:
            self._hang_up()
            _refused(letter, error)
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            claims.failed(letter, f"{type(error).__name__}: {error}", at=writing.now())
            log.warning("Mail %s could not be sent: %s", letter.pk, error)
        except Exception as error:
            claims.failed(letter, f"{type(error).__name__}: {error}", at=writing.now())
            log.exception("Mail %s could not be written; it is tried again.", letter.pk)
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
