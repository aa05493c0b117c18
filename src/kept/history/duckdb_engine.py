"""DuckDB in this process: the engine that is always there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from kept.history.engine import EVENTS_TABLE, Engine, Query, Source
from kept.history.errors import BrokenStore
from kept.history.raw import connect
from kept.history.reading import OpenLog
from kept.history.shape import COLUMNS, NAMES
from kept.history.sql import Sql, identifier, listed, literal, sql


class DuckDBEngine:
    """Answers queries over the table `events` of a DuckDB connection."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, logs: tuple[str, ...]) -> None:
        self._connection = connection
        self.logs = logs

    def rows(self, query: Query) -> list[tuple[Any, ...]]:
        """The rows that the query gives. Raises BrokenStore where a kept file can't be read."""
        return self._executed(Sql(query.texts[self.name])).fetchall()

    def lay(self, query: Query, table: str) -> None:
        """Work the query out once and lay what it gives as a table. Raises BrokenStore where a kept file can't be
        read.
        """
        text = Sql(query.texts[self.name])
        self._executed(sql("CREATE OR REPLACE TEMP TABLE {table} AS {text}", table=identifier(table), text=text))

    def _executed(self, text: Sql) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(text)
        except duckdb.IOException as error:
            raise BrokenStore(f"A file of the history can't be read: {str(error).splitlines()[0]}") from None


@contextmanager
def over_log(log: OpenLog) -> Iterator[Engine]:
    """An engine over an open log: its events are there already."""
    name = log.understanding.source
    _create_events(log.connection, [_selected(name, Sql(log.events))])
    yield DuckDBEngine(log.connection, (name,))


@contextmanager
def over_sources(sources: Sequence[Source]) -> Iterator[Engine]:
    """An engine over kept logs, all together; over none, the table is empty."""
    with tempfile.TemporaryDirectory(prefix="kept-asking-") as folder:
        connection = connect(Path(folder))
        try:
            _create_events(connection, [_selected(source.name, _files(source)) for source in sources])
            yield DuckDBEngine(connection, tuple(source.name for source in sources))
        except duckdb.IOException as error:
            raise BrokenStore(f"A file of the history can't be read: {str(error).splitlines()[0]}") from None
        finally:
            connection.close()


def _create_events(connection: duckdb.DuckDBPyConnection, selects: list[Sql]) -> None:
    together = listed(selects or [_nothing()], " UNION ALL ")
    connection.execute(
        sql("CREATE OR REPLACE TEMP VIEW {events} AS {together}", events=Sql(EVENTS_TABLE), together=together)
    )


def _selected(name: str, source: Sql) -> Sql:
    columns = listed(identifier(column) for column in NAMES)
    return sql("SELECT {log} AS log, {columns} FROM {source}", log=literal(name), columns=columns, source=source)


def _files(source: Source) -> Sql:
    return sql("read_parquet([{files}])", files=listed(literal(str(file)) for file in source.files))


def _nothing() -> Sql:
    columns = listed(
        sql("CAST(NULL AS {type}) AS {name}", type=Sql(column.type), name=identifier(column.name)) for column in COLUMNS
    )
    return sql("SELECT CAST(NULL AS VARCHAR) AS log, {columns} WHERE false", columns=columns)
