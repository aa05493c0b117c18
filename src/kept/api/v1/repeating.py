"""A call may be sent twice: with the same `Idempotency-Key` the second gets the answer of the first, and does nothing.

The answer is written in the same transaction as what the call did: both are there, or neither. It is kept for a day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from kept.api.models import GivenAnswer
from kept.api.v1.problems import Problem
from kept.people.models import ApiToken

HEADER = "Idempotency-Key"
Do = Callable[[], HttpResponse]
PIECE = 64 * 1024
LONGEST = 255
KEPT_FOR = timedelta(hours=24)
SWEPT_EVERY = 100
"""After so many answers those older than a day are deleted."""
AGAIN = "Idempotent-Replayed"
KEPT_HEADERS = ("Content-Type", "Location", "Content-Location", "ETag")


def key_of(http: HttpRequest) -> str:
    """The key that the call carries, "" where none. Raises `Problem` for one that is none."""
    key = http.headers.get(HEADER, "").strip()
    if len(key) > LONGEST or not (key.isascii() and key.isprintable()):
        raise Problem("malformed", f"{HEADER} is at most {LONGEST} plain characters, such as a UUID.")
    return key


def once(
    http: HttpRequest, token: ApiToken, at: datetime, do: Do, *, kept: Callable[[bytes], bytes] = bytes
) -> HttpResponse:
    """Do it, or give the answer that was given; without a key just do it. Of its content `kept` is kept.

    Raises `Problem` where the key was used for another call, or where the first call is still being worked on.
    """
    key = key_of(http)
    return once_for(token, key, _hash_of(http), at, do, kept=kept) if key else do()


def once_for(
    token: ApiToken, key: str, asked: str, at: datetime, do: Do, *, kept: Callable[[bytes], bytes] = bytes
) -> HttpResponse:
    """The same for a call by any door: `key` is the caller's own, `asked` a hash of what makes the call the same."""
    with transaction.atomic():
        _alone(token, key)
        given = GivenAnswer.objects.filter(token=token, key=key).first()
        if given is not None and at - given.at < KEPT_FOR:
            return _again(given, asked)
        if given is not None:
            given.delete()
        response = do()
        written = GivenAnswer.objects.create(token=token, key=key, **_told(response, asked, kept, at))
        if written.pk % SWEPT_EVERY == 0:
            sweep(at)
    return response


def once_in_pieces(http: HttpRequest, token: ApiToken, at: datetime, do: Do) -> HttpResponse:
    """The same for a file, which comes in piece by piece with no transaction open: same key and content, same row.

    Of two at the same moment both come in; the second is told of the first, and its own is thrown away after a day.
    """
    key = key_of(http)
    if not key:
        return do()
    GivenAnswer.objects.filter(token=token, key=key, at__lte=at - KEPT_FOR).delete()
    given = GivenAnswer.objects.filter(token=token, key=key).first()
    if given is not None:
        return _again(given, _hash_of_pieces(http, _digest_of_pieces(http)))
    response = do()
    asked = _hash_of_pieces(http, json.loads(response.content)["sha256"])
    given, made = GivenAnswer.objects.get_or_create(token=token, key=key, defaults=_told(response, asked, bytes, at))
    return response if made else _again(given, asked)


def sweep(at: datetime) -> int:
    """Delete the answers that are older than a day; gives how many."""
    return GivenAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()[0]


def _again(given: GivenAnswer, asked: str) -> HttpResponse:
    if given.asked != asked:
        raise Problem("key-reused", f"This {HEADER} came with another call before; use a new one for each new call.")
    return HttpResponse(bytes(given.body), status=given.status, headers=dict(given.headers) | {AGAIN: "true"})


def _told(response: HttpResponse, asked: str, kept: Callable[[bytes], bytes], at: datetime) -> dict[str, Any]:
    """What is written down of an answer."""
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return {
        "asked": asked, "status": response.status_code, "headers": headers, "body": kept(response.content), "at": at
    }  # fmt: skip


def _hash_of(http: HttpRequest) -> str:
    """What makes a call the same: method, address, what it wants to be unchanged, and every byte of its body."""
    said = f"{http.method} {http.get_full_path()}\n{http.headers.get('If-Match', '')}\n".encode()
    return hashlib.sha256(said + http.body).hexdigest()


def _hash_of_pieces(http: HttpRequest, digest: str) -> str:
    return hashlib.sha256(f"{http.method} {http.get_full_path()}\n{digest}".encode()).hexdigest()


def _digest_of_pieces(http: HttpRequest) -> str:
    """The hash of a content that was taken in before; what is larger than any file is another one in any case."""
    digest, left = hashlib.sha256(), settings.KEPT_LARGEST_FILE + 1
    while left > 0 and (piece := http.read(min(PIECE, left))):
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest()


def _alone(token: ApiToken, key: str) -> None:
    """Nobody else works on this key until the transaction ends. On SQLite the second writer waits in any case."""
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(f"{token.pk} {key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise Problem("still-working", "The same call is still being worked on.", headers={"Retry-After": "1"})
