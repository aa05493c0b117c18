"""Mails as people write them, for these tests, and their way through Kept."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from cast import START
from kept.mail_in.chores import handle
from kept.mail_in.keeping import keep
from kept.mail_in.models import Mail
from kept.notify import worker
from kept.notify.channels.email.addresses import AnswerTo, answer_address, message_id
from kept.notify.models import Letter

HERE = "kept@in.example.com"
TRUSTED = "mx.example.com"


def letter_to(reader: int, promise: int, *, at: datetime) -> Letter:
    """Have everybody told of what happened; gives the newest mail to this reader about the promise."""
    while worker.step(at):
        pass
    return Letter.objects.filter(reader=reader, promise=promise).latest("pk")


def mail(
    sender: str, text: str, *, to: str = HERE, subject: str = "Hello", at: datetime = START, vouched: bool = False
) -> EmailMessage:
    """A mail as a mail program writes it; `vouched`: the trusted server says that its sender is no forgery."""
    message = EmailMessage()
    if vouched:
        domain = sender.rpartition("@")[2]
        message["Authentication-Results"] = f"{TRUSTED}; dmarc=pass (p=none) header.from={domain}; spf=pass"
    message["From"], message["To"], message["Subject"] = f"Somebody <{sender}>", to, subject
    message["Date"], message["Message-ID"] = format_datetime(at), make_msgid(domain=sender.rpartition("@")[2])
    message.set_content(text)
    return message


def answer(letter: Letter, text: str, *, sender: str | None = None) -> EmailMessage:
    """The answer to a mail of ours, at the address of its reader, by its reader unless said otherwise."""
    assert letter.promise_id is not None
    reader = letter.reader
    address = reader.person.email if reader.kind == "person" else reader.outsidecustomer.email
    quoted = f"{text}\n\nOn Mon, 4 May 2026 at 09:00, Kept <kept@localhost> wrote:\n> yes. done. cancel.\n"
    to = answer_address(AnswerTo(letter.promise_id, letter.reader_id))
    message = mail(sender or address or "", quoted, to=to, subject="Re: The route sheet")
    message["In-Reply-To"] = message_id(letter.pk)
    message["References"] = message_id(letter.pk)
    return message


def came(message: EmailMessage | bytes, *, at: datetime = START) -> Mail:
    """Have a mail come in and be handled; gives its row."""
    row = keep(message if isinstance(message, bytes) else message.as_bytes(), at=at)
    handle(at)
    return Mail.objects.get(pk=row.pk)
