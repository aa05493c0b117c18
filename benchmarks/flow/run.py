"""How long the flow takes. Run: python benchmarks/flow/run.py

On the ServiceNow log of `examples/`, once and twenty times over (each copy with cases of its own), from the kept
Parquet: the flow, how its parts add up, and beside it a bare DuckDB query for hand-offs and waits over the same file,
which is the floor.
"""

from __future__ import annotations

import os
import statistics
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
from kept.insight.asking import query
from kept.insight.flow import Flow, flow

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LOG = EXAMPLES / "servicenow_incidents.csv.gz"
MAPPING = EXAMPLES / "servicenow_incidents.toml"
RUNS = 5
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
MULTIPLY = """
    COPY (SELECT copy || '-' || "case" AS "case", * EXCLUDE ("case", copy)
          FROM read_parquet('{once}'), range({copies}) AS copies(copy) ORDER BY copy, place)
    TO '{many}' (FORMAT parquet)
"""


def row(what: str, events: int, work: Callable[[], object]) -> None:
    """Print one row of the table: median, shortest and longest of the runs; processor time of all cores per run; one
    run before doesn't count.
    """
    work()
    taken = []
    before = time.process_time()
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    processor = (time.process_time() - before) / RUNS
    shortest, longest = min(taken), max(taken)
    cells = (what, f"{events:,}", str(RUNS), f"{statistics.median(taken):.2f} s", f"{shortest:.2f}–{longest:.2f} s")
    print(f"| {' | '.join(cells)} | {processor:.2f} s |", flush=True)


def flow_of(file: Path) -> Flow:
    """The flow of one Parquet file in the one shape."""
    with engine_over_sources([Source("log", (file,))]) as engine:
        return flow(engine)


def stays_of(file: Path) -> None:
    """The table of stays alone, on which the rest stands."""
    with engine_over_sources([Source("log", (file,))]) as engine:
        engine.lay(query("stays"), "stays")


def bare(file: Path) -> list[tuple[object, ...]]:
    """The floor: one query written by hand."""
    with duckdb.connect() as connection:
        return connection.execute(BARE, [str(file)]).fetchall()


def main() -> None:
    """Print the table."""
    version = f"Python {sys.version.split()[0]}, DuckDB {duckdb.__version__}"
    print(f"{version}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}\n")
    print("| what | events | n | median | range | processor |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="kept-bench-") as name:
        folder = Path(name)
        once = import_log(LOG, load_mapping(MAPPING), store=HistoryStore(folder / "history"), name="once").log
        many = folder / "many.parquet"
        duckdb.execute(MULTIPLY.format(once=once.events_file, many=many, copies=COPIES))
        for file, events in ((once.events_file, once.events), (many, once.events * COPIES)):
            assert sum(team.stays for team in flow_of(file).teams) == 43_632 * events // once.events
            row("the flow over kept Parquet", events, lambda file=file: flow_of(file))
            row("of that, the table of stays", events, lambda file=file: stays_of(file))
            row("the bare DuckDB query", events, lambda file=file: bare(file))


if __name__ == "__main__":
    main()
