"""The worked examples of docs/what-if.md: exact, by the long-run flow, and borne out by the simulation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from insight.whatif.lines import SHORT, line, silent, station
from kept.insight.whatif.advice import advice
from kept.insight.whatif.chain import Arrivals, Chain, Hours, Money, Spread, Station, Way
from kept.insight.whatif.changes import Change
from kept.insight.whatif.compare import Scenario, WhatIf, what_if
from kept.insight.whatif.said import as_json
from kept.insight.whatif.scenario_file import load_scenario

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "what_if.toml"


@pytest.fixture(scope="module")
def saw() -> WhatIf:
    """The bottleneck 20 % faster, its next step able to take only 10 % more: as the example file has it."""
    scenario = load_scenario(EXAMPLE)
    return what_if(replace(scenario, run=SHORT), silent)


def test_a_bottleneck_20_pct_faster_whose_next_step_takes_10_pct_more_gains_10_pct(saw: WhatIf) -> None:
    assert (saw.today.flow.throughput, saw.then.flow.throughput) == (40.0, 44.0)
    assert saw.throughput_pct == 10.0
    assert (saw.today.bottleneck, saw.then.bottleneck) == ("Saw", "Assembly")
    said = advice(saw)
    assert said[0] == "The chain does 10 % more, 44 a day (exact): “Assembly” is the new bottleneck."
    assert "Work piles up in front of “Assembly”: 2 more each day (exact)." in said


def test_the_simulation_bears_it_out(saw: WhatIf) -> None:
    for figures in (saw.today, saw.then):
        assert figures.throughput_simulated.mean == pytest.approx(figures.flow.throughput, rel=0.03)


def test_the_json_says_what_the_contract_says(saw: WhatIf) -> None:
    said = as_json(saw)
    assert {"stations", "throughput_per_day", "lead_time_days", "bottleneck", "compared_to_today", "advice"} <= set(
        said
    )
    assert {"name", "utilisation", "queue_mean", "throughput_per_day"} <= set(said["stations"][0])
    assert set(said["lead_time_days"]) == {"p50", "p85"}
    assert {"throughput_pct", "lead_time_pct", "cost_pct", "revenue_pct"} <= set(said["compared_to_today"])
    assert (said["bottleneck"], said["compared_to_today"]["throughput_pct"]) == ("Assembly", 10.0)
    interval = said["intervals"]["lead_time_days"]["p50"]
    assert interval["low"] < said["lead_time_days"]["p50"] < interval["high"]
    assert interval["n"] == SHORT.replications


@pytest.fixture(scope="module")
def cutting() -> WhatIf:
    """A station faster that is not the bottleneck."""
    chain = line(70, station("Cutting", 60, "Sewing"), station("Sewing", 40))
    return what_if(Scenario(chain, (Change(station="Cutting", speed_pct=20),), SHORT), silent)


def test_a_faster_station_that_is_no_bottleneck_gains_nothing_and_builds_stock(cutting: WhatIf) -> None:
    assert cutting.throughput_pct == 0.0
    assert (cutting.today.bottleneck, cutting.then.bottleneck) == ("Sewing", "Sewing")
    grows = [figures.stations[1].growth_per_day for figures in (cutting.today, cutting.then)]
    assert grows == [20.0, 30.0]
    said = advice(cutting)
    assert said[0] == "The chain does no more than today, 40 a day (exact): “Sewing” is still the bottleneck."
    assert "“Cutting” being faster gains nothing while “Sewing” does not." in said
    assert "Work piles up in front of “Sewing”: 30 more each day instead of 20 (exact)." in said


def test_the_stock_is_simulated_in_front_of_the_bottleneck_too(cutting: WhatIf) -> None:
    waiting = [figures.stations[1].queue_mean for figures in (cutting.today, cutting.then)]
    assert waiting[1].low > waiting[0].high


def test_faster_is_said_to_help_at_the_bottleneck_alone(cutting: WhatIf) -> None:
    assert [(found.station, found.throughput_pct) for found in cutting.helps] == [("Sewing", 20.0), ("Cutting", 0.0)]


def savings(price: float) -> WhatIf:
    """Ten people, of whom one is saved: 10 % of the cost; what is done falls by 5 %."""
    even = Hours(0.4, Spread.EVEN)
    stations = (
        Station("Packing", (Way("Loading", 1.0, even),), servers=5, hours_per_day=9.5, cost_per_hour=40),
        Station("Loading", (Way(None, 1.0, even),), servers=5, hours_per_day=9.5, cost_per_hour=40),
    )
    chain = Chain(stations, Arrivals(100, (("Packing", 1.0),), Spread.EVEN), Money(price=price))
    return what_if(Scenario(chain, (Change(station="Loading", servers=4),), SHORT), silent)


def test_10_pct_of_cost_saved_that_loses_5_pct_of_revenue_is_no_saving() -> None:
    found = savings(price=100)
    assert (found.cost_pct.mean, found.revenue_pct.mean, found.margin_change.mean) == (-10.0, -5.0, -120.0)
    said = next(sentence for sentence in advice(found) if "cost" in sentence)
    assert said == (
        "The cost falls by 10 % (380 a day) and the revenue falls by 5 % (500 a day): 120 less a day remain. "
        "That is no saving."
    )
    assert {"cost_pct", "revenue_pct"} <= set(as_json(found)["exact"])


def test_the_same_percentages_are_a_saving_where_the_cost_is_large() -> None:
    found = savings(price=50)
    assert (found.cost_pct.mean, found.revenue_pct.mean, found.margin_change.mean) == (-10.0, -5.0, 130.0)
    assert any("130 more a day remain" in sentence for sentence in advice(found))


def test_delay_loses_revenue_and_stock_costs() -> None:
    """One server that is faster: less lies there and less is late, and both are worth money."""
    chain = replace(
        line(9, replace(station("Desk", 10), storage_cost_per_day=3.0)),
        money=Money(price=100, promised_days=0.5, loss_per_day_late=50),
    )
    found = what_if(Scenario(chain, (Change(station="Desk", speed_pct=50),), SHORT), silent)
    assert found.throughput_pct == 0.0
    assert found.revenue_pct.low > 0
    assert found.cost_pct.high < 0


def test_a_change_of_nothing_that_matters_is_said_to_change_nothing() -> None:
    chain = line(5, station("Desk", 10, "Post"), station("Post", 10, servers=None))
    found = what_if(Scenario(chain, (Change(station="Desk", speed_pct=0.0),), SHORT), silent)
    assert found.lead_time_pct.mean == 0.0
    assert any("does not measurably change" in sentence for sentence in advice(found))


def test_where_nothing_is_finished_it_says_so_and_stays_json() -> None:
    chain = line(1.0, Station("Cathedral", (Way(None, 1.0, Hours(1e6, Spread.EVEN)),)))
    found = what_if(Scenario(chain, (Change(station="Cathedral", speed_pct=10),), SHORT), silent)
    assert any("No work was finished" in sentence for sentence in advice(found))
    said = json.loads(json.dumps(as_json(found), allow_nan=False))
    assert said["lead_time_days"] == {"p50": None, "p85": None}


def test_without_a_change_it_says_where_the_chain_stands() -> None:
    said = advice(what_if(Scenario(line(5.0, station("Desk", 10)), (), SHORT), silent))
    assert said[0] == (
        "The chain does what comes in, 5 a day (exact). “Desk” would be the first to hold it up: it is loaded to "
        "50 %. “Desk” could do 10 a day."
    )
