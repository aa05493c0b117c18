"""Today's chain from a history: what is learned, what is known of open work, and how it foretells what came after."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from insight.whatif.lines import silent
from kept.history.engine import engine_over_log
from kept.history.mapping import load_mapping, mapping_from_toml
from kept.history.reading import open_log
from kept.insight.whatif.chain import Run
from kept.insight.whatif.errors import NothingToLearn
from kept.insight.whatif.past import DAY_S, MOST_STATIONS, NO_TEAM, OTHERS, Case, Visit, cases_of, chain_of, weights
from kept.insight.whatif.scenario_file import scenario_from_toml
from kept.insight.whatif.scenario_write import chain_to_toml
from kept.insight.whatif.today import foretold, median_seen, todays_chain
from requirements import real_log

HOUR = 3600.0
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
FORETOLD = ("helpdesk", "travel_domestic_2020", *(("servicenow_incidents",) if NIGHTLY else ()))
"""The logs that are foretold well; the large one takes several seconds, and waits for the night."""


def case(began_h: float, *stays: tuple[str, float]) -> Case:
    """A case that began at an hour and lay with each team for so many hours."""
    visits, at = [], began_h * HOUR
    for team, hours in stays:
        visits.append(Visit(team, at, at + hours * HOUR))
        at += hours * HOUR
    return Case(tuple(visits))


def test_weights_of_ended_times_are_equal() -> None:
    assert weights(np.array([True] * 4)) == pytest.approx([0.25] * 4)


def test_open_work_hands_its_weight_on_to_what_took_longer() -> None:
    """Times 1, 2+, 3, 4, of which the second was open: Kaplan and Meier by hand."""
    assert weights(np.array([True, False, True, True])) == pytest.approx([1 / 4, 0, 3 / 8, 3 / 8])


def test_shares_returns_and_hours_are_those_of_the_cases() -> None:
    straight = [case(n, ("A", 2.0), ("B", 4.0)) for n in range(30)]
    returned = [case(30 + n, ("A", 2.0), ("B", 1.0), ("A", 5.0), ("B", 4.0)) for n in range(10)]
    chain = chain_of([*straight, *returned], since=0.0, until=1e9)
    ways = {(station.name, way.to): way for station in chain.stations for way in station.ways}
    assert ways["A", "B"].share == pytest.approx(1.0)
    assert ways["B", "A"].share == pytest.approx(10 / 50)
    assert ways["B", None].hours.mean == pytest.approx(4.0)
    assert ways["A", "B"].hours.mean == pytest.approx((40 * 2.0 + 10 * 5.0) / 50)
    assert all(station.servers is None for station in chain.stations)
    assert chain.arrivals.start == (("A", 1.0),)


def test_what_is_known_only_later_is_not_known() -> None:
    """One case in three takes a day, the others a hundred; after ten days the slow ones are open."""
    cases = [case(n, ("A", 2400.0 if n % 3 else 24.0)) for n in range(100)]
    until = 240 * HOUR
    assert median_seen(cases, until) > 1.0
    quick = [each for each in cases if each.ended <= until]
    assert median_seen(quick, until) == pytest.approx(1.0)
    chain = chain_of(cases, since=0.0, until=until)
    assert {way.to for station in chain.stations for way in station.ways} == {None}


def test_small_stations_become_one() -> None:
    cases = [case(n, ("Large", 1.0), (f"T{n}", 2.0)) for n in range(MOST_STATIONS + 30)]
    chain = chain_of(cases, since=0.0, until=1e9)
    assert len(chain.stations) == MOST_STATIONS + 1
    assert OTHERS in {station.name for station in chain.stations}


def test_the_latest_part_is_taken_where_the_past_was_different() -> None:
    """Work took ten days and then, for the latest half, one."""
    cases = [case(n, ("A", 240.0 if n < 400 else 24.0)) for n in range(800)]
    today = todays_chain(cases, until=900 * HOUR, name="desk", on_progress=silent)
    assert today.cases < 500
    assert float(np.median(foretold(today.chain, np.arange(200.0)))) == pytest.approx(1.0)


@pytest.mark.parametrize("cases", [[], [case(0, ("A", 1.0))]])
def test_too_little_is_refused(cases: Sequence[Case]) -> None:
    with pytest.raises(NothingToLearn):
        todays_chain(cases, until=1e9, name="desk", on_progress=silent)


def test_the_time_before_and_after_the_teams_is_somewhere(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "case,at,team\nc1,2026-01-05T09:00:00Z,\nc1,2026-01-05T10:00:00Z,A\nc1,2026-01-05T12:00:00Z,B\n"
        "c1,2026-01-05T15:00:00Z,B\nc1,2026-01-06T15:00:00Z,\n"
    )
    mapping = mapping_from_toml('[columns]\ncase = "case"\nat = "at"\nteam = "team"\n')
    with open_log(path, mapping) as log, engine_over_log(log) as engine:
        (found,) = cases_of(engine)
    assert [visit.station for visit in found.visits][:3] == [NO_TEAM, "A", "B"]
    assert sum(visit.left - visit.came for visit in found.visits) == pytest.approx(30 * HOUR)
    assert found.days * DAY_S == pytest.approx(30 * HOUR)


@pytest.mark.logs
@pytest.mark.parametrize("name", FORETOLD)
def test_the_median_of_what_came_after_is_foretold_within_15_pct(name: str) -> None:
    """Taken from the first 64 % of the cases as they were known then; nothing is fitted on what came after."""
    mapping = load_mapping(real_log(f"{name}.toml")).without_attributes()
    with open_log(real_log(f"{name}.csv.gz"), mapping) as log, engine_over_log(log) as engine:
        cases = cases_of(engine)
    split = int(len(cases) * 0.64)
    after = cases[split:]
    moment = after[0].began
    today = todays_chain(cases, until=moment, name=name, on_progress=silent)
    arrivals = np.array([case.began - moment for case in after]) / DAY_S
    came = float(np.median([case.days for case in after]))
    assert float(np.median(foretold(today.chain, arrivals))) == pytest.approx(came, rel=0.15)
    assert scenario_from_toml(chain_to_toml(today.chain, Run())).chain.arrivals.start == today.chain.arrivals.start
