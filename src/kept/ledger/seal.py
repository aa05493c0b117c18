"""The seal: the database itself refuses UPDATE, DELETE and TRUNCATE of the ledger, on SQLite and on PostgreSQL.

On SQLite a `REPLACE INTO` deletes without asking the delete trigger, so inserting over an existing row is refused too.
"""

from __future__ import annotations

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("ledger_event", "ledger_stream")
MESSAGE = "The ledger is append-only"


def lay(using: str = "default") -> None:
    """Seal every table of the ledger that exists; laying it again changes nothing."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in TABLES:
            if table in present:
                for statement in _statements(connection, table):
                    cursor.execute(statement)


def lift(using: str = "default") -> None:
    """Take the seal off: for the test that has to empty its tables, and for nothing else."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in TABLES:
            for trigger in _triggers(connection, table):
                suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{suffix}")


def is_laid(using: str = "default") -> bool:
    """Whether every trigger of the seal is in place and switched on."""
    connection = connections[using]
    wanted = {trigger for table in TABLES for trigger in _triggers(connection, table)}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return wanted <= {row[0] for row in cursor.fetchall()}


def _triggers(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    kinds = ("change", "truncate") if connection.vendor == "postgresql" else ("update", "delete", "replace")
    return [f"{table}_no_{kind}" for kind in kinds]


def _statements(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    return _postgresql(table) if connection.vendor == "postgresql" else _sqlite(table)


def _postgresql(table: str) -> list[str]:
    return [
        f"""CREATE OR REPLACE FUNCTION kept_ledger_sealed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$""",
        f"""CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION kept_ledger_sealed()""",
        f"""CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION kept_ledger_sealed()""",
    ]


def _sqlite(table: str) -> list[str]:
    same = "id = NEW.id"
    if table == "ledger_event":
        same += " OR (stream_id = NEW.stream_id AND sequence = NEW.sequence)"
    abort = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {abort}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {abort}",
        f"""CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {abort}""",  # noqa: S608 fixed names
    ]
