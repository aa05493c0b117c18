"""Rows from Python into `raw` and `rejects`, by way of two files that DuckDB reads at once.

The files are newline-delimited JSON: DuckDB's CSV reader stumbles over some texts that CSV can hold (line ends of two
kinds in one file), JSON leaves nothing to guess.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

import duckdb

from kept.history.raw import create_raw
from kept.history.sql import Sql, listed, literal, sql

LONGEST_ROW_BYTES: Final = 128 << 20


class Batches:
    """Takes rows of text one by one; when its `with` block ends well, DuckDB has them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Path, width: int) -> None:
        self._connection = connection
        self._cells = [f"c{place}" for place in range(width)]
        self._row_keys = ["place", "line", *self._cells]
        self._rows = scratch / "rows.json"
        self._rejects = scratch / "rejects.json"
        self._encode = json.JSONEncoder(ensure_ascii=False).encode

    def __enter__(self) -> Self:
        create_raw(self._connection, len(self._cells))
        self._rows_out: TextIO = self._rows.open("w", encoding="utf-8", newline="\n")
        self._rejects_out: TextIO = self._rejects.open("w", encoding="utf-8", newline="\n")
        return self

    def add(self, place: int, line: int, values: Sequence[str | None]) -> None:
        """One good record: its number, its line, and the wanted values in order."""
        row: dict[str, Any] = dict(zip(self._row_keys, (place, line, *values), strict=True))
        self._rows_out.write(self._encode(row) + "\n")

    def reject(self, line: int, reason: str) -> None:
        """One record that can't be used, as a whole."""
        self._rejects_out.write(self._encode({"line": line, "reason": reason}) + "\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows_out.close()
        self._rejects_out.close()
        if kind is None:
            self._connection.execute("DELETE FROM rejects")
            self._load(Sql("raw"), self._rows, ["place", "line"], self._cells)
            self._load(Sql("rejects (line, reason)"), self._rejects, ["line"], ["reason"])
            self._connection.execute("UPDATE rejects SET left_out = 'row'")

    def _load(self, target: Sql, path: Path, numbers: list[str], texts: list[str]) -> None:
        # DuckDB refuses a file without a single row.
        if path.stat().st_size:
            columns = [sql("{name}: 'BIGINT'", name=literal(name)) for name in numbers]
            columns += [sql("{name}: 'VARCHAR'", name=literal(name)) for name in texts]
            self._connection.execute(
                sql(
                    "INSERT INTO {target} SELECT * FROM read_json({path}, columns = {{{columns}}}, "
                    "format = 'newline_delimited', compression = 'none', maximum_object_size = {longest})",
                    target=target,
                    path=literal(str(path)),
                    columns=listed(columns),
                    longest=LONGEST_ROW_BYTES,
                )
            )
        path.unlink()
