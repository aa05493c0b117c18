"""What-if against theory, against Ciw, and against what came. Run: python benchmarks/whatif/run.py

The real logs are looked for beside the project (../shared/logs, or KEPT_SHARED); without them that part is left out.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import ciw
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from counted import counted_chain, median_foretold

from kept.history.engine import engine_over_log
from kept.history.mapping import load_mapping
from kept.history.reading import open_log
from kept.insight.whatif.chain import Arrivals, Chain, Hours, Spread, Station, Way
from kept.insight.whatif.draws import deal
from kept.insight.whatif.engine import run
from kept.insight.whatif.intervals import over
from kept.insight.whatif.past import DAY_S, Case, cases_of
from kept.insight.whatif.today import TRIED_ON, foretold, todays_chain

PROJECT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("KEPT_SHARED") or PROJECT.parent / "shared") / "logs"
EXAMPLE = PROJECT / "examples" / "servicenow_incidents.csv.gz"
LOGS = (
    "servicenow_incidents", "helpdesk", "travel_domestic_2020", "building_permits_2015_1", "travel_permit_2020",
    "volvo_incidents_2013", "permit_receipt",
)  # fmt: skip
TRAINED = 0.64
RUNS = 5


def silent(_what: str, _share: float) -> None:
    """The progress that nobody watches."""


def line(wanted: float, *could: tuple[float, int]) -> Chain:
    """A line of stations: what each server can do a day, and how many there are."""
    names = [f"S{n}" for n in range(len(could))]
    stations = [
        Station(name, (Way(to, 1.0, Hours(24 / per_day)),), servers)
        for name, to, (per_day, servers) in zip(names, [*names[1:], None], could, strict=True)
    ]
    return Chain(tuple(stations), Arrivals(wanted, ((names[0], 1.0),)))


def mm_c(arrivals: float, per_server: float, servers: int) -> float:
    """Mean time in M/M/c, by Erlang's C."""
    load = arrivals / per_server
    full = load**servers / math.factorial(servers) * servers / (servers - load)
    waits = full / (sum(load**n / math.factorial(n) for n in range(servers)) + full)
    return waits / (servers * per_server - arrivals) + 1 / per_server


def theory() -> None:
    """Mean times against what is known of them, at loads that are hard to simulate."""
    print("\n| chain | load | theory | simulated (95 %) | off by |\n| --- | ---: | ---: | ---: | ---: |")
    cases = [
        ("M/M/1", 0.5, line(5, (10, 1)), 1 / 5),
        ("M/M/1", 0.9, line(9, (10, 1)), 1.0),
        ("M/M/2", 0.9, line(18, (10, 2)), mm_c(18, 10, 2)),
        ("M/M/8", 0.9, line(72, (10, 8)), mm_c(72, 10, 8)),
        ("tandem of three", 0.9, line(9, (10, 1), (12, 1), (11, 1)), 1 / 1 + 1 / 3 + 1 / 2),
    ]
    for name, load, chain, known in cases:
        found = over([mean_time(chain, 400_000 / chain.arrivals.per_day, seed) for seed in range(8)])
        off = 100 * (found.mean / known - 1)
        print(f"| {name} | {load:.0%} | {known:.4f} | {found.low:.4f}–{found.high:.4f} | {off:+.2f} % |", flush=True)


def mean_time(chain: Chain, days: float, seed: int) -> float:
    """Mean days in the chain, of what came after the first twentieth."""
    dealt = deal(chain, days, (11, seed))
    left = run(chain, dealt, math.inf).ended[dealt.first[1:] - 1]
    return float((left - dealt.arrivals)[dealt.arrivals > days / 20].mean())


def timed(work: Callable[[], int]) -> tuple[float, float, float]:
    """Pieces of work a second: median, slowest and fastest of `RUNS`."""
    rates = []
    for _ in range(RUNS):
        start = time.process_time()
        pieces = work()
        rates.append(pieces / (time.process_time() - start))
    return statistics.median(rates), min(rates), max(rates)


def kept_runs(chain: Chain, days: float) -> int:
    """Pieces dealt and run, by Kept."""
    dealt = deal(chain, days, (1,))
    run(chain, dealt, days)
    return len(dealt.arrivals)


def ciw_runs(chain: Chain, days: float) -> int:
    """The same chain by Ciw; pieces that came."""
    simulation = ciw_simulation(chain)
    simulation.simulate_until_max_time(days)
    return simulation.nodes[0].number_of_individuals


