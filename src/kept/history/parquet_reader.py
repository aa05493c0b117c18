"""Parquet into `raw`: every wanted column as text, times as ISO 8601."""

from __future__ import annotations

import duckdb

from kept.history.dialect import MOST_COLUMNS
from kept.history.errors import UnreadableLog
from kept.history.raw import RawRows, Task, cells_of, count_raw
from kept.history.sql import identifier, listed, literal, sql

OWN_COLUMN = "file_row_number"
TIME_TYPES = ("TIMESTAMP", "DATE")


def read(task: Task) -> RawRows:
    """Fill `raw` from the Parquet file of `task`. Raises UnreadableLog, BadMapping."""
    task.on_progress("Reading the rows", 0.0)
    try:
        return _read(task)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        raise UnreadableLog(
            f"{task.name} is a Parquet file, but damaged or cut off. Write or copy it again; nothing was kept."
        ) from None


def _read(task: Task) -> RawRows:
    source = sql("read_parquet({path}, file_row_number = true)", path=literal(str(task.plain.path)))
    described = task.connection.execute(sql("DESCRIBE SELECT * FROM {source}", source=source)).fetchall()
    types = {str(column): str(kind) for column, kind, *_ in described if column != OWN_COLUMN}
    if len(types) > MOST_COLUMNS:
        raise UnreadableLog(
            f"{task.name} has {len(types):,} columns; Kept reads up to {MOST_COLUMNS:,}. Keep only those needed."
        )
    chosen = task.choose(tuple(types), frozenset())
    cells = cells_of(chosen.wanted())
    texts = listed(
        sql("CAST({column} AS VARCHAR) AS {cell}", column=identifier(column), cell=cell)
        for column, cell in cells.items()
    )
    number = sql("{own} + 1", own=identifier(OWN_COLUMN))
    task.connection.execute(
        sql(
            "CREATE OR REPLACE TEMP TABLE raw AS SELECT {number} AS place, {number} AS line, {texts} FROM {source}",
            number=number,
            texts=texts,
            source=source,
        )
    )
    moments = frozenset(column for column in cells if types[column].startswith(TIME_TYPES))
    return RawRows(chosen, tuple(types), cells, count_raw(task.connection), moments=moments, row_word="row")
