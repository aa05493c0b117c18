"""From an open work log to `Events`: only the columns of the shape and the attributes that the mapping lists."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from kept.history.engine import Source
from kept.history.raw import connect
from kept.history.reading import OpenLog
from kept.history.shape import CASE_PREFIX, EVENT_PREFIX
from kept.history.sql import Sql, identifier, listed, literal, sql
from kept.insight.forecast.events import NONE, ROLES, Events, Flags, Floats, Ints, Texts, with_steps

MICRO: Final = 1e6
EVENTS: Final = Sql("kept_events")


def read_events(log: OpenLog) -> Events:
    """The events of an open log. A case is taken to be over at its last event."""
    texts = (*ROLES, *log.attributes)
    return events_of(log.connection.sql(_query(Sql(log.events), texts)).to_arrow_table(), texts)


def read_kept(source: Source) -> Events:
    """The events of a log that is kept as Parquet, with whatever attributes it has."""
    with tempfile.TemporaryDirectory(prefix="kept-forecast-") as scratch, connect(Path(scratch)) as connection:
        files = listed(literal(str(file)) for file in source.files)
        connection.execute(
            sql(
                "CREATE TEMP VIEW {events} AS SELECT * FROM read_parquet([{files}], union_by_name = true)",
                events=EVENTS,
                files=files,
            )
        )
        described = connection.sql(sql("DESCRIBE {events}", events=EVENTS)).fetchall()
        named = [str(row[0]) for row in described]
        texts = (*ROLES, *(name for name in named if name.startswith((CASE_PREFIX, EVENT_PREFIX))))
        return events_of(connection.sql(_query(EVENTS, texts)).to_arrow_table(), texts)


def _query(events: Sql, texts: Sequence[str]) -> Sql:
    """All that a forecast may see, in order of time: neither `ended` nor any column that the mapping does not list."""
    columns = listed(
        [
            identifier("case"),
            sql('epoch_us("at") AS {at}', at=identifier("at us")),
            sql('epoch_us("due") AS {due}', due=identifier("due us")),
            identifier("kept"),
            *(identifier(name) for name in texts),
        ]
    )
    return sql(
        'SELECT {columns} FROM {events} AS e ORDER BY e."at", "order" NULLS LAST, place',
        columns=columns,
        events=events,
    )


def events_of(table: pa.Table, texts: Sequence[str]) -> Events:
    """The events of an Arrow table in order of time, with the columns `case`, `at us`, `due us`, `kept` and `texts`."""
    first_seen = _coded(table.column("case"))
    # Codes are given in order of appearance, so that cases are numbered by their first event.
    order = np.argsort(first_seen.codes, kind="stable")
    case = first_seen.codes[order]
    cases = len(first_seen.words)
    start = np.searchsorted(case, np.arange(cases + 1))
    at = _seconds(table.column("at us"))[order]
    kept = _kept(table.column("kept"))[order]
    return Events(
        names=first_seen.words,
        case=case,
        start=start,
        at=at,
        due=_seconds(table.column("due us"))[order],
        end=at[start[1:] - 1] if cases else np.empty(0),
        texts=with_steps(
            {name: _taken(_coded(table.column(name)), order) for name in texts if _any(table.column(name))},
            size=len(at),
        ),
        kept=_last_said(kept, case, cases),
        turned=_first_moment(at, case, cases, kept == 0),
    )


def _any(column: Any) -> bool:
    return bool(column.null_count < len(column))


def _coded(column: Any) -> Texts:
    encoded = column.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(NONE).to_numpy(zero_copy_only=False).astype(np.int64)
    return Texts(codes, tuple(encoded.dictionary.to_pylist()))


def _taken(texts: Texts, order: Ints) -> Texts:
    return Texts(texts.codes[order], texts.words)


def _seconds(column: Any) -> Floats:
    values = column.combine_chunks().cast(pa.float64()).to_numpy(zero_copy_only=False)
    seconds: Floats = values / MICRO
    return seconds


def _kept(column: Any) -> Ints:
    values = column.combine_chunks().cast(pa.int64()).fill_null(NONE)
    said: Ints = values.to_numpy(zero_copy_only=False)
    return said


def _last_said(kept: Ints, case: Ints, cases: int) -> Ints:
    """(m) what the last event of each case that says anything says; −1 where none does."""
    last = np.full(cases, NONE)
    said = kept != NONE
    last[case[said]] = kept[said]
    return last


def _first_moment(at: Floats, case: Ints, cases: int, found: Flags) -> Floats:
    """(m) the moment of the first event of each case that is `found`; NaN where none is."""
    moments = np.full(cases, np.nan)
    moments[case[found][::-1]] = at[found][::-1]
    return moments
