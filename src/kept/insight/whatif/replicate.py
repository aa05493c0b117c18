"""Many runs of several chains, each dealt the same numbers in every chain; in several processes where it pays."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Final

from kept.insight.whatif.chain import Chain, Run
from kept.insight.whatif.flow import flow
from kept.insight.whatif.measure import Measured, simulate

Progress = Callable[[str, float], None]
"""Told what is being done, and which share of it is done, 0 to 1."""
WORTH_PROCESSES: Final = 1_000_000
"""Visits in all from which other processes save more time than starting them takes."""
MOST_PROCESSES: Final = 4


def replicate(chains: Mapping[str, Chain], how: Run, on_progress: Progress) -> dict[str, tuple[Measured, ...]]:
    """Run every chain `how.replications` times; gives for each name its runs in order, the n-th comparable by pairs."""
    tasks = [(name, number) for number in range(how.replications) for name in chains]
    done: dict[str, list[Measured]] = {name: [] for name in chains}
    with _mapping(_processes(chains, how)) as mapped:
        runs = mapped(_task, [(chains[name], how, number) for name, number in tasks])
        for count, ((name, _), measured) in enumerate(zip(tasks, runs, strict=True), start=1):
            done[name].append(measured)
            on_progress("Running the chain, again and again", count / len(tasks))
    return {name: tuple(runs) for name, runs in done.items()}


_Task = tuple[Chain, Run, int]
_Mapped = Callable[[Callable[[_Task], Measured], Iterable[_Task]], Iterable[Measured]]


def _task(task: _Task) -> Measured:
    return simulate(*task)


def _processes(chains: Mapping[str, Chain], how: Run) -> int:
    visits_a_day = sum(station.inflow for chain in chains.values() for station in flow(chain).stations)
    visits = visits_a_day * (how.days + how.warm_up_days) * how.replications
    return min(MOST_PROCESSES, os.cpu_count() or 1) if visits > WORTH_PROCESSES else 1


@contextmanager
def _mapping(processes: int) -> Iterator[_Mapped]:
    if processes == 1:
        yield map
        return
    # Spawned, not forked: a fork of a process with threads of its own can hang.
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield pool.map
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # whoever is told to stop need not wait for the rest
