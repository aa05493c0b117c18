"""Rows from Python into `raw` and `rejects`, by way of two files that DuckDB reads at once."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import duckdb

from kept.history.raw import create_raw
from kept.history.sql import Sql, listed, literal, sql

LONGEST_ROW_BYTES: Final = 64 << 20


class Batches:
    """Takes rows of text one by one; when its `with` block ends well, DuckDB has them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Path, width: int) -> None:
        self._connection = connection
        self._width = width
        self._rows = scratch / "rows.csv"
        self._rejects = scratch / "rejects.csv"

    def __enter__(self) -> Self:
        create_raw(self._connection, self._width)
        self._streams = [path.open("w", encoding="utf-8", newline="") for path in (self._rows, self._rejects)]
        self._write_row, self._write_reject = (csv.writer(stream).writerow for stream in self._streams)
        return self

    def add(self, place: int, line: int, values: Sequence[str | None]) -> None:
        """One good record: its number, its line, and the wanted values in order."""
        self._write_row((place, line, *values))

    def reject(self, line: int, reason: str) -> None:
        """One record that can't be used, as a whole."""
        self._write_reject((line, reason))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in self._streams:
            stream.close()
        if kind is None:
            cells = [f"c{place}" for place in range(self._width)]
            self._load(Sql("raw"), self._rows, ["place", "line"], cells)
            self._connection.execute("DELETE FROM rejects")
            self._load(Sql("rejects (line, reason, left_out)"), self._rejects, ["line"], ["reason"])

    def _load(self, target: Sql, path: Path, numbers: list[str], texts: list[str]) -> None:
        columns = [sql("{name}: 'BIGINT'", name=literal(name)) for name in numbers]
        columns += [sql("{name}: 'VARCHAR'", name=literal(name)) for name in texts]
        self._connection.execute(
            sql(
                "INSERT INTO {target} SELECT *{left_out} FROM read_csv({path}, columns = {{{columns}}}, "
                "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', parallel = false, "
                "compression = 'none', max_line_size = {longest})",
                target=target,
                left_out=Sql(", 'row'" if "reason" in texts else ""),
                path=literal(str(path)),
                columns=listed(columns),
                longest=LONGEST_ROW_BYTES,
            )
        )
        path.unlink()
