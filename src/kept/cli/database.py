"""Bringing the database up to date before something works with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.people.models import Party

MIGRATION_LOCK = 0x6B657074
"""The number of PostgreSQL's advisory lock that lets one process at a time migrate: "kept" in ASCII."""


def bring_up_to_date() -> None:
    """Make the database, or bring its tables up to this version, and seal the ledger."""
    with _one_at_a_time():
        call_command("migrate", interactive=False, verbosity=0)


def is_empty() -> bool:
    """Whether nobody works here yet and nobody is served."""
    return not Party.objects.exists()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield  # SQLite's own write lock does it
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
