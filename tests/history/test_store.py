"""Keeping logs: whole or not at all, the same one once, a longer one in place of the shorter."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from history.makers import HEAD, MAPPING, MAPPING_TOML, csv_text, gzipped, mapping, written
from kept.history import importing
from kept.history.errors import BrokenStore, HistoryError, UnknownLog
from kept.history.home import history_folder
from kept.history.importing import Outcome, import_log
from kept.history.store import MANIFEST, HistoryStore, name_from


@pytest.fixture
def store(tmp_path: Path) -> HistoryStore:
    return HistoryStore(tmp_path / "history")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_kept_says_what_it_is(store: HistoryStore, tmp_path: Path) -> None:
    report = import_log(written(tmp_path, csv_text(), "Desk 2026.csv"), MAPPING, store=store)
    assert report.outcome is Outcome.IMPORTED
    [log] = store.logs()
    assert log == report.log
    assert (log.name, log.source, log.rows, log.events, log.cases, log.teams) == (
        "Desk 2026",
        "Desk 2026.csv",
        10,
        10,
        10,
        1,
    )
    assert (log.first.isoformat(), log.last.isoformat()) == ("2026-01-05T09:00:00+00:00", "2026-01-05T09:09:00+00:00")


def test_the_same_log_twice_changes_nothing(store: HistoryStore, tmp_path: Path) -> None:
    import_log(written(tmp_path, csv_text()), MAPPING, store=store)
    before = tree(store.root)
    for name, content in (
        ("log.csv", csv_text()),
        ("other.csv", csv_text()),
        ("log.csv.gz", gzipped(csv_text().encode())),
    ):
        report = import_log(written(tmp_path, content, name), MAPPING, store=store)
        assert (report.outcome, report.log.name) == (Outcome.ALREADY_THERE, "log")
    assert tree(store.root) == before


def test_a_longer_export_takes_the_place_of_the_shorter(store: HistoryStore, tmp_path: Path) -> None:
    first = import_log(written(tmp_path, csv_text(5)), MAPPING, store=store)
    second = import_log(written(tmp_path, csv_text(9)), MAPPING, store=store)
    assert (second.outcome, second.before) == (Outcome.REPLACED, first.log)
    assert [log.events for log in store.logs()] == [9]


def test_the_same_file_by_a_better_mapping_takes_its_place(store: HistoryStore, tmp_path: Path) -> None:
    path = written(tmp_path, csv_text())
    import_log(path, MAPPING, store=store)
    better = mapping(MAPPING_TOML + 'person = "team"\n')
    assert import_log(path, better, store=store).outcome is Outcome.REPLACED
    assert [log.persons for log in store.logs()] == [1]


def test_another_log_of_the_same_name_is_refused(store: HistoryStore, tmp_path: Path) -> None:
    import_log(written(tmp_path, csv_text()), MAPPING, store=store)
    before = tree(store.root)
    other = written(tmp_path, HEAD + "else,2027-01-05,Sales\n")
    with pytest.raises(HistoryError, match=r"no case in common.*--name"):
        import_log(other, MAPPING, store=store)
    assert tree(store.root) == before
    assert import_log(other, MAPPING, store=store, name="second").outcome is Outcome.IMPORTED


def test_an_older_export_is_refused(store: HistoryStore, tmp_path: Path) -> None:
    import_log(written(tmp_path, csv_text(9)), MAPPING, store=store)
    with pytest.raises(HistoryError, match="later state"):
        import_log(written(tmp_path, csv_text(5)), MAPPING, store=store)


@pytest.mark.parametrize("name", ["kept", "Kept", " ", "x" * 101, "a\nb", "a\0b"])
def test_names_that_cannot_be(name: str, store: HistoryStore, tmp_path: Path) -> None:
    with pytest.raises(HistoryError):
        import_log(written(tmp_path, csv_text()), MAPPING, store=store, name=name)
    assert not store.root.exists()


@pytest.mark.parametrize("name", ["../../up", "/etc/passwd", "a/b", "..", "C:\\x", "東京", "Ünï", "-", "a b", "A B"])
def test_any_name_stays_inside_the_history(name: str, store: HistoryStore, tmp_path: Path) -> None:
    report = import_log(written(tmp_path, csv_text()), MAPPING, store=store, name=name)
    assert report.log.folder.resolve().parent == store.root.resolve()
    assert store.log(name).name == name


def test_names_that_look_alike_have_folders_of_their_own(store: HistoryStore) -> None:
    names = ["a b", "A B", "a-b", "a_b", "a  b", "ä b"]
    assert len({store.folder_of(name) for name in names}) == len(names)


def test_remove_forgets_a_log_and_its_files(store: HistoryStore, tmp_path: Path) -> None:
    import_log(written(tmp_path, csv_text()), MAPPING, store=store)
    store.remove("log")
    assert store.logs() == ()
    assert tree(store.root) == {}
    with pytest.raises(UnknownLog, match="Kept are: none yet"):
        store.log("log")


STEPS = ["write_events", "write_rejects", "_described"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()], ids=["disk full", "interrupted"])
def test_a_failure_at_any_step_leaves_the_old_state(
    step: str, failure: BaseException, store: HistoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_log(written(tmp_path, csv_text(5)), MAPPING, store=store)
    before = tree(store.root)
    monkeypatch.setattr(importing, step, fails_with(failure))
    with pytest.raises(type(failure)):
        import_log(written(tmp_path, csv_text(9) + "bad\n"), MAPPING, store=store)
    monkeypatch.undo()
    assert tree(store.root) == before
    fresh = HistoryStore(tmp_path / "fresh")
    monkeypatch.setattr(importing, step, fails_with(failure))
    with pytest.raises(type(failure)):
        import_log(written(tmp_path, csv_text(9) + "bad\n"), MAPPING, store=fresh)
    assert fresh.logs() == ()


def fails_with(failure: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise failure

    return fail


def test_a_process_killed_before_the_manifest_leaves_the_old_state(store: HistoryStore, tmp_path: Path) -> None:
    """A version that no manifest names is not there, and is swept once it is old."""
    import_log(written(tmp_path, csv_text(5)), MAPPING, store=store)
    left = store.new_version("log")
    (left / "events.parquet").write_bytes(b"PAR1 half")
    assert [log.events for log in store.logs()] == [5]
    old = time.time() - 7200
    os.utime(left, (old, old))
    import_log(written(tmp_path, csv_text(6)), MAPPING, store=store)
    assert not left.exists()


def test_a_replaced_version_stays_for_who_reads_it_and_goes_later(store: HistoryStore, tmp_path: Path) -> None:
    first = import_log(written(tmp_path, csv_text(5)), MAPPING, store=store).log
    import_log(written(tmp_path, csv_text(6)), MAPPING, store=store)
    assert first.events_file.exists()
    old = time.time() - 7200
    os.utime(first.events_file.parent, (old, old))
    import_log(written(tmp_path, csv_text(7)), MAPPING, store=store)
    assert not first.events_file.exists()


SPOILT = {
    "no JSON": lambda text: text[:20],
    "no object": lambda _: "[]",
    "a key gone": lambda text: json.dumps({k: v for k, v in json.loads(text).items() if k != "events"}),
    "another version of Kept": lambda text: json.dumps({**json.loads(text), "format_version": 99}),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_spoilt_manifest_is_named(spoil: Callable[[str], str], store: HistoryStore, tmp_path: Path) -> None:
    log = import_log(written(tmp_path, csv_text()), MAPPING, store=store).log
    manifest = log.folder / MANIFEST
    manifest.write_text(spoil(manifest.read_text()))
    with pytest.raises(BrokenStore, match=r"manifest\.json"):
        store.logs()


def test_events_that_are_gone_are_named(store: HistoryStore, tmp_path: Path) -> None:
    log = import_log(written(tmp_path, csv_text()), MAPPING, store=store).log
    shutil.rmtree(log.events_file.parent)
    with pytest.raises(BrokenStore, match="are gone"):
        store.logs()


def test_progress_is_told_in_words_and_shares(store: HistoryStore, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    import_log(
        written(tmp_path, csv_text()), MAPPING, store=store, on_progress=lambda what, share: told.append((what, share))
    )
    assert {"Reading the file", "Keeping the log"} <= {what for what, _ in told}
    assert all(0 <= share <= 1 for _, share in told)


def test_a_log_is_named_after_its_file() -> None:
    names = {"a.csv": "a", "a.b.csv.gz": "a.b", "A.XES.GZ": "A", ".csv": ".csv", "log": "log", "x.parquet": "x"}
    assert {file: name_from(Path("/some/where") / file) for file in names} == names


def test_where_the_history_lies() -> None:
    assert history_folder({}) == Path("kept-data/history")
    assert history_folder({"KEPT_HOME": "/srv/kept"}) == Path("/srv/kept/history")
    assert history_folder({"KEPT_HOME": "/srv/kept", "KEPT_HISTORY": "/mnt/h"}) == Path("/mnt/h")
    with pytest.raises(BrokenStore, match="in a folder so far"):
        history_folder({"KEPT_HISTORY": "s3://bucket/history"})
