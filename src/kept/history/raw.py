"""What every reader is given, and what it leaves behind: the wanted columns as text, row by row, in one DuckDB table.

Table `raw`: `place` (the record's number, from 1), `line` (its line in the file; the row number in Parquet), and
`c0 … cn`, the wanted source columns as text. Table `rejects`: `line`, `source` (the column, where one is to blame),
`value`, `reason`, `left_out` ('row', or 'value' where only the value was left out).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from kept.history.mapping import LogMapping
from kept.history.recognise import Choose
from kept.history.sql import Sql, listed, sql
from kept.history.unpack import PlainFile, Progress

MEMORY_LIMIT: Final = "2GB"
"""What does not fit goes to the disk for the while, so that a few million rows are read on a small machine too."""

REJECTS_TABLE: Final = (
    "CREATE TEMP TABLE rejects (line BIGINT, source VARCHAR, value VARCHAR, reason VARCHAR, left_out VARCHAR)"
)


@dataclass(frozen=True)
class Task:
    """One file to be read: `name` is what to call it, `choose` settles the mapping once its columns are known."""

    connection: duckdb.DuckDBPyConnection
    scratch: Path
    plain: PlainFile
    name: str
    mapping: LogMapping | None
    choose: Choose
    on_progress: Progress


@dataclass(frozen=True)
class RawRows:
    """What a reader found.

    `mapping` is the one to read by; `columns` are all the columns of the file; `cells` says in which column of `raw`
    each wanted one lies; `moments` are those that the file itself types as times (always ISO 8601 in `raw`); `rows`
    counts the records, rejected ones included; `row_word` is what `line` counts ("line" or "row").
    """

    mapping: LogMapping
    columns: tuple[str, ...]
    cells: Mapping[str, Sql]
    rows: int
    moments: frozenset[str] = frozenset()
    row_word: str = "line"
    notes: tuple[str, ...] = ()


def cells_of(wanted: tuple[str, ...]) -> dict[str, Sql]:
    """Where in `raw` each wanted column lies."""
    return {column: sql("c{place}", place=place) for place, column in enumerate(wanted)}


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB of our own in memory that spills into `scratch`, speaks UTC and fetches nothing from the network."""
    connection = duckdb.connect(
        config={
            "temp_directory": str(scratch / "spill"),
            "memory_limit": MEMORY_LIMIT,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    # DuckDB would draw a bar of its own on stdout, into what a command says as JSON.
    connection.execute("SET enable_progress_bar = false")
    connection.execute(REJECTS_TABLE)
    return connection


def create_raw(connection: duckdb.DuckDBPyConnection, width: int) -> None:
    """An empty table `raw` for `width` columns, instead of any that is there."""
    cells = listed(sql("c{place} VARCHAR", place=place) for place in range(width))
    connection.execute(sql("CREATE OR REPLACE TEMP TABLE raw (place BIGINT, line BIGINT, {cells})", cells=cells))


def count_raw(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of rows in `raw`."""
    return int(connection.execute("SELECT count(*) FROM raw").fetchall()[0][0])
