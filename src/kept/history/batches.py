"""Rows from Python into `raw` and `rejects`, a hundred thousand at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb
import pyarrow as pa

from kept.history.raw import create_raw

BATCH_ROWS: Final = 100_000


class Batches:
    """Takes rows of text one by one and hands them to DuckDB in batches; `finish` hands over the rest."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, width: int) -> None:
        self._connection = connection
        self._width = width
        self._numbers: list[tuple[int, int]] = []
        self._rows: list[Sequence[str | None]] = []
        self._rejects: list[tuple[int, str]] = []
        create_raw(connection, width)
        connection.execute("DELETE FROM rejects")

    def add(self, place: int, line: int, values: Sequence[str | None]) -> None:
        """One good record: its number, its line, and the wanted values in order."""
        self._numbers.append((place, line))
        self._rows.append(values)
        if len(self._rows) >= BATCH_ROWS:
            self._hand_over()

    def reject(self, line: int, reason: str) -> None:
        """One record that can't be used, as a whole."""
        self._rejects.append((line, reason))
        if len(self._rejects) >= BATCH_ROWS:
            self._hand_over()

    def finish(self) -> None:
        """Hand over what is left."""
        self._hand_over()

    def _hand_over(self) -> None:
        if self._rows:
            self._insert_rows()
        if self._rejects:
            lines, reasons = zip(*self._rejects, strict=True)
            rejected = pa.table({"line": pa.array(lines, pa.int64()), "reason": pa.array(reasons, pa.string())})
            self._connection.register("batch", rejected)
            self._connection.execute("INSERT INTO rejects SELECT line, NULL, NULL, reason, 'row' FROM batch")
            self._connection.unregister("batch")
            self._rejects.clear()

    def _insert_rows(self) -> None:
        places, lines = zip(*self._numbers, strict=True)
        columns = {"place": pa.array(places, pa.int64()), "line": pa.array(lines, pa.int64())}
        for number, values in enumerate(zip(*self._rows, strict=True)):
            columns[f"c{number}"] = pa.array(values, pa.string())
        self._connection.register("batch", pa.table(columns))
        self._connection.execute("INSERT INTO raw SELECT * FROM batch")
        self._connection.unregister("batch")
        self._numbers.clear()
        self._rows.clear()
