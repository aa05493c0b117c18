"""How often one secret address may be called: counted for a minute, in each process by itself."""

from __future__ import annotations

from django.core.cache import cache

from kept.people.secrets import hashed

A_MINUTE = 60


def too_often(secret: str, *, most: int) -> bool:
    """Count one call with `secret`; whether there were more than `most` in this minute."""
    key = f"kept-secret-{hashed(secret)}"
    cache.add(key, 0, A_MINUTE)
    try:
        return cache.incr(key) > most
    except ValueError:  # its minute ended in between
        return False
