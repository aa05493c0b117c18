"""Kept's own ledger in the history: parts that are only ever added."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kept.history.engine import engine_over_sources
from kept.history.errors import HistoryError, OverlappingPart
from kept.history.parts import MERGED_FROM, Appended, append_part, last_event_kept
from kept.history.store import HistoryStore, part_files
from kept.insight.map import work_map

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def event(number: int, **more: Any) -> dict[str, Any]:
    """The ledger's event `number`, of one case that goes from team to team."""
    return {"case": "p1", "at": START + timedelta(minutes=number), "place": number, "team": f"T{number % 3}", **more}


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path / "history")


def places(store: HistoryStore) -> list[int]:
    files = [str(path) for path in part_files(store.root / "kept")]
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT place FROM read_parquet(?, union_by_name = true) ORDER BY place", [files]
        ).fetchall()
    return [place for (place,) in rows]


def test_parts_are_added_one_after_another(store: HistoryStore) -> None:
    assert last_event_kept(store) == 0
    assert append_part(store, [event(1), event(2)], first_event=1, last_event=2) is Appended.ADDED
    assert append_part(store, [event(5)], first_event=3, last_event=6) is Appended.ADDED
    assert (last_event_kept(store), places(store)) == (6, [1, 2, 5])


def test_a_part_that_is_there_is_left_alone(store: HistoryStore) -> None:
    append_part(store, [event(1), event(2)], first_event=1, last_event=2)
    assert append_part(store, [event(1), event(2)], first_event=1, last_event=2) is Appended.ALREADY_THERE
    assert append_part(store, [event(2)], first_event=2, last_event=2) is Appended.ALREADY_THERE
    assert places(store) == [1, 2]


def test_a_part_that_overlaps_is_refused(store: HistoryStore) -> None:
    append_part(store, [event(1), event(2)], first_event=1, last_event=2)
    with pytest.raises(OverlappingPart, match="must begin after"):
        append_part(store, [event(2), event(3)], first_event=2, last_event=3)


def test_a_part_may_hold_no_rows(store: HistoryStore) -> None:
    assert append_part(store, [], first_event=1, last_event=9) is Appended.ADDED
    assert (last_event_kept(store), places(store)) == (9, [])


NOT_ROWS = {
    "an unknown column": {"nonsense": 1},
    "no case": {"case": None},
    "no moment": {"at": None},
    "a naive moment": {"at": datetime(2026, 1, 5)},  # noqa: DTZ001 - the point of it
    "a moment as text": {"at": "2026-01-05"},
}


@pytest.mark.parametrize("spoilt", NOT_ROWS.values(), ids=NOT_ROWS.keys())
def test_rows_out_of_shape_are_refused_and_nothing_is_left(spoilt: dict[str, Any], store: HistoryStore) -> None:
    with pytest.raises(HistoryError):
        append_part(store, [event(1), {**event(2), **spoilt}], first_event=1, last_event=2)
    assert not [path for path in store.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("first", "last"), [(0, 1), (2, 1), (-3, -1)])
def test_spans_that_cannot_be(first: int, last: int, store: HistoryStore) -> None:
    with pytest.raises(HistoryError):
        append_part(store, [event(1)], first_event=first, last_event=last)


def test_many_small_parts_become_one_and_no_event_is_lost_or_doubled(store: HistoryStore) -> None:
    number = MERGED_FROM + 10
    for n in range(1, number + 1):
        append_part(store, [event(n, **({"case.kind": "odd"} if n % 2 else {}))], first_event=n, last_event=n)
    assert len(part_files(store.root / "kept")) == 11
    assert places(store) == list(range(1, number + 1))
    with engine_over_sources(store.sources()) as engine:
        found = work_map(engine)
    assert (found.events, found.cases, found.handoffs) == (number, 1, number - 1)


def test_merged_parts_go_after_an_hour(store: HistoryStore) -> None:
    folder = store.root / "kept"
    for n in range(1, MERGED_FROM + 1):
        append_part(store, [event(n)], first_event=n, last_event=n)
    assert len(list(folder.glob("*.parquet"))) == MERGED_FROM + 1
    for path in folder.iterdir():
        os.utime(path, (time.time() - 7200,) * 2)
    append_part(store, [event(MERGED_FROM + 1)], first_event=MERGED_FROM + 1, last_event=MERGED_FROM + 1)
    assert len(list(folder.glob("*.parquet"))) == 2
    assert places(store) == list(range(1, MERGED_FROM + 2))


def test_what_a_crash_left_is_not_a_part(store: HistoryStore) -> None:
    append_part(store, [event(1)], first_event=1, last_event=1)
    (store.root / "kept" / ".new-deadbeef").write_bytes(b"PAR1 half")
    assert (last_event_kept(store), places(store)) == (1, [1])
