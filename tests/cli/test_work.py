"""The commands on work logs, as whole processes: what they print, keep and exit with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from history.makers import HEAD, MAPPING_TOML, csv_text, gzipped, written
from requirements import real_log

ONE_BAD_ROW = csv_text(10) + "c10,never,Sales\n"


class Kept:
    """Runs `kept` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mapping = written(folder, MAPPING_TOML, "m.toml")
        self._environ = {key: value for key, value in os.environ.items() if not key.startswith(("KEPT_", "DATABASE_"))}

    def __call__(self, *words: str | Path, exits: int = 0, **environ: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", "from kept.cli.main import main; main()", *map(str, words)],
            cwd=self.folder,
            env={**self._environ, "KEPT_HOME": str(self.folder / "home"), **environ},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == exits, done.stderr
        assert "Traceback" not in done.stderr
        return done

    def json(self, *words: str | Path) -> dict[str, Any]:
        """What the command says as JSON, and that it says nothing besides."""
        said: dict[str, Any] = json.loads(self(*words, "--json").stdout)
        return said


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_log_show_says_what_is_understood_and_keeps_nothing(kept: Kept) -> None:
    log = written(kept.folder, ONE_BAD_ROW)
    said = kept.json("log", "show", log, "--mapping", kept.mapping)
    expected = {"rows": 11, "cases": 10, "events": 10, "teams": 1, "persons": 0, "customers": 0, "rejected": 1}
    assert {key: said[key] for key in expected} == expected
    assert (said["first"], said["last"]) == ("2026-01-05T09:00:00+00:00", "2026-01-05T09:09:00+00:00")
    assert [reject["line"] for reject in said["rejects"]] == [12]
    shown = kept("log", "show", log, "--mapping", kept.mapping).stdout
    assert "11 rows: 10 events of 10 cases, 1 team" in shown
    assert "line 12: The time can't be read" in shown
    assert not (kept.folder / "home").exists()


def test_import_keeps_good_rows_and_lists_the_bad_ones_in_a_file(kept: Kept) -> None:
    log = written(kept.folder, ONE_BAD_ROW)
    shown = kept("import", "work", log, "--mapping", kept.mapping, "--name", "Desk").stdout
    assert 'Kept as "Desk"' in shown
    rejects = Path(shown.split("listed in ")[1].splitlines()[0])
    assert "12,at,never," in (kept.folder / rejects).read_text()
    assert kept.json("map")["events"] == 10


def test_the_same_import_twice_changes_nothing(kept: Kept) -> None:
    log = written(kept.folder, csv_text())
    assert kept.json("import", "work", log, "--mapping", kept.mapping)["outcome"] == "imported"
    before = sorted((path, path.stat().st_mtime_ns) for path in (kept.folder / "home").rglob("*"))
    assert kept.json("import", "work", log, "--mapping", kept.mapping)["outcome"] == "already there"
    assert sorted((path, path.stat().st_mtime_ns) for path in (kept.folder / "home").rglob("*")) == before
    assert "nothing changed" in kept("import", "work", log, "--mapping", kept.mapping).stdout


def test_a_dry_run_keeps_nothing(kept: Kept) -> None:
    log = written(kept.folder, csv_text())
    assert kept.json("import", "work", log, "--mapping", kept.mapping, "--dry-run")["outcome"] == "dry run"
    assert "Nothing was kept" in kept("import", "work", log, "--mapping", kept.mapping, "--dry-run").stdout
    assert not (kept.folder / "home").exists()


REFUSED = {
    "a file that is not there": ("nowhere.csv", "", "There is no file"),
    "a missing column": ("log.csv", "case,at\nc1,2026-01-05\n", '"team"'),
    "a truncated file": ("log.csv.gz", gzipped(csv_text(500).encode())[:-30], "is cut off"),
    "an empty file": ("log.csv", "", "is empty"),
    "nothing readable": ("log.csv", HEAD + "c,never,A\n", "at_format"),
}


@pytest.mark.parametrize(("name", "content", "says"), REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize("command", [("log", "show"), ("import", "work"), ("map", "--log")], ids=" ".join)
def test_refused_input_exits_1_with_the_reason_on_stderr(
    command: tuple[str, ...], name: str, content: str | bytes, says: str, kept: Kept
) -> None:
    path = kept.folder / name if name == "nowhere.csv" else written(kept.folder, content, name)
    done = kept(*command, path, "--mapping", kept.mapping, exits=1)
    assert says in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (kept.folder / "home").exists()


def test_a_mapping_with_an_unknown_key_is_refused(kept: Kept) -> None:
    kept.mapping.write_text(MAPPING_TOML + 'persn = "who"\n')
    done = kept("log", "show", written(kept.folder, csv_text()), "--mapping", kept.mapping, exits=1)
    assert 'Unknown key "persn"' in done.stderr
    assert 'Did you mean "person"?' in done.stderr


WRONG = [
    ("map", "--nonsense"),
    ("nonsense",),
    ("log",),
    ("log", "show"),
    ("import", "work"),
    ("export", "history"),
    ("map", "--mapping", "m.toml"),
    ("flow", "--mapping", "m.toml"),
    ("trace",),
    ("trace", "c1", "--mapping", "m.toml"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_usage_exits_2(words: tuple[str, ...], kept: Kept) -> None:
    assert kept(*words, exits=2).stderr or words == ("log",)


def test_an_unknown_engine_is_refused_however_it_is_named(kept: Kept) -> None:
    log = written(kept.folder, csv_text())
    for done in (
        kept("map", "--log", log, "--mapping", kept.mapping, "--engine", "abacus", exits=1),
        kept("map", "--log", log, "--mapping", kept.mapping, exits=1, KEPT_ENGINE="abacus"),
    ):
        assert "Choose one of: duckdb, spark" in done.stderr


def test_map_of_an_empty_history_says_what_to_do(kept: Kept) -> None:
    assert "kept import work LOG" in kept("map").stdout
    assert kept.json("map")["ties"] == []


def test_map_says_who_hands_work_to_whom(kept: Kept) -> None:
    rows = "c1,2026-01-05 09:00,Sales\nc1,2026-01-05 11:30,Workshop\nc2,bad,Sales\n"
    done = kept("map", "--log", written(kept.folder, HEAD + rows), "--mapping", kept.mapping)
    assert "1 hand-off over 1 pair of teams" in done.stdout
    assert "2.5 hours" in done.stdout
    assert "1 row was left out" in done.stderr


def test_flow_says_where_most_work_waits(kept: Kept) -> None:
    rows = "c1,2026-01-05 09:00,Sales\nc1,2026-01-05 11:30,Workshop\nc1,2026-01-06 11:30,Workshop\n"
    log = written(kept.folder, HEAD + rows)
    assert "Workshop: Most work stands waiting here" in kept("flow", "--log", log, "--mapping", kept.mapping).stdout
    said = kept.json("flow", "--log", log, "--mapping", kept.mapping)
    assert said["bottleneck"]["team"] == "Workshop"
    assert {team["team"]: team["median_wait_s"] for team in said["teams"]} == {"Sales": 9_000.0, "Workshop": 86_400.0}


def test_flow_of_an_empty_history_says_what_to_do(kept: Kept) -> None:
    assert "kept import work LOG" in kept("flow").stdout
    assert kept.json("flow")["teams"] == []


def test_trace_tells_a_case_step_by_step_and_reads_the_history_too(kept: Kept) -> None:
    rows = "".join(
        f"c{n},2026-01-05 09:00,Sales\n"
        f"c{n},2026-01-05 10:{n:02},Workshop\n"
        f"c{n},2026-01-{6 + (n == 7) * 20:02} 11:30,Sales\n"
        for n in range(30)
    )
    log = written(kept.folder, f"{HEAD}{rows}NA,2026-01-05 09:00,Sales\nNA,2026-01-05 09:30,Sales\n")
    shown = kept("trace", "c7", "--log", log, "--mapping", kept.mapping).stdout
    assert "Workshop: The work was here 20 days longer than usual." in shown
    kept("import", "work", log, "--mapping", kept.mapping)
    said = kept.json("trace", "c7")
    assert (said["late"], said["late_by"]) == (True, "usual")
    assert [finding["team"] for finding in said["findings"]] == ["Workshop"]
    assert kept.json("trace", "NA")["case"] == "NA"
    refused = kept("trace", "C07", exits=1).stderr
    assert 'There is no case "C07" in this record. Near it: c7' in refused


@pytest.mark.parametrize("form", ["parquet", "csv", "xes"])
def test_export_history(form: str, kept: Kept) -> None:
    kept("import", "work", written(kept.folder, csv_text()), "--mapping", kept.mapping)
    said = kept.json("export", "history", "--format", form, "--output", f"out.{form}")
    assert said == {"file": f"out.{form}", "format": form, "events": 10}
    assert kept.json("log", "show", f"out.{form}")["events"] == 10


def test_export_as_ocel_is_refused_politely(kept: Kept) -> None:
    kept("import", "work", written(kept.folder, csv_text()), "--mapping", kept.mapping)
    assert "OCEL is not written yet" in kept("export", "history", "--format", "ocel", exits=1).stderr


def test_kept_logs_are_listed_and_forgotten_on_demand(kept: Kept) -> None:
    assert "No work log is kept yet" in kept("log", "list").stdout
    kept("import", "work", written(kept.folder, csv_text()), "--mapping", kept.mapping, "--name", "Desk")
    assert [log["name"] for log in kept.json("log", "list")["logs"]] == ["Desk"]
    assert "2026-01-05 09:09 UTC" in kept("log", "list").stdout
    assert "Kept are: Desk" in kept("log", "remove", "Disk", "--yes", exits=1).stderr
    kept("log", "remove", "Desk", exits=1)  # nobody there to say yes
    assert kept.json("log", "list")["logs"] != []
    kept("log", "remove", "Desk", "--yes")
    assert kept.json("log", "list") == {"logs": []}


@pytest.mark.logs
def test_the_servicenow_log(kept: Kept) -> None:
    log = real_log("servicenow_incidents.csv.gz")
    said = kept.json("map", "--log", log, "--mapping", log.with_name("servicenow_incidents.toml"))
    pairs = [tie for tie in said["ties"] if tie["kind"] == "handoff"]
    assert (said["engine"], said["events"], said["cases"]) == ("duckdb", 141_712, 24_918)
    assert (said["handoffs"], len(pairs)) == (19_087, 1_060)
