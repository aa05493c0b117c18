"""How long the map takes. Run: python benchmarks/map/run.py

On the ServiceNow log of `examples/`, once and twenty times over (each copy with cases of its own): the whole command as
a process, the map alone over the kept Parquet, and beside it the bare DuckDB query for hand-offs and waits over the
same file, which is the floor.
"""

from __future__ import annotations

import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from kept.history.engine import Source, engine_over_sources
from kept.history.importing import import_log
from kept.history.mapping import load_mapping
from kept.history.store import HistoryStore
from kept.insight.map import WorkMap, work_map

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LOG = EXAMPLES / "servicenow_incidents.csv.gz"
MAPPING = EXAMPLES / "servicenow_incidents.toml"
RUNS = 7
COPIES = 20
BARE = """
    WITH stepped AS (
        SELECT team, lag(team) OVER w AS before, epoch_us("at") - epoch_us(lag("at") OVER w) AS wait
        FROM read_parquet(?) WHERE team IS NOT NULL
        WINDOW w AS (PARTITION BY "case" ORDER BY "at", "order", place)
    )
    SELECT before, team, count(*), median(wait), quantile_cont(wait, 0.9)
    FROM stepped WHERE before <> team GROUP BY before, team
"""


def timed(work: Callable[[], object]) -> tuple[float, float, float]:
    """Median, shortest and longest of `RUNS` runs, in seconds; one run before them doesn't count."""
    work()
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), min(taken), max(taken)


def row(what: str, events: int, work: Callable[[], object]) -> None:
    """Print one row of the table."""
    median, shortest, longest = timed(work)
    print(f"| {what} | {events:,} | {RUNS} | {median:.2f} s | {shortest:.2f}–{longest:.2f} s |", flush=True)


def whole_command(log: Path) -> None:
    """`kept map` on a log file, as a user calls it."""
    words = ["map", "--log", str(log), "--mapping", str(MAPPING), "--json"]
    code = "from kept.cli.main import main; main()"
    subprocess.run([sys.executable, "-c", code, *words], check=True, stdout=subprocess.DEVNULL)


def map_of(file: Path) -> WorkMap:
    """The map of one Parquet file in the one shape."""
    with engine_over_sources([Source("log", (file,))]) as engine:
        return work_map(engine)


def bare(file: Path) -> list[tuple[object, ...]]:
    """The floor: one query written by hand."""
    with duckdb.connect() as connection:
        return connection.execute(BARE, [str(file)]).fetchall()


def multiplied(folder: Path) -> Path:
    """The log twenty times over as CSV, each copy's cases with a number of their own."""
    path = folder / "servicenow_20.csv"
    with gzip.open(LOG, "rt", encoding="utf-8") as source:
        head, *lines = source
    with path.open("w", encoding="utf-8") as out:
        out.write(head)
        for copy in range(COPIES):
            out.writelines(f"{copy}-{line}" for line in lines)
    return path


def main() -> None:
    """Print the table."""
    version = f"Python {sys.version.split()[0]}, DuckDB {duckdb.__version__}, {os.cpu_count()} cores"
    print(f"{version}\n\n| what | events | n | median | range |\n| --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="kept-bench-") as name:
        folder = Path(name)
        store = HistoryStore(folder / "history")
        for log, log_name in ((LOG, "once"), (multiplied(folder), "twenty")):
            kept = import_log(log, load_mapping(MAPPING), store=store, name=log_name).log
            found = map_of(kept.events_file)
            assert len(bare(kept.events_file)) == len(found.of_kind(found.ties[0].kind))
            row(f"`kept map --log {log.name}`, whole process", kept.events, lambda log=log: whole_command(log))
            row("the map over kept Parquet", kept.events, lambda kept=kept: map_of(kept.events_file))
            row("the bare DuckDB query", kept.events, lambda kept=kept: bare(kept.events_file))


if __name__ == "__main__":
    main()
