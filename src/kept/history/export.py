"""Writing the history out, for other programs: one Parquet or CSV file in the one shape, or XES."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TextIO
from xml.sax.saxutils import quoteattr

import duckdb

from kept.history.engine import Source
from kept.history.errors import NotExportable
from kept.history.raw import connect
from kept.history.shape import CASE_PREFIX, EVENT_PREFIX
from kept.history.sql import Sql, identifier, listed, literal, sql
from kept.history.store import HistoryStore

FORMATS: Final = ("parquet", "csv", "xes")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FETCHED_AT_ONCE: Final = 50_000
REMEMBERED: Final = 100_000
UNSOUND: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
XES_KEYS: Final = {
    "activity": "concept:name",
    "lifecycle": "lifecycle:transition",
    "team": "org:group",
    "person": "org:resource",
}


def export_history(store: HistoryStore, path: Path, form: str, *, names: tuple[str, ...] = ()) -> int:
    """Write the kept logs `names` (default: all) to `path` as `form`; give the number of events.

    Besides the shape's columns the file has `log`, the name of each event's log, and the attributes of all logs.
    Raises NotExportable, UnknownLog. The file appears whole or not at all.
    """
    if form not in FORMATS:
        later = " OCEL is not written yet." if form == "ocel" else ""
        raise NotExportable(f'The history can be written as {", ".join(FORMATS)}, not as "{form}".{later}')
    sources = [source for source in store.sources() if not names or source.name in names]
    for name in names:
        if name not in {source.name for source in sources}:
            store.log(name)
    if not sources:
        raise NotExportable("There is no history yet to be written. Bring a work log in with: kept import work LOG")
    with _opened(sources) as (connection, columns), _beside(path) as target:
        WRITERS[form](connection, columns, target)
        return int(connection.execute("SELECT count(*) FROM history").fetchall()[0][0])


@contextmanager
def _opened(sources: list[Source]) -> Iterator[tuple[duckdb.DuckDBPyConnection, tuple[str, ...]]]:
    """A connection with the view `history` over the sources, and the view's columns."""
    with tempfile.TemporaryDirectory(prefix="kept-export-") as scratch:
        connection = connect(Path(scratch))
        try:
            selects = listed((_select(source) for source in sources), " UNION ALL BY NAME ")
            connection.execute(sql("CREATE TEMP VIEW history AS {selects}", selects=selects))
            described = connection.execute("DESCRIBE history").fetchall()
            yield connection, tuple(str(row[0]) for row in described)
        finally:
            connection.close()


def _select(source: Source) -> Sql:
    files = listed(literal(str(file)) for file in source.files)
    return sql(
        "SELECT {log} AS log, * FROM read_parquet([{files}], union_by_name = true)",
        log=literal(source.name),
        files=files,
    )


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    target = path.parent / f".{path.name}-{uuid.uuid4().hex}"
    try:
        yield target
        target.replace(path)
    except OSError as error:
        raise NotExportable(f"{path} can't be written: {error.strerror or error}.") from None
    except duckdb.IOException as error:
        raise NotExportable(f"{path} can't be written: {str(error).splitlines()[0]}") from None
    finally:
        target.unlink(missing_ok=True)


def _write_parquet(connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...], target: Path) -> None:
    connection.execute(_copy(columns, target, Sql("FORMAT parquet, COMPRESSION zstd")))


def _write_csv(connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...], target: Path) -> None:
    connection.execute(_copy(columns, target, Sql("FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ'")))


def _copy(columns: tuple[str, ...], target: Path, how: Sql) -> Sql:
    shown = listed(map(identifier, columns))
    return sql(
        "COPY (SELECT {shown} FROM history ORDER BY log, place) TO {target} ({how})",
        shown=shown,
        target=literal(str(target)),
        how=how,
    )


def _write_xes(connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...], target: Path) -> None:
    attributes = [column for column in columns if column.startswith((CASE_PREFIX, EVENT_PREFIX))]
    times = [sql("epoch_us({name}) AS {name}", name=identifier(name)) for name in ("at", "due", "ended")]
    texts = [identifier(name) for name in ("log", "case", *XES_KEYS, "customer", "kept", *attributes)]
    query = sql(
        'SELECT {columns} FROM history ORDER BY log, "case", history."at", "order", place',
        columns=listed([*texts, *times]),
    )
    cursor = connection.execute(query)
    names = [described[0] for described in cursor.description]
    with target.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n'
        )
        for prefix, uri in (
            ("Concept", "concept"),
            ("Time", "time"),
            ("Organizational", "org"),
            ("Lifecycle", "lifecycle"),
        ):
            out.write(f'<extension name="{prefix}" prefix="{uri}" uri="http://www.xes-standard.org/{uri}.xesext"/>\n')
        for _, events in groupby(_rows(cursor, names), itemgetter("log", "case")):
            _write_trace(out, list(events))
        out.write("</log>\n")


def _rows(cursor: duckdb.DuckDBPyConnection, names: list[str]) -> Iterator[dict[str, Any]]:
    while rows := cursor.fetchmany(FETCHED_AT_ONCE):
        for row in rows:
            yield dict(zip(names, row, strict=True))


def _write_trace(out: TextIO, events: list[dict[str, Any]]) -> None:
    last = events[-1]
    out.write("<trace>\n")
    _attribute(out, "string", "concept:name", last["case"])
    _attribute(out, "string", "kept:log", last["log"])
    for key, value in last.items():
        if key.startswith(CASE_PREFIX):
            _attribute(out, "string", key.removeprefix(CASE_PREFIX), value)
    for event in events:
        _write_event(out, event)
    out.write("</trace>\n")


def _write_event(out: TextIO, event: dict[str, Any]) -> None:
    out.write("<event>")
    for role, key in XES_KEYS.items():
        _attribute(out, "string", key, event[role])
    _attribute(out, "date", "time:timestamp", _iso(event["at"]))
    _attribute(out, "string", "kept:customer", event["customer"])
    for role in ("due", "ended"):
        _attribute(out, "date", f"kept:{role}", _iso(event[role]))
    if event["kept"] is not None:
        _attribute(out, "boolean", "kept:kept", str(event["kept"]).lower())
    for key, value in event.items():
        if key.startswith(EVENT_PREFIX):
            _attribute(out, "string", key.removeprefix(EVENT_PREFIX), value)
    out.write("</event>\n")


def _iso(microseconds: int | None) -> str | None:
    if microseconds is None:
        return None
    exactness = "microseconds" if microseconds % 1000 else "milliseconds"
    return (EPOCH + timedelta(microseconds=microseconds)).isoformat(timespec=exactness)


def _attribute(out: TextIO, tag: str, key: str, value: str | None) -> None:
    if value is not None:
        out.write(_rendered(tag, key, value))


@lru_cache(maxsize=REMEMBERED)
def _rendered(tag: str, key: str, value: str) -> str:
    return f"<{tag} key={quoteattr(_sound(key))} value={quoteattr(_sound(value))}/>"


def _sound(text: str) -> str:
    """The text without the control signs that XML can't hold."""
    return UNSOUND.sub("\N{REPLACEMENT CHARACTER}", text)


WRITERS: Final[dict[str, Callable[[duckdb.DuckDBPyConnection, tuple[str, ...], Path], None]]] = {
    "parquet": _write_parquet,
    "csv": _write_csv,
    "xes": _write_xes,
}
