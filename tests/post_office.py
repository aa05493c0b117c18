"""A mail server on this machine, which keeps what it is given, and refuses or hangs when it is told to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

OK = "250 taken"


@dataclass
class Post:
    """What came in, oldest first; `answers` are given to the next mails instead of taking them ("hang": no answer)."""

    mails: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    port: int = 0
    on_mail: Callable[[EmailMessage], object] = bool

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, or answer as was said."""
        if self.answers:
            answer = self.answers.pop(0)
            if answer == "hang":
                await asyncio.sleep(60)
            if not answer.startswith("250"):
                return answer
        content: Any = envelope.content
        mail = message_from_bytes(content, policy=policy.default)
        self.mails.append(mail)
        self.on_mail(mail)
        return OK

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Addresses that begin with "nobody" are not known here."""
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address."""
        return [mail for mail in self.mails if address in str(mail["To"])]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """What a mail says, in plain text or as "html"."""
    part = mail.get_body((kind,))
    assert part is not None, f"the mail has no {kind} part"
    return str(part.get_content())


@contextmanager
def post_office() -> Iterator[Post]:
    """The server, listening on 127.0.0.1 at `port`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        post = Post(port=probe.getsockname()[1])
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A mail server for the test, which Kept sends its mails to."""
    with post_office() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
        yield server
