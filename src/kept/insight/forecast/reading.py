"""From an open work log to `Events`: only the columns of the shape and the attributes that the mapping lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from kept.history.reading import OpenLog
from kept.history.sql import identifier, listed, sql
from kept.insight.forecast.events import NONE, ROLES, Events, Flags, Floats, Ints, Texts

MICRO: Final = 1e6


def read_events(log: OpenLog) -> Events:
    """The events of an open log. A case is taken to be over at its last event."""
    texts = (*ROLES, *log.attributes)
    columns = listed(
        [
            identifier("case"),
            sql('epoch_us("at") AS {at}', at=identifier("at us")),
            sql('epoch_us("due") AS {due}', due=identifier("due us")),
            identifier("kept"),
            *(identifier(name) for name in texts),
        ]
    )
    query = sql(
        'SELECT {columns} FROM {events} ORDER BY events_read."at", "order" NULLS LAST, place',
        columns=columns,
        events=log.events,
    )
    return events_of(log.connection.sql(query).to_arrow_table(), texts)


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
        texts={name: _taken(_coded(table.column(name)), order) for name in texts if _any(table.column(name))},
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
