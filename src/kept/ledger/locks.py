"""Locks for what one stream's own lock does not guard. On SQLite there is one writer at a time anyway."""

from __future__ import annotations

from django.db import connection

LINKING = 0x6C696E6B
"""The number of PostgreSQL's advisory lock for linking promises: "link" in ASCII."""


def link_alone() -> None:
    """Let nobody else link promises until the transaction ends: two links at once could close a circle unseen."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LINKING])
