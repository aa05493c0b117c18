"""Reading a work log: the front door of history.

`understand` looks at a file and keeps nothing; `open_log` gives its events in the one shape to ask questions of.
"""

from __future__ import annotations

import hashlib
import importlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb

from kept.history.canonical import EVENTS, Shaped, shape_rows
from kept.history.errors import UnreadableLog
from kept.history.mapping import LogMapping
from kept.history.raw import RawRows, Task, connect
from kept.history.recognise import chooser
from kept.history.shape import MEANINGS, NAMES, ROLES, TIME_ROLES
from kept.history.sql import identifier, listed, sql
from kept.history.unpack import Kind, PlainFile, Progress, unpack

READERS: Final = {
    Kind.CSV: "kept.history.csv_reader",
    Kind.XES: "kept.history.xes_reader",
    Kind.PARQUET: "kept.history.parquet_reader",
}
REJECTS_SHOWN: Final = 100
SAMPLE_ROWS: Final = 5
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Taken:
    """What was taken for what: the source column `column` is read as `role`, which means `meaning`."""

    role: str
    column: str
    meaning: str


@dataclass(frozen=True)
class Reject:
    """One row (or, where `left_out` is "value", one value of a row that was kept) that could not be used.

    `line` is the line in the file where the record begins (in Parquet its row); `column` and `value` may be empty.
    """

    line: int
    column: str
    value: str
    reason: str
    left_out: str


@dataclass(frozen=True)
class Understanding:
    """What Kept understood of a work log.

    `rows` are the file's records and `events` those that could be used: rows − rejected. `first` and `last` are the
    span in UTC. `rejects` are the first hundred, `reasons` counts all by their sentence. `sample` holds the first
    events in the shape's words. `fingerprint` is equal for equal content read by an equal mapping.
    """

    source: str
    format: str
    recognised_as: str | None
    mapping: LogMapping
    time_format: str
    taken: tuple[Taken, ...]
    unused_columns: tuple[str, ...]
    notes: tuple[str, ...]
    rows: int
    cases: int
    events: int
    teams: int
    persons: int
    customers: int
    first: datetime
    last: datetime
    rejected: int
    values_left_out: int
    rejects: tuple[Reject, ...]
    reasons: tuple[tuple[str, int], ...]
    sample: tuple[dict[str, Any], ...]
    row_word: str
    fingerprint: str


@dataclass(frozen=True)
class OpenLog:
    """A work log that has been read: its events lie in the table `events` of `connection`, in the one shape."""

    connection: duckdb.DuckDBPyConnection
    events: str
    attributes: tuple[str, ...]
    understanding: Understanding
    scratch: Path


def _silent(_what: str, _share: float) -> None:
    """The progress that nobody watches."""


def understand(path: Path, mapping: LogMapping | None = None, *, on_progress: Progress | None = None) -> Understanding:
    """What Kept understands of the log at `path`, keeping nothing.

    Without a mapping the columns' names must be ones that Kept recognises. Raises UnreadableLog, BadMapping.
    """
    with open_log(path, mapping, on_progress=on_progress) as log:
        return log.understanding


@contextmanager
def open_log(
    path: Path, mapping: LogMapping | None = None, *, name: str | None = None, on_progress: Progress | None = None
) -> Iterator[OpenLog]:
    """Read the log at `path`, to be asked while the context is open; `name` is what to call it (its file name).

    Raises UnreadableLog or BadMapping where the file as a whole can't be used.
    """
    progress = on_progress or _silent
    name = name or path.name
    with tempfile.TemporaryDirectory(prefix="kept-reading-") as folder:
        scratch = Path(folder)
        plain = unpack(path, scratch, encoding=mapping.encoding if mapping else None, on_progress=progress)
        connection = connect(scratch)
        try:
            task = Task(connection, scratch, plain, name, mapping, chooser(mapping), progress)
            # Each reader needs modules of its own; only the one at work is loaded.
            raw: RawRows = importlib.import_module(READERS[plain.kind]).read(task)
            progress("Sorting good rows from bad", 0.0)
            shaped = shape_rows(connection, raw, raw.mapping, name)
            understanding = _understood(connection, plain, raw, shaped, name, recognised=mapping is None)
            yield OpenLog(connection, EVENTS, shaped.attributes, understanding, scratch)
        except (duckdb.OutOfMemoryException, MemoryError):
            raise UnreadableLog(f"{name} is too large for the memory of this machine.") from None
        finally:
            connection.close()


