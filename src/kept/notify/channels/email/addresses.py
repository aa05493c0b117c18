"""The addresses and numbers in a mail: who it is from and answered to, and what makes mails one thread.

An answer goes to an address of its own for each reader and promise, signed, so that a forged one is known as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT: Final = "kept.notify.answers"
LONGEST_SIGN = 20
_TAG = re.compile(r"p(\d{1,18})\.(\d{1,18})\.([0-9a-f]{20})")


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """What an answer is about, and whose it should be: ids of a promise and a party."""

    promise: int
    reader: int


def answer_address(answer: AnswerTo) -> str:
    """Where `answer.reader` answers about a promise; "" where this installation takes no mails in."""
    if not settings.KEPT_MAIL_IN:
        return ""
    local, _, domain = settings.KEPT_MAIL_IN.partition("@")
    return f"{local}+p{answer.promise}.{answer.reader}.{_sign(answer)}@{domain}"


def read_address(address: str) -> AnswerTo | None:
    """What an address of `answer_address` is about; None for any other, and for one whose signature is not ours."""
    tag = parseaddr(address)[1].rpartition("@")[0].rpartition("+")[2].lower()
    found = _TAG.fullmatch(tag)
    if found is None:
        return None
    answer = AnswerTo(int(found[1]), int(found[2]))
    return answer if constant_time_compare(found[3], _sign(answer)) else None


def message_id(letter: int) -> str:
    """The same for every attempt to send a mail, so that one that arrives twice is known as one."""
    return f"<letter.{letter}.{_installation()}@{_host()}>"


def thread_id(promise: int) -> str:
    """What all mails about a promise refer to."""
    return f"<promise.{promise}.{_installation()}@{_host()}>"


def reply_id(reply: int) -> str:
    """The Message-ID of a mail that answers one which came in."""
    return f"<reply.{reply}.{_installation()}@{_host()}>"


def is_ours(identity: str) -> bool:
    """Whether a Message-ID is one of those above."""
    return any(_number(identity, kind) is not None for kind in ("letter", "promise", "reply"))


def letter_in(identity: str) -> int | None:
    """The number of the mail that has this Message-ID; None for any other."""
    return _number(identity, "letter")


def promise_in(identity: str) -> int | None:
    """The id of the promise whose mails refer to this Message-ID; None for any other."""
    return _number(identity, "promise")


def _number(identity: str, kind: str) -> int | None:
    found = re.fullmatch(rf"<{kind}\.(\d{{1,18}})\.{_installation()}@{re.escape(_host())}>", identity)
    return int(found[1]) if found else None


def _sign(answer: AnswerTo) -> str:
    return salted_hmac(SALT, f"{answer.promise}.{answer.reader}", algorithm="sha256").hexdigest()[:LONGEST_SIGN]


def _installation() -> str:
    """Another one after a new secret key, so that two installations on one host don't share numbers."""
    return salted_hmac(SALT, "installation", algorithm="sha256").hexdigest()[:8]


def _host() -> str:
    return urlsplit(settings.KEPT_ADDRESS).hostname or "localhost"
