"""Keys for other programs: made once, shown once, kept as a hash, limited to what they are for."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from kept.core.errors import NotAllowed, NotFound, Refused
from kept.people.models import ApiToken, Person

PREFIX = "kept_"
LONGEST_NAME = 120
MOST_KEYS = 50
"""How many good keys a person has at most: beyond that nobody knows any more what opens what."""
STAMP_EVERY = timedelta(minutes=1)
"""How often a use is written down: busy programs call many times a second."""


def make_token(
    person: Person, *, scope: ApiToken.Scope, at: datetime, name: str = "", lasts: timedelta | None = None
) -> tuple[ApiToken, str]:
    """A new key with which a program acts as `person`: its row, and the key itself, which nobody can show again.

    Raises `Refused` for somebody who has left or has too many, `NotAllowed` where the scope is not theirs to give.
    """
    if not person.is_active:
        raise Refused(f"{person} has left, so no program acts for them.")
    if scope is ApiToken.Scope.SCIM and not person.is_administrator:
        raise NotAllowed(f"Only an administrator's key may keep people and teams up to date; {person} is none.")
    if keys_of(person).filter(revoked_at=None).count() >= MOST_KEYS:
        raise Refused(f"{person} has {MOST_KEYS} keys already; revoke one that is not needed any more.")
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person,
        scope=scope,
        name=" ".join(name.split())[:LONGEST_NAME],
        hashed=_hashed(key),
        hint=key[: len(PREFIX) + 4],
        created_at=at,
        expires_at=at + lasts if lasts else None,
    )
    return token, key


def token_of(key: str, *, scope: ApiToken.Scope, at: datetime) -> ApiToken:
    """The row of a key that is good for `scope` now; notes that it was used. Raises `NotFound` for any other."""
    return token_for(key, scopes=[scope], at=at)


def token_for(key: str, *, scopes: Collection[ApiToken.Scope], at: datetime) -> ApiToken:
    """The row of a key that is good for one of `scopes` now; notes that it was used. Raises `NotFound` for any other.

    One query, and a write at most once a minute.
    """
    good = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    rows = ApiToken.objects.filter(good, hashed=_hashed(key), scope__in=scopes, revoked_at=None, person__is_active=True)
    token = rows.select_related("person").first()
    if token is None or (token.scope == ApiToken.Scope.SCIM and not token.person.is_administrator):
        raise NotFound("This key is not known, or no longer good.")
    if token.last_used_at is None or at - token.last_used_at >= STAMP_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


def keys_of(person: Person) -> QuerySet[ApiToken]:
    """The keys of a person, the newest first, also those that open nothing any more."""
    return person.api_tokens.order_by("-pk")


def revoke(token: ApiToken, *, at: datetime) -> None:
    """The key opens nothing from now on."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])


def _hashed(key: str) -> str:
    """A key holds 256 random bits, so one round of a plain hash is enough: there is nothing to guess."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
