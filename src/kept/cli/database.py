"""Bringing the database up to date before something works with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.core.errors import Refused
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


def refuse_unready() -> None:
    """Refuse where there is no database yet, or its tables are not those of this version."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(name).exists():
        raise Refused(f"There is no database at {name} yet. `kept serve` makes it, and so does `kept demo`.")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("The tables of the database are not up to date. Run `kept manage migrate` first.")


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
