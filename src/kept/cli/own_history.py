"""Kept's own promises in the history, brought up to date before the history is read."""

from __future__ import annotations

from django.db import connection

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.outlook import observed
from kept.outlook.models import SourceSeen
from kept.promises import history

LEDGER_TABLE = "ledger_event"
"""Where the ledger lies; a test holds it to the model."""


def refresh() -> None:
    """Add what happened since the last time; nothing to do where this installation has no database yet."""
    if _there(LEDGER_TABLE):
        history.refresh()


def look_again() -> None:
    """Bring the observed ties up to date with the history, so that "who is my customer?" knows them."""
    if _there(SourceSeen._meta.db_table):  # noqa: SLF001 Django means it for us
        observed.look_again()


def _there(table: str) -> bool:
    return table in connection.introspection.table_names()
