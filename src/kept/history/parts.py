"""Kept's own ledger in the history: parts of events that are only ever added.

A part is one Parquet file in the one shape, named after the ledger's numbers of its first and last event. It is
written beside the others and renamed into place, so that a crash leaves it out or in, never half. Many small parts
are merged into one from time to time; the small ones are deleted an hour later, when nobody reads them any more.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Final

import duckdb

from kept.history.errors import HistoryError, OverlappingPart
from kept.history.files import make_durable
from kept.history.raw import connect
from kept.history.shape import CASE_PREFIX, EVENT_PREFIX, NAMES, REQUIRED_ROLES, TIME_ROLES, TYPES
from kept.history.sql import Sql, identifier, listed, literal, sql
from kept.history.store import LEFT_BEHIND_AFTER_S, OWN_LOG, PART_NAME, HistoryStore, part_files

MERGED_FROM: Final = 64
SMALL_BYTES: Final = 32 << 20
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)

Row = Mapping[str, Any]
"""One event by the shape's names: text, int, bool, aware datetimes or None. `case`, `at` and `place` must be there."""


class Appended(Enum):
    """What appending a part did."""

    ADDED = "added"
    ALREADY_THERE = "already there"


def last_event_kept(store: HistoryStore, name: str = OWN_LOG) -> int:
    """The ledger's number of the last event that is kept, 0 where there is none: the next part begins after it."""
    return max((_span(path)[1] for path in part_files(store.root / name)), default=0)


def append_part(
    store: HistoryStore, rows: Sequence[Row], *, first_event: int, last_event: int, name: str = OWN_LOG
) -> Appended:
    """Keep the events `first_event` to `last_event` of the ledger, of which `rows` are those that make history.

    `place` of each row is its event's number. Besides the shape's columns rows may carry attributes as text, named
    `case.X` or `event.X`. A part that is there already is left alone. Raises OverlappingPart where some of the events
    are kept already and some are not, HistoryError where a row isn't in the shape.
    """
    if not 0 < first_event <= last_event:
        raise HistoryError(f"A part can't cover the events {first_event} to {last_event}.")
    kept = last_event_kept(store, name)
    if last_event <= kept:
        return Appended.ALREADY_THERE
    if first_event <= kept:
        raise OverlappingPart(f"The events up to {kept} are kept already; a part must begin after them.")
    folder = store.root / name
    folder.mkdir(parents=True, exist_ok=True)
    with _new_part(folder, first_event, last_event) as path, _connection() as connection:
        _write_rows(connection, rows, path)
    _merge_small(folder)
    return Appended.ADDED


def _span(path: Path) -> tuple[int, int]:
    named = PART_NAME.fullmatch(path.name)
    return (int(named[1]), int(named[2])) if named else (0, 0)


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory(prefix="kept-part-") as scratch:
        connection = connect(Path(scratch))
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def _new_part(folder: Path, first: int, last: int) -> Iterator[Path]:
    """A path to write a part to, which becomes the part of that span when the block ends well."""
    beside = folder / f".new-{uuid.uuid4().hex}"
    try:
        yield beside
        make_durable(beside)
        beside.replace(folder / f"part-{first:015d}-{last:015d}.parquet")
        make_durable(folder)
    finally:
        beside.unlink(missing_ok=True)


def _write_rows(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row], path: Path) -> None:
    columns = (*NAMES, *_attributes(rows))
    cells = [_cell(column, [_value(row, column) for row in rows]) for column in columns]
    selected = listed(cell for cell, _ in cells)
    # COPY takes no parameters of its own.
    connection.execute(sql("CREATE TEMP TABLE part AS SELECT {selected}", selected=selected), [v for _, v in cells])
    connection.execute(
        sql(
            "COPY (SELECT * FROM part ORDER BY place) TO {path} (FORMAT parquet, COMPRESSION zstd)",
            path=literal(str(path)),
        )
    )


def _attributes(rows: Sequence[Row]) -> tuple[str, ...]:
    """The attribute columns of the rows. Raises HistoryError for a column that is not one, or lacks."""
    found = sorted({column for row in rows for column in row} - set(NAMES))
    strange = [column for column in found if not column.startswith((CASE_PREFIX, EVENT_PREFIX))]
    lacking = [role for role in (*REQUIRED_ROLES, "place") if any(row.get(role) is None for row in rows)]
    if strange or lacking:
        raise HistoryError(f"These rows are not in history's shape: unknown {strange}, lacking {lacking}.")
    return tuple(found)


def _value(row: Row, column: str) -> Any:
    value = row.get(column)
    if column in TIME_ROLES and value is not None:
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise HistoryError(f"{column} must be a moment with its time zone, not {value!r}.")
        return (value - EPOCH) // MICROSECOND
    return value


def _cell(column: str, values: list[Any]) -> tuple[Sql, list[Any]]:
    """The SQL that unfolds one column's values, and the values."""
    name, kind = identifier(column), Sql(TYPES.get(column, "VARCHAR"))
    if column in TIME_ROLES:
        return sql("make_timestamptz(unnest(?::BIGINT[])) AS {name}", name=name), values
    return sql("unnest(?::{kind}[]) AS {name}", kind=kind, name=name), values


def _merge_small(folder: Path) -> None:
    """Merge the newest parts into one where many small ones have gathered, and delete what was merged long ago."""
    in_use = part_files(folder)
    run: list[Path] = []
    for path in reversed(in_use):
        if path.stat().st_size >= SMALL_BYTES:
            break
        run.insert(0, path)
    if len(run) >= MERGED_FROM:
        first, last = _span(run[0])[0], _span(run[-1])[1]
        with _new_part(folder, first, last) as target, _connection() as connection:
            connection.execute(
                sql(
                    "COPY (SELECT * FROM read_parquet([{files}], union_by_name = true) ORDER BY place) TO {target} "
                    "(FORMAT parquet, COMPRESSION zstd)",
                    files=listed(literal(str(path)) for path in run),
                    target=literal(str(target)),
                )
            )
    _delete_merged(folder)


def _delete_merged(folder: Path) -> None:
    in_use = set(part_files(folder))
    for path in folder.iterdir():
        left_behind = PART_NAME.fullmatch(path.name) or path.name.startswith(".new-")
        if path not in in_use and left_behind and path.stat().st_mtime < time.time() - LEFT_BEHIND_AFTER_S:
            path.unlink(missing_ok=True)
