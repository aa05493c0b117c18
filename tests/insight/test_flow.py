"""The flow, on every engine: against a slow and plain computation, and on the real logs."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight.engines import ENGINES, engine_or_skip
from kept.history.engine import engine_over_log, engine_over_sources
from kept.history.mapping import load_mapping, mapping_from_toml
from kept.history.reading import open_log
from kept.insight.flow import Flow, flow
from kept.insight.little import littles_law
from requirements import real_log

MAPPING = mapping_from_toml('[columns]\ncase="case"\nat="at"\nteam="team"\nlifecycle="phase"\n')
START = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = 3_600


@pytest.fixture(params=ENGINES, scope="module")
def engine(request: pytest.FixtureRequest) -> str:
    return engine_or_skip(request.param)


@dataclass(frozen=True)
class Event:
    """One event, `at` in seconds after the start."""

    case: str
    at: int
    team: str | None


@dataclass(frozen=True)
class Stay:
    """One stay, in seconds after the start."""

    team: str
    case: str
    came: int
    began: int
    left: int
    came_back: bool


def flow_of(folder: Path, events: list[Event], phase: str, engine: str) -> Flow:
    rows = "".join(f"{e.case},{(START + timedelta(seconds=e.at)).isoformat()},{e.team or ''},{phase}\n" for e in events)
    path = folder / "log.csv"
    path.write_text(f"case,at,team,phase\n{rows}")
    with open_log(path, MAPPING) as log, engine_over_log(log, engine) as asked:
        return flow(asked)


def plainly(events: list[Event], *, done: bool) -> list[Stay]:
    """Every stay, straight from its definition."""
    found: list[Stay] = []
    for case in sorted({event.case for event in events}):
        ordered = sorted((e for e in events if e.case == case), key=lambda e: e.at)
        runs = [list(run) for _, run in groupby((e for e in ordered if e.team), key=lambda e: e.team)]
        for n, run in enumerate(runs):
            before = runs[n - 1][-1].at if n else ordered[0].at
            after = runs[n + 1][0].at if n + 1 < len(runs) else ordered[-1].at
            came_back = n > 1 and runs[n - 2][0].team == run[0].team
            team = run[0].team or ""
            if done:
                found.append(Stay(team, case, before, run[0].at, run[-1].at, came_back))
            else:
                began = run[1].at if len(run) > 1 else after
                found.append(Stay(team, case, run[0].at, began, after, came_back))
    return found


def check(found: Flow, stays: list[Stay]) -> None:
    """The flow is that of the slow and plain computation."""
    by_team = defaultdict(list)
    for stay in stays:
        by_team[stay.team].append(stay)
    assert {team.team for team in found.teams} == set(by_team)
    for team in found.teams:
        own = by_team[team.team]
        assert (team.stays, team.cases) == (len(own), len({stay.case for stay in own}))
        assert team.median_wait_s == pytest.approx(median(stay.began - stay.came for stay in own))
        assert team.median_handling_s == pytest.approx(median(stay.left - stay.began for stay in own))
        assert team.mean_time_s == pytest.approx(mean(stay.left - stay.came for stay in own))
        assert team.returns == sum(stay.came_back for stay in own)
        assert team.arrivals_per_day * found.days == pytest.approx(len(own))
        assert team.throughput_per_day * found.days == pytest.approx(len(own))
        assert team.in_progress == pytest.approx(counted(own, found))
    months = Counter((stay.team, month(stay.came)) for stay in stays)
    assert {(of.team, of.month): of.arrivals for of in found.months if of.arrivals} == months
    assert sum(of.throughput for of in found.months) == len(stays)
    last = {of.team: of for of in found.months}
    assert all(of.in_progress == 0 for of in last.values())


def counted(stays: list[Stay], found: Flow) -> float:
    """How many are there at the end of each six hours of the span, on average."""
    assert found.first is not None
    first = int((found.first - START).total_seconds())
    ends = [first + 6 * HOUR * (n + 1) for n in range(round(found.days * 4))]
    return mean(sum(stay.came < end <= stay.left for stay in stays) for end in ends)


def month(at: int) -> date:
    return (START + timedelta(seconds=at)).date().replace(day=1)


EVENTS = st.lists(
    st.tuples(st.sampled_from("pqr"), st.sampled_from([None, "A", "B", "C"])), min_size=1, max_size=25
).map(lambda drawn: [Event(case, 17 * HOUR * n + n * n, team) for n, (case, team) in enumerate(drawn)])


@given(events=EVENTS, phase=st.sampled_from(["complete", "In Progress"]))
def test_the_flow_is_what_its_definition_says(
    events: list[Event], phase: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = flow_of(tmp_path_factory.mktemp("log"), events, phase, "duckdb")
    check(found, plainly(events, done=phase == "complete"))


@pytest.mark.parametrize("phase", ["Complete", "Queued"])
def test_every_engine_gives_what_the_definition_says(phase: str, engine: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    events = [
        Event(f"c{chance.randrange(60)}", chance.randrange(90 * 24) * HOUR + n, chance.choice([None, *"ABCDE"]))
        for n in range(800)
    ]
    check(flow_of(tmp_path, events, phase, engine), plainly(events, done=phase == "Complete"))


def test_work_sent_to_and_fro_is_a_return_each_time_and_then_a_ping_pong(engine: str, tmp_path: Path) -> None:
    events = [Event("p", n * HOUR, team) for n, team in enumerate("ABABC")]
    found = {team.team: team for team in flow_of(tmp_path, events, "", engine).teams}
    assert {name: (team.returns, team.ping_pongs) for name, team in found.items()} == {
        "A": (1, 0),
        "B": (1, 1),
        "C": (0, 0),
    }
    assert found["A"].returns_share == 0.5


def test_the_bottleneck_is_where_most_work_waits(tmp_path: Path) -> None:
    events = [Event(f"p{n}", n * 24 * HOUR + hour * HOUR, team) for n in range(9) for hour, team in enumerate("ABBC")]
    events += [Event(f"p{n}", n * 24 * HOUR + 23 * HOUR, "C") for n in range(9)]
    found = flow_of(tmp_path, events, "", "duckdb")
    assert found.bottleneck.team == "C"
    assert "come a day" in found.bottleneck.why
    said = found.to_json()
    assert {"team", "arrivals_per_day", "throughput_per_day", "median_handling_s", "median_wait_s"} <= set(
        said["teams"][0]
    )
    assert [day["weekday"] for day in said["weekdays"]][:2] == ["Monday", "Tuesday"]
    assert said["months"][0]["month"] == "2026-01"


def test_nothing_waiting_and_nothing_at_all_are_said(engine: str, tmp_path: Path) -> None:
    assert flow_of(tmp_path, [Event("p", 0, "A")], "", engine).bottleneck.team is None
    with engine_over_sources((), engine) as asked:
        found = flow(asked)
    assert (found.teams, found.months, found.little) == ((), (), None)


@pytest.mark.parametrize(
    ("counted", "arrivals", "time_s", "gap", "says"),
    [
        (10.0, 5.0, 2 * 86_400.0, 0.0, "agree"),
        (6.0, 5.0, 2 * 86_400.0, 0.4, "40% apart"),
        (0.0, 1.0, 3_600.0, 1.0, "misses most of it"),
        (0.0, 0.0, 0.0, 0.0, "agree"),
    ],
)
def test_littles_law(counted: float, arrivals: float, time_s: float, gap: float, says: str) -> None:
    law = littles_law(counted, arrivals, time_s)
    assert law.gap == pytest.approx(gap)
    assert says in law.says


@pytest.mark.logs
@pytest.mark.parametrize(
    ("name", "teams", "bottleneck"), [("permit_receipt", 9, "Group 1"), ("servicenow_incidents", 78, "Group 70")]
)
def test_real_logs(name: str, teams: int, bottleneck: str, engine: str) -> None:
    path = real_log(f"{name}.csv.gz")
    by = load_mapping(path.with_name(f"{name}.toml")).without_attributes()
    with open_log(path, by) as log, engine_over_log(log, engine) as asked:
        found = flow(asked)
    assert (len(found.teams), found.bottleneck.team) == (teams, bottleneck)
    assert found.little is not None
    assert found.little.gap < 0.01
