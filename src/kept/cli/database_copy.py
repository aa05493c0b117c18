"""A copy of the database, taken while people work in it, and its way back. PostgreSQL's programs do its part."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connection

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.core.errors import Refused
from kept.history.files import make_durable

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
RUNNING = (
    "Somebody works with this installation's database: stop `kept serve` and `kept worker` first, or acts that were "
    "acknowledged meanwhile would be lost."
)


def copy_out(folder: Path) -> tuple[Path, str]:
    """A consistent copy of the database as a file in `folder`, and which program made it."""
    path = folder / NAMES[connection.vendor]
    if connection.vendor == "sqlite":
        with sqlite3.connect(connection.settings_dict["NAME"]) as source, sqlite3.connect(path) as target:
            source.backup(target, pages=-1)
        source.close()
        target.close()
        return path, f"SQLite {sqlite3.sqlite_version}"
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}", *_where())
    return path, _run("pg_dump", "--version").strip()


def refuse_in_use() -> None:
    """Refuse where anybody else has the database open. What was still beside a SQLite file is in it afterwards."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        connection.close()
        if path.exists() and not _alone(path):
            raise Refused(RUNNING)
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        if cursor.fetchone()[0]:
            raise Refused(RUNNING)


def _alone(path: Path) -> bool:
    """Whether nobody else has the file open: only then does SQLite leave the write-ahead log."""
    beside = sqlite3.connect(path, timeout=0)
    try:
        return bool(beside.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete")
    except sqlite3.OperationalError:
        return False
    finally:
        beside.close()


def refuse_unsound(copy: Path) -> None:
    """Refuse a copy that its own database cannot read."""
    if connection.vendor == "postgresql":
        _run("pg_restore", "--list", str(copy))
        return
    try:
        database = sqlite3.connect(f"file:{copy}?mode=ro", uri=True)
        said = database.execute("PRAGMA quick_check").fetchone()[0]
        database.close()
    except sqlite3.DatabaseError as error:
        raise Refused(f"The database in this backup is damaged ({error}). Nothing was changed.") from error
    if said != "ok":
        raise Refused(f"The database in this backup is damaged ({said}). Nothing was changed.")


def put_back(copy: Path, *, aside: Path | None) -> str:
    """Put a copy in the place of the database, in one step: who is killed before it leaves the old one whole.

    The old one goes to `aside`, where one is given. Gives the words that say where it is now.
    """
    if connection.vendor == "sqlite":
        return _put_file_back(copy, aside)
    schema = f"before_restore_{aside.name.rpartition('-')[2]}" if aside else ""
    _put_dump_back(copy, schema)
    return f"the schema {schema} of the same database" if schema else ""


def _put_file_back(copy: Path, aside: Path | None) -> str:
    place = Path(connection.settings_dict["NAME"])
    connection.close()
    old = aside / place.name if aside and place.exists() else None
    if old is not None:
        old.hardlink_to(place)
        make_durable(old.parent)
    for ending in ("-wal", "-shm", "-journal"):
        place.with_name(place.name + ending).unlink(missing_ok=True)
    copy.replace(place)
    make_durable(place.parent)
    return str(old) if old else ""


def _put_dump_back(copy: Path, schema: str) -> None:
    """One transaction: the tables that are here move into another schema, and those of the copy come in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        here = cursor.fetchone()[0] or "public"
    connection.close()
    begin = f'ALTER SCHEMA "{here}" RENAME TO "{schema}"; CREATE SCHEMA "{here}";' if schema else "SELECT 1;"
    script = copy.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(copy))
    _run(
        "psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--command={begin}",
        f"--file={script}", "--output=/dev/null", *_where(),
    )  # fmt: skip


def _where() -> list[str]:
    """How PostgreSQL's programs reach the database; the password goes by the environment, see `_run`."""
    named = connection.settings_dict
    said = {"host": named["HOST"], "port": named["PORT"], "username": named["USER"], "dbname": named["NAME"]}
    return [f"--{name}={value}" for name, value in said.items() if value] + ["--no-password"]


def _run(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise Refused(
            f"{program} is not on this machine's PATH. Install PostgreSQL's client programs (postgresql-client), of "
            "the server's version or newer, and try again."
        )
    password = connection.settings_dict.get("PASSWORD")
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {}) | {"LC_ALL": "C"}
    done = subprocess.run([path, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 fixed programs, no shell
    if done.returncode:
        lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
        raise Refused(f"{program} could not do it: {lines[0] if lines else 'it gave no reason'}. {_hint(done.stderr)}")
    return done.stdout


def _hint(said: str) -> str:
    if "version mismatch" in said or "unsupported version" in said:
        return "Install the client programs of the newer PostgreSQL (postgresql-client) and try again."
    return "Nothing was changed."
