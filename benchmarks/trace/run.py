"""What traces find on made-up chains, and how long those of the real logs take. Run: python benchmarks/trace/run.py

Chains with a planted culprit, held up by so many times the span from the usual end to the latest usual one, and
chains with nothing wrong (tests/insight/trace/made_up.py says how they are made). Then every late case of the logs at
hand.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import islice
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from insight.trace.made_up import made_up  # the tests' own, so that both try the same
from kept.history.engine import engine_over_log
from kept.history.mapping import load_mapping
from kept.history.reading import open_log
from kept.insight.trace.cases import traces
from kept.insight.trace.record import Past, past
from kept.insight.trace.tracing import trace

PROJECT = Path(__file__).resolve().parents[2]
LOGS = Path(os.environ.get("KEPT_SHARED", PROJECT.parent / "shared")) / "logs"
NAMES = ("permit_receipt", "servicenow_incidents", "volvo_incidents_2013")
CHAINS = 1_000
SEEDS = (1, 2, 3)
HELD_UP = (1.0, 1.5, 2.0, 3.0)


def nothing_wrong(seed: int) -> float:
    """The share of chains with nothing wrong of which the trace says so."""
    random = np.random.default_rng(seed)
    return sum(trace(made_up(random).chain).nothing_wrong for _ in range(CHAINS)) / CHAINS


def ranked_first(seed: int, times: float) -> float:
    """The share of chains with a culprit in which the trace says that something is wrong, and ranks the planted link
    first.
    """
    random = np.random.default_rng(seed)
    first = 0
    for _ in range(CHAINS):
        made = made_up(random, times_held_up=times)
        ranked = trace(made.chain).ranked()
        first += bool(ranked) and ranked[0].link.key == made.planted
    return first / CHAINS


def on_log(name: str, made: Past) -> None:
    """Print one log's row."""
    start = time.perf_counter()
    found = [each for each in traces(made) if each.late]
    taken = time.perf_counter() - start
    worst = max(abs(sum(step.share for step in each.steps) + each.outside_share - 1.0) for each in found)
    start = time.perf_counter()
    thousand = sum(1 for _ in islice(traces(made), CHAINS))
    quick = time.perf_counter() - start
    cells = (name, f"{len(made.cases):,}", f"{len(found):,}", f"{worst:.0e}", f"{taken:.1f} s", f"{quick:.1f} s")
    assert thousand == CHAINS
    print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print both tables."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}\n")
    print(
        f"| {CHAINS:,} chains each | "
        + " | ".join(f"seed {seed}" for seed in SEEDS)
        + " |\n| --- |"
        + " ---: |" * len(SEEDS)
    )
    print(
        '| nothing wrong: "nothing wrong" | ' + " | ".join(f"{nothing_wrong(seed):.1%}" for seed in SEEDS) + " |",
        flush=True,
    )
    for times in HELD_UP:
        cells = " | ".join(f"{ranked_first(seed, times):.1%}" for seed in SEEDS)
        print(f"| held up {times:g} times: planted one first | {cells} |", flush=True)
    print("\n| log | cases | late | shares miss 1 by | all cases | the first thousand |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in NAMES:
        path = LOGS / f"{name}.csv.gz"
        if not path.exists():
            print(f"{name} is absent here: NOT measured.")
            continue
        with (
            open_log(path, load_mapping(LOGS / f"{name}.toml").without_attributes()) as log,
            engine_over_log(log) as engine,
        ):
            made = past(engine)
        on_log(name, made)


if __name__ == "__main__":
    main()