def ciw_simulation(chain: Chain) -> ciw.Simulation:
    """The chain in Ciw's words. It has no hours by way, so each station's are mixed."""
    ciw.seed(1)
    starts = dict(chain.arrivals.start)
    rate = chain.arrivals.per_day
    network = ciw.create_network(
        arrival_distributions=[
            ciw.dists.Exponential(rate * starts[each.name]) if starts.get(each.name) else None
            for each in chain.stations
        ],
        service_distributions=[mixed(each) for each in chain.stations],
        number_of_servers=[math.inf if each.servers is None else each.servers for each in chain.stations],
        routing=[
            [float(sum(way.share for way in each.ways if way.to == other.name)) for other in chain.stations]
            for each in chain.stations
        ],
    )
    return ciw.Simulation(network)


def mixed(station: Station) -> ciw.dists.Distribution:
    """The station's hours, all ways together, in days."""
    dists = [
        ciw.dists.Exponential(24 / way.hours.mean)
        if way.hours.mean_stated is not None and way.hours.spread is Spread.RANDOM
        else ciw.dists.Empirical([hours / 24 for hours in way.hours.seen or (way.hours.mean,)])
        for way in station.ways
    ]
    return dists[0] if len(dists) == 1 else ciw.dists.MixtureDistribution(dists, [way.share for way in station.ways])


def speed() -> None:
    """Kept's engine and Ciw on the same chains."""
    print("\n| chain | by | pieces a second (CPU), median | range | n |\n| --- | --- | ---: | ---: | ---: |")
    known = cases_in(EXAMPLE, EXAMPLE.with_name("servicenow_incidents.toml"))
    real = todays_chain(known, until=known[-1].ended, name="real", on_progress=silent).chain
    rows = [
        ("M/M/1, load 80 %", line(8, (10, 1)), 12_500.0, 2_500.0),
        ("tandem of three", line(8, (10, 1), (12, 1), (11, 1)), 6_000.0, 1_000.0),
        (f"ServiceNow, {len(real.stations)} stations", real, 250.0, 10.0),
    ]
    for name, chain, days, ciw_days in rows:
        for by, runs, long in (("Kept", kept_runs, days), (f"Ciw {ciw.__version__}", ciw_runs, ciw_days)):
            median, slowest, fastest = timed(lambda runs=runs, chain=chain, long=long: runs(chain, long))
            print(f"| {name} | {by} | {median:,.0f} | {slowest:,.0f}–{fastest:,.0f} | {RUNS} |", flush=True)


def cases_in(log: Path, mapping: Path) -> tuple[Case, ...]:
    """The cases of a log."""
    with open_log(log, load_mapping(mapping).without_attributes()) as opened, engine_over_log(opened) as engine:
        return cases_of(engine)


def replay() -> None:
    """Today's chain of the first part of each log, and what came after; the other way of reading beside it."""
    print(
        "\n| log | cases, after | the latest, of those before | foretold | came | off by "
        "| counted: before | counted: after |"
        "\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    for name in LOGS:
        cases = list(cases_in(SHARED / f"{name}.csv.gz", SHARED / f"{name}.toml"))
        split = int(len(cases) * TRAINED)
        before, after = cases[:split], cases[split:]
        moment = after[0].began
        today = todays_chain(cases, until=moment, name=name, on_progress=silent)
        arrivals = np.array([case.began - moment for case in after]) / DAY_S
        told, came = float(np.median(foretold(today.chain, arrivals))), float(np.median([c.days for c in after]))
        chosen = min(today.tried, key=lambda each: each.miss)
        window = today.cases / len(before)
        earlier = counted(before, window, before[split - int(split * TRIED_ON)].began, moment, chosen.came)
        later = counted(cases, window, moment, math.inf, came)
        print(
            f"| {name} | {len(after):,} | {window:.0%} | {told:.2f} | {came:.2f} | {100 * (told / came - 1):+.0f} % "
            f"| {earlier} (uncounted {100 * (chosen.foretold / chosen.came - 1):+.0f} %) | {later} |",
            flush=True,
        )


def counted(cases: list[Case], window: float, moment: float, until: float, came: float) -> str:
    """By how much the chain with counted servers, taken from before the moment, misses what came until then."""
    known = [case for case in cases if case.began < moment]
    since = known[int(len(known) * (1 - window))].began
    chain = counted_chain(cases, since, moment)
    return f"{100 * (median_foretold(chain, cases, since, moment, until) / came - 1):+.0f} %"


def main() -> None:
    """Print the tables."""
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}, {os.cpu_count()} cores")
    theory()
    speed()
    if SHARED.is_dir():
        replay()
    else:
        print(f"\nThe real logs are not in {SHARED}: what came after was NOT foretold.")


if __name__ == "__main__":
    main()
