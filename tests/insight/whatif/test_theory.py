"""The simulation against what queueing theory says; longer runs stand in benchmarks/whatif."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight.whatif.lines import line, station
from kept.insight.whatif.chain import Chain, Hours, Order, Run, Station, Way
from kept.insight.whatif.draws import deal
from kept.insight.whatif.engine import run
from kept.insight.whatif.flow import flow
from kept.insight.whatif.intervals import over
from kept.insight.whatif.measure import simulate

DAYS = 4_000.0
WARM_UP = 400.0


def mean_time(chain: Chain, *, seed: int) -> float:
    """Mean days from coming to being done, of what came after the warm-up and long before the end."""
    dealt = deal(chain, DAYS, (7, seed))
    left = run(chain, dealt, math.inf).ended[dealt.first[1:] - 1]
    counted = dealt.arrivals > WARM_UP
    return float((left - dealt.arrivals)[counted].mean())


def erlang_c(servers: int, load: float) -> float:
    """The share of work that has to wait (A. K. Erlang 1917); `load` in servers' worth of work."""
    terms = [load**n / math.factorial(n) for n in range(servers)]
    full = load**servers / math.factorial(servers) * servers / (servers - load)
    return full / (sum(terms) + full)


def mm_c(arrivals: float, per_server: float, servers: int) -> float:
    """Mean days in the system of M/M/c."""
    return erlang_c(servers, arrivals / per_server) / (servers * per_server - arrivals) + 1 / per_server


def with_returns() -> Chain:
    """One piece in four goes back from the second station to the first: a Jackson network."""
    second = Station("B", (Way("A", 0.25, Hours(4.0)), Way(None, 0.75, Hours(4.0))), servers=3)
    return line(9.0, station("A", 8.0, "B", servers=2), second)


CASES = {
    "M/M/1": (line(3.0, station("A", 4.0)), 1 / (4 - 3)),
    "M/M/3": (line(4.2, station("A", 2.0, servers=3)), mm_c(4.2, 2.0, 3)),
    "tandem": (line(3.0, station("A", 4.0, "B"), station("B", 5.0)), 1 / (4 - 3) + 1 / (5 - 3)),
    "returns": (with_returns(), (mm_c(12.0, 8.0, 2) + mm_c(12.0, 6.0, 3)) / 0.75),
    "uncounted": (line(5.0, station("A", 2.0, servers=None)), 1 / 2),
}


@pytest.mark.parametrize("name", CASES)
def test_mean_time_is_what_theory_says(name: str) -> None:
    chain, theory = CASES[name]
    found = over([mean_time(chain, seed=seed) for seed in range(5)])
    assert found.low <= theory <= found.high or found.mean == pytest.approx(theory, rel=0.02)


def test_erlang_c_of_one_server_is_its_load() -> None:
    assert erlang_c(1, 0.75) == pytest.approx(0.75)
    assert mm_c(3.0, 4.0, 1) == pytest.approx(1.0)


def test_littles_law_holds_at_every_station() -> None:
    """Stock = throughput × time: on average over time, to the part that was on its way at either end."""
    chain = line(3.0, station("A", 4.0, "B"), station("B", 5.0))
    dealt = deal(chain, DAYS, (1, 1))
    lived = run(chain, dealt, DAYS)
    found = simulate(chain, Run(DAYS, 0.0, 2, 1), 1)
    for place in (0, 1):
        here = (dealt.station == place) & np.isfinite(lived.ended)
        stayed = float((lived.ended[here] - lived.came[here]).mean())
        assert found.stock_mean[place] == pytest.approx(found.done_per_day[place] * stayed, rel=0.01)


@given(
    wanted=st.floats(0.5, 50),
    could=st.lists(st.floats(0.5, 50), min_size=1, max_size=5),
)
def test_no_work_is_lost_or_made(wanted: float, could: list[float]) -> None:
    """What comes in is done or piles up somewhere; nobody does more than they can."""
    names = [f"S{number}" for number in range(len(could))]
    stations = [station(name, each, to) for name, each, to in zip(names, could, [*names[1:], None], strict=True)]
    chain = line(wanted, *stations)
    found = flow(chain)
    assert found.throughput + sum(each.growth for each in found.stations) == pytest.approx(wanted)
    assert found.throughput == pytest.approx(min(wanted, *could))
    assert all(each.throughput <= each.capacity * (1 + 1e-9) for each in found.stations)
    assert found.bottleneck is not None
    assert found.bottleneck.capacity == pytest.approx(min(could))


@pytest.mark.parametrize("order", Order)
def test_order_changes_who_waits_not_what_is_done(order: Order) -> None:
    """Taking the shortest first shortens the mean; an order that does not look at the work leaves it."""
    usual = line(9.0, station("A", 10.0))
    other = line(9.0, replace(station("A", 10.0), order=order))
    how = Run(400.0, 20.0, 2, 5)
    before, after = simulate(usual, how, 1), simulate(other, how, 1)
    assert after.throughput_per_day == pytest.approx(before.throughput_per_day, rel=0.01)
    if order is Order.SHORTEST:
        assert after.queue_mean[0] < 0.7 * before.queue_mean[0]
    else:
        assert after.queue_mean[0] == pytest.approx(before.queue_mean[0], rel=0.1)
    if order is Order.LAST_COME:
        assert after.lead_p50 < before.lead_p50
