"""Many rows at once: what the ORM does a row object at a time, said in a few statements.

Names of tables and columns come from this package's own code, never from outside; values are always parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")
PART = 10_000
"""Rows that go into one round: enough to be quick, few enough to show progress."""
MOST_PARAMETERS = 900
"""SQLite took no more than 999 parameters in a statement for many years."""


def insert(
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    on_progress: Callable[[float], None] | None = None,
) -> None:
    """Insert `rows`; `on_progress` hears the share that is done."""
    named = f"{table} ({', '.join(columns)})"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for done, part in _parts_of(rows):
                with cursor.copy(f"COPY {named} FROM STDIN") as copy:
                    for row in part:
                        copy.write_row(row)
                if on_progress:
                    on_progress(done)
        return
    marks = ", ".join(["%s"] * len(columns))
    _each(f"INSERT INTO {named} VALUES ({marks})", rows, on_progress)  # noqa: S608 own names


def update(
    table: str,
    columns: Sequence[str],
    key: str,
    rows: Sequence[Sequence[Any]],
    *,
    on_progress: Callable[[float], None] | None = None,
) -> None:
    """Set `columns` of the rows whose `key` stands last in each of `rows`."""
    setting = ", ".join(f"{column} = %s" for column in columns)
    _each(f"UPDATE {table} SET {setting} WHERE {key} = %s", rows, on_progress)  # noqa: S608 own names


def delete(table: str, keys: Sequence[int]) -> None:
    """Delete the rows with these ids."""
    for part in parts(keys, MOST_PARAMETERS):
        marks = ", ".join(["%s"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id IN ({marks})", part)  # noqa: S608 own names


def in_parts(keys: Iterable[int], query: Callable[[list[int]], Iterable[T]]) -> Iterator[T]:
    """What `query` gives for `keys`, asked in parts that every database takes."""
    for part in parts(keys, MOST_PARAMETERS):
        yield from query(part)


def parts(rows: Iterable[T], size: int = PART) -> Iterator[list[T]]:
    """`rows` in lists of at most `size`."""
    waiting = iter(rows)
    while part := list(islice(waiting, size)):
        yield part


def _each(statement: str, rows: Sequence[Sequence[Any]], on_progress: Callable[[float], None] | None) -> None:
    with connection.cursor() as cursor:
        for done, part in _parts_of(rows):
            cursor.executemany(statement, part)
            if on_progress:
                on_progress(done)


def _parts_of(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[float, list[Sequence[Any]]]]:
    """The rows in parts, each with the share that is done after it."""
    for number, part in enumerate(parts(rows), start=1):
        yield min(1.0, number * PART / len(rows)), part