def _understood(
    connection: duckdb.DuckDBPyConnection,
    plain: PlainFile,
    raw: RawRows,
    shaped: Shaped,
    name: str,
    *,
    recognised: bool,
) -> Understanding:
    mapping = shaped.mapping
    events, cases, teams, persons, customers, first, last = _counted(connection)
    roles = [role for role in ROLES if role in mapping.columns]
    return Understanding(
        source=name,
        format=plain.kind.value,
        recognised_as=mapping.origin if recognised else None,
        mapping=replace(mapping, at_format=shaped.time_format.pattern),
        time_format=shaped.time_format.in_words(),
        taken=tuple(Taken(role, mapping.columns[role], MEANINGS[role]) for role in roles),
        unused_columns=tuple(column for column in raw.columns if column not in mapping.wanted()),
        notes=(*plain.notes, *raw.notes, *(_guessed(mapping) if recognised else ())),
        rows=raw.rows,
        cases=cases,
        events=events,
        teams=teams,
        persons=persons,
        customers=customers,
        first=_moment(first),
        last=_moment(last),
        rejected=shaped.rejected,
        values_left_out=shaped.values_left_out,
        rejects=_first_rejects(connection),
        reasons=_reasons(connection),
        sample=_sample(connection),
        row_word=raw.row_word,
        fingerprint=hashlib.sha256(f"{plain.fingerprint}\n{mapping.canonical_text()}".encode()).hexdigest(),
    )


def _guessed(mapping: LogMapping) -> tuple[str, ...]:
    """What was assumed beside the columns, because no mapping said it."""
    words = ", ".join(f"“{word}”" for word in mapping.missing if word)
    return (f"Taken for “no value”: an empty cell, {words}.",) if words else ()


def _counted(connection: duckdb.DuckDBPyConnection) -> tuple[int, ...]:
    query = sql(
        'SELECT count(*), count(DISTINCT "case"), count(DISTINCT team), count(DISTINCT person), '
        'count(DISTINCT customer), epoch_us(min("at")), epoch_us(max("at")) FROM {events}',
        events=EVENTS,
    )
    return tuple(connection.execute(query).fetchall()[0])


def _moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def _first_rejects(connection: duckdb.DuckDBPyConnection) -> tuple[Reject, ...]:
    rows = connection.execute(
        "SELECT line, coalesce(source, ''), coalesce(value, ''), reason, left_out FROM rejects "
        "ORDER BY left_out, line LIMIT ?",
        [REJECTS_SHOWN],
    ).fetchall()
    return tuple(Reject(*row) for row in rows)


def _reasons(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[str, int], ...]:
    rows = connection.execute("SELECT reason, count(*) FROM rejects GROUP BY reason ORDER BY 2 DESC, 1").fetchall()
    return tuple((str(reason), int(count)) for reason, count in rows)


def _sample(connection: duckdb.DuckDBPyConnection) -> tuple[dict[str, Any], ...]:
    # DuckDB would need another package to hand over zoned times, so they travel as microseconds.
    shown = listed(
        sql("epoch_us({column})", column=identifier(column)) if column in TIME_ROLES else identifier(column)
        for column in NAMES
    )
    query = sql("SELECT {shown} FROM {events} ORDER BY place LIMIT {n}", shown=shown, events=EVENTS, n=SAMPLE_ROWS)
    return tuple(
        {
            column: _moment(value) if column in TIME_ROLES and value is not None else value
            for column, value in zip(NAMES, row, strict=True)
        }
        for row in connection.execute(query).fetchall()
    )
