"""A second opinion by other hands: Ciw simulates the same chain, with returns and several servers."""

from __future__ import annotations

import statistics

import ciw
import numpy as np
import pytest

from kept.insight.whatif.chain import Arrivals, Chain, Hours, Station, Way
from kept.insight.whatif.draws import deal
from kept.insight.whatif.engine import run
from kept.insight.whatif.intervals import over

DAYS = 200.0
WARM_UP = 20.0
RUNS = 5
SEEN = (1.0, 2.0, 9.0)


def chain() -> Chain:
    """Two desks; one piece in four goes back from the second to the first."""
    first = Station("First", (Way("Second", 1.0, Hours(3.0)),), servers=2)
    second = Station("Second", (Way("First", 0.25, Hours(seen=SEEN)), Way(None, 0.75, Hours(seen=SEEN))), servers=3)
    return Chain((first, second), Arrivals(9.0, (("First", 1.0),)))


def ours(number: int) -> tuple[float, float]:
    """Mean days in the chain, and mean days of waiting at the first desk."""
    dealt = deal(chain(), DAYS, (5, number))
    lived = run(chain(), dealt, float("inf"))
    counted = dealt.arrivals > WARM_UP
    first = (dealt.station == 0) & (lived.came > WARM_UP)
    lead = lived.ended[dealt.first[1:] - 1] - dealt.arrivals
    return float(lead[counted].mean()), float((lived.begun - lived.came)[first].mean())


def theirs(number: int) -> tuple[float, float]:
    """The same by Ciw."""
    ciw.seed(number)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(9.0), None],
        service_distributions=[ciw.dists.Exponential(8.0), ciw.dists.Empirical([hours / 24 for hours in SEEN])],
        number_of_servers=[2, 3],
        routing=[[0.0, 1.0], [0.25, 0.0]],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(DAYS)
    pieces = [piece.data_records for piece in simulation.nodes[-1].all_individuals]
    lead = [records[-1].exit_date - records[0].arrival_date for records in pieces if records[0].arrival_date > WARM_UP]
    waits = [
        each.waiting_time for records in pieces for each in records if each.node == 1 and each.arrival_date > WARM_UP
    ]
    return statistics.fmean(lead), statistics.fmean(waits)


def test_ciw_and_kept_say_the_same_of_the_same_chain() -> None:
    mine, other = (np.array([one(number) for number in range(RUNS)]).T for one in (ours, theirs))
    for here, there in zip(mine, other, strict=True):
        a, b = over(here.tolist()), over(there.tolist())
        assert a.low <= b.high
        assert b.low <= a.high
        assert a.mean == pytest.approx(b.mean, rel=0.25)
