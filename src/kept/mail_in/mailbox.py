"""Fetching mails from an IMAP server: each is kept here before it is marked there as seen.

What is kept twice because of a crash in between is the same bytes, and so the same row. Messages stay in the folder,
marked as seen: whoever owns the mailbox decides how long.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from kept.core.errors import Refused
from kept.mail_in.keeping import keep, keep_word_of

TIMEOUT_S: Final = 20
MOST: Final = 200
"""How many messages one look fetches."""
HEAD: Final = 65_536


class MailboxTrouble(Refused):
    """The mailbox cannot be read; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look brought: how many messages were kept, and how many were too large."""

    kept: int = 0
    too_large: int = 0


def is_configured() -> bool:
    """Whether this installation has a mailbox to look into."""
    return bool(settings.KEPT_IMAP_HOST)


def fetch(*, now: datetime) -> Looked:
    """Keep what is new in the mailbox. Raises `MailboxTrouble`; what was kept by then stays kept."""
    kept = too_large = 0
    with _folder(readonly=False) as box:
        for uid in _said(box.uid("SEARCH", "UNSEEN"))[0].split()[:MOST]:
            size = _size(box, uid)
            if size > settings.KEPT_LARGEST_MAIL:
                keep_word_of(_body(box, uid, f"BODY.PEEK[]<0.{HEAD}>"), size, at=now)
                too_large += 1
            else:
                keep(_body(box, uid, "BODY.PEEK[]"), at=now)
                kept += 1
            _said(box.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)"))
    return Looked(kept, too_large)


def look() -> int:
    """How many messages wait in the mailbox; it changes nothing there. Raises `MailboxTrouble`."""
    with _folder(readonly=True) as box:
        return len(_said(box.uid("SEARCH", "UNSEEN"))[0].split())


@contextmanager
def _folder(*, readonly: bool) -> Iterator[imaplib.IMAP4]:
    """The connection, signed in, with the folder open; every trouble as `MailboxTrouble`."""
    where = f"{settings.KEPT_IMAP_HOST}:{settings.KEPT_IMAP_PORT}"
    try:
        box = _connected()
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxTrouble(
            f"The mailbox at {where} cannot be reached: {error}. Look at KEPT_IMAP_HOST and _PORT."
        ) from error
    try:
        _signed_in(box)
        _opened(box, readonly=readonly)
        yield box
    except MailboxTrouble:
        raise
    except (OSError, imaplib.IMAP4.error, ValueError, IndexError, TypeError) as error:
        raise MailboxTrouble(f"The mailbox at {where} broke off: {error}. It is tried again.") from error
    finally:
        for goodbye in (box.logout, box.shutdown):  # where the line is broken, only the second closes our end of it
            with suppress(OSError, imaplib.IMAP4.error):
                goodbye()


def _connected() -> imaplib.IMAP4:
    host, port = settings.KEPT_IMAP_HOST, settings.KEPT_IMAP_PORT
    if settings.KEPT_IMAP_TLS:
        return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_S)
    return imaplib.IMAP4(host, port, timeout=TIMEOUT_S)


def _opened(box: imaplib.IMAP4, *, readonly: bool) -> None:
    answer, said = box.select(_quoted(settings.KEPT_IMAP_FOLDER), readonly=readonly)
    if answer != "OK":
        raise MailboxTrouble(f"There is no folder “{settings.KEPT_IMAP_FOLDER}” in the mailbox ({_words(said)}).")


def _signed_in(box: imaplib.IMAP4) -> None:
    try:
        box.login(settings.KEPT_IMAP_USER, settings.KEPT_IMAP_PASSWORD)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailboxTrouble(
            "The mailbox does not take this name and password. Look at KEPT_IMAP_USER and KEPT_IMAP_PASSWORD."
        ) from error


def _size(box: imaplib.IMAP4, uid: bytes) -> int:
    said = _said(box.uid("FETCH", uid.decode(), "(RFC822.SIZE)"))
    return int(
        b" ".join(one if isinstance(one, bytes) else one[0] for one in said)
        .partition(b"RFC822.SIZE ")[2]
        .split(b")")[0]
        .split()[0]
    )


def _body(box: imaplib.IMAP4, uid: bytes, what: str) -> bytes:
    said = _said(box.uid("FETCH", uid.decode(), f"({what})"))
    return next(bytes(one[1]) for one in said if isinstance(one, tuple))


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise MailboxTrouble(f"The mailbox refused: {_words(answer[1])}. It is tried again.")
    return [one for one in answer[1] if one is not None] or [b""]


def _words(said: list[Any]) -> str:
    return " ".join(one.decode(errors="replace") for one in said if isinstance(one, bytes)) or "no reason given"


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
