"""Who sent a message, and why that is believed: anybody can write any From.

Believed is a sender whom the mail server that received the message vouches for (`Authentication-Results`, RFC 8601, of
`KEPT_MAIL_AUTHSERV`); and one who answers to an address that Kept made for them, signed, and wrote to them alone. Only
headers of that very server count. It has to take out those that a sender put in under its name, as RFC 8601 (section 5)
asks of it; where its own word is that DMARC failed, no other word outvotes it.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from django.conf import settings

from kept.mail_in.parsing import Headers

MOST_RESULTS: Final = 20
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(dmarc|spf|dkim)\s*=\s*([a-z]+)\b(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"(header\.from|header\.d|header\.i|smtp\.mailfrom)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


class Word(Enum):
    """What the receiving server says of the From."""

    VOUCHES = "vouches"
    DENIES = "denies"
    SILENT = "silent"


def word_of_server(headers: Headers, sender: str) -> Word:
    """What the trusted server says about `sender`, an address. Without a trusted server it is silent."""
    trusted = settings.KEPT_MAIL_AUTHSERV.strip().lower()
    if not trusted or not sender:
        return Word.SILENT
    rows = [row for row in headers.every("authentication-results")[:MOST_RESULTS] if _by(row) == trusted]
    results = [found for row in rows for found in _results(row)]
    domain = sender.rpartition("@")[2]
    dmarc = [one for one in results if one[0] == "dmarc" and one[1] in ("pass", "fail")]
    if any(one[1] == "fail" for one in dmarc):
        return Word.DENIES
    if dmarc and all(_passes(one, domain, ("header.from",)) for one in dmarc):
        return Word.VOUCHES
    dkim = [_passes(one, domain, ("header.d", "header.i")) for one in results if one[0] == "dkim"]
    spf = [_passes(one, domain, ("smtp.mailfrom",)) for one in results if one[0] == "spf"]
    return Word.VOUCHES if not dmarc and (any(dkim) or (bool(spf) and all(spf))) else Word.SILENT


def _by(row: str) -> str:
    """The server whose word a header is."""
    words = _COMMENT.sub(" ", row).partition(";")[0].split()
    return words[0].lower() if words else ""


def _results(row: str) -> list[tuple[str, str, dict[str, str]]]:
    found = (_RESULT.fullmatch(piece) for piece in _COMMENT.sub(" ", row).split(";")[1:])
    return [
        (one[1].lower(), one[2].lower(), {name.lower(): value.lower() for name, value in _PROPERTY.findall(one[3])})
        for one in found
        if one
    ]


def _passes(result: tuple[str, str, dict[str, str]], domain: str, about: tuple[str, ...]) -> bool:
    named = [_domain(result[2][name]) for name in about if name in result[2]]
    return result[1] == "pass" and domain in named


def _domain(value: str) -> str:
    return value.rpartition("@")[2].rstrip(".")
