"""A call may be sent twice: with the same `Idempotency-Key` the second gets the answer of the first, and does nothing.

The answer is written in the same transaction as what the call did: both are there, or neither. It is kept for a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from kept.api.models import GivenAnswer
from kept.api.v1.problems import Problem
from kept.people.models import ApiToken

HEADER = "Idempotency-Key"
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


def once(http: HttpRequest, token: ApiToken, at: datetime, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Do it, or give the answer that was given; without a key just do it.

    Raises `Problem` where the key was used for another call, or where the first call is still being worked on.
    """
    key = key_of(http)
    return once_for(token, key, _hash_of(http), at, do) if key else do()


def once_for(token: ApiToken, key: str, asked: str, at: datetime, do: Callable[[], HttpResponse]) -> HttpResponse:
    """The same for a call by any door: `key` is the caller's own, `asked` a hash of what makes the call the same."""
    with transaction.atomic():
        _alone(token, key)
        given = GivenAnswer.objects.filter(token=token, key=key).first()
        if given is not None and at - given.at < KEPT_FOR:
            return _again(given, asked)
        if given is not None:
            given.delete()
        response = do()
        _keep(response, token, key, asked, at)
    return response


def sweep(at: datetime) -> int:
    """Delete the answers that are older than a day; gives how many."""
    return GivenAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()[0]


def _again(given: GivenAnswer, asked: str) -> HttpResponse:
    if given.asked != asked:
        raise Problem("key-reused", f"This {HEADER} came with another call before; use a new one for each new call.")
    return HttpResponse(bytes(given.body), status=given.status, headers=dict(given.headers) | {AGAIN: "true"})


def _keep(response: HttpResponse, token: ApiToken, key: str, asked: str, at: datetime) -> None:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    kept = GivenAnswer.objects.create(
        token=token, key=key, asked=asked, status=response.status_code, headers=headers, body=response.content, at=at
    )
    if kept.pk % SWEPT_EVERY == 0:
        sweep(at)


def _hash_of(http: HttpRequest) -> str:
    """What makes a call the same: method, address, what it wants to be unchanged, and every byte of its body."""
    said = f"{http.method} {http.get_full_path()}\n{http.headers.get('If-Match', '')}\n".encode()
    return hashlib.sha256(said + http.body).hexdigest()


def _alone(token: ApiToken, key: str) -> None:
    """Nobody else works on this key until the transaction ends. On SQLite the second writer waits in any case."""
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(hashlib.sha256(f"{token.pk} {key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise Problem("still-working", "The same call is still being worked on.", headers={"Retry-After": "1"})
