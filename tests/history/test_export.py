"""The history written out, and read again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from history.makers import MAPPING_TOML, mapping, written
from kept.history.engine import engine_over_log, engine_over_sources
from kept.history.errors import NotExportable, UnknownLog
from kept.history.export import FORMATS, export_history
from kept.history.importing import import_log
from kept.history.parts import append_part
from kept.history.reading import open_log, understand
from kept.history.store import HistoryStore
from kept.insight.map import TieKind, work_map

BY = mapping(
    MAPPING_TOML + 'order = "n"\ncustomer = "for"\nkept = "kept"\n[attributes]\ncase = ["for"]\nevent = ["note"]\n'
)
TEXT = "\n".join(
    (
        "case,at,team,n,for,kept,note",
        'c1,2026-01-05 09:00,A,2,Oak,true,"first, ""quoted"""',
        "c1,2026-01-05 09:00,B,1,Oak,true,\x01control",
        "c2,2026-01-05 09:30:00.123456,A,,Elm,no,<&>",
        "c2,2026-01-05 10:00,B,,Elm,,",
    )
)


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    store = HistoryStore(tmp_path / "history")
    import_log(written(tmp_path, TEXT), BY, store=store)
    at = datetime(2026, 2, 1, tzinfo=UTC)
    append_part(store, [{"case": "p1", "at": at, "place": 1, "team": "A"}], first_event=1, last_event=1)
    return store


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_written_is_read_again_without_a_mapping(form: str, store: HistoryStore, tmp_path: Path) -> None:
    path = tmp_path / f"out.{form}"
    assert export_history(store, path, form) == 5
    said = understand(path)
    assert (said.rows, said.events, said.cases, said.teams, said.rejected) == (5, 5, 3, 2, 0)
    with open_log(path) as log, engine_over_log(log) as engine, engine_over_sources(store.sources()) as kept:
        assert work_map(engine).of_kind(TieKind.HANDOFF) == work_map(kept).of_kind(TieKind.HANDOFF)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_nothing_is_lost_in_csv_and_parquet(form: str, store: HistoryStore, tmp_path: Path) -> None:
    path = tmp_path / f"out.{form}"
    export_history(store, path, form, names=("log",))
    with open_log(path) as log:
        rows = log.connection.execute(
            f'SELECT "order", customer, kept, "case.for", "event.note", epoch_us("at") % 1000000 '
            f"FROM {log.events} ORDER BY place"
        ).fetchall()
    assert rows == [
        (2, "Oak", True, "Oak", 'first, "quoted"', 0),
        (1, "Oak", True, "Oak", "\x01control", 0),
        (None, "Elm", False, "Elm", "<&>", 123456),
        (None, "Elm", None, "Elm", None, 0),
    ]


def test_one_log_alone(store: HistoryStore, tmp_path: Path) -> None:
    assert export_history(store, tmp_path / "out.csv", "csv", names=("kept",)) == 1
    with pytest.raises(UnknownLog):
        export_history(store, tmp_path / "out.csv", "csv", names=("kept", "other"))


@pytest.mark.parametrize(("form", "says"), [("ocel", "OCEL is not written yet"), ("xlsx", "not as")])
def test_forms_that_are_not_written_are_refused(form: str, says: str, store: HistoryStore, tmp_path: Path) -> None:
    with pytest.raises(NotExportable, match=says):
        export_history(store, tmp_path / "out", form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_place_that_cannot_be_written_is_refused(form: str, store: HistoryStore, tmp_path: Path) -> None:
    with pytest.raises(NotExportable, match="can't be written"):
        export_history(store, tmp_path / "nowhere" / "out", form)
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotExportable, match="can't be written"):
        export_history(store, tmp_path / "folder", form)
    assert not list(tmp_path.glob(".*"))


def test_an_empty_history_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotExportable, match="kept import work"):
        export_history(HistoryStore(tmp_path / "history"), tmp_path / "out.csv", "csv")
