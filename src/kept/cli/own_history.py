"""Kept's own promises in the history, brought up to date before the history is read."""

from __future__ import annotations

from django.db import connection

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.promises import history

LEDGER_TABLE = "ledger_event"
"""Where the ledger lies; a test holds it to the model."""


def refresh() -> None:
    """Add what happened since the last time; nothing to do where this installation has no database yet."""
    if LEDGER_TABLE in connection.introspection.table_names():
        history.refresh()
