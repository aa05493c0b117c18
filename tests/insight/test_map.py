"""The map, on every engine: against a slow and plain computation, and against known logs."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from insight import brute_force
from insight.brute_force import Event
from insight.engines import ENGINES, engine_or_skip
from kept.history.engine import engine_over_log, engine_over_sources
from kept.history.importing import import_log
from kept.history.mapping import load_mapping, mapping_from_toml
from kept.history.reading import open_log
from kept.history.store import HistoryStore
from kept.insight.map import NodeKind, Tie, TieKind, WorkMap, work_map
from requirements import real_log

MAPPING = mapping_from_toml('[columns]\ncase="case"\nat="at"\norder="n"\nteam="team"\ncustomer="for"\n')
START = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(params=ENGINES, scope="module")
def engine(request: pytest.FixtureRequest) -> str:
    return engine_or_skip(request.param)


def written(folder: Path, events: list[Event]) -> Path:
    """The events as a CSV log."""
    rows = "".join(
        f"{e.case},{(START + timedelta(seconds=e.at)).isoformat()},{'' if e.order is None else e.order},"
        f"{e.team or ''},{e.customer or ''}\n"
        for e in events
    )
    path = folder / "log.csv"
    path.write_text(f"case,at,n,team,for\n{rows}")
    return path


def map_of(folder: Path, events: list[Event], engine: str) -> WorkMap:
    with open_log(written(folder, events), MAPPING) as log, engine_over_log(log, engine) as asked:
        return work_map(asked)


FEW = st.sampled_from
EVENTS = st.lists(
    st.builds(
        Event,
        case=FEW(["p", "q", "NA"]),
        at=FEW([0, 0, 60, 61, 3600, 90_000]),
        order=FEW([None, 1, 2, 10]),
        team=FEW([None, "A", "B", "C"]),
        customer=FEW([None, "Oak", "Elm"]),
    ),
    min_size=1,
    max_size=30,
)
A_RETURN = [Event("p", 0, None, "A"), Event("p", 60, None, "B"), Event("p", 90, None, None), Event("p", 120, None, "A")]


@given(events=EVENTS)
@example(events=A_RETURN)
def test_the_map_is_what_its_definition_says(events: list[Event], tmp_path_factory: pytest.TempPathFactory) -> None:
    found = map_of(tmp_path_factory.mktemp("log"), events, "duckdb")
    check_ties(found, events)
    check_nodes(found, events)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_engine_gives_what_the_definition_says(seed: int, engine: str, tmp_path: Path) -> None:
    """Spark takes seconds where DuckDB takes milliseconds, so it gets few logs, but longer ones."""
    chance = random.Random(seed)
    teams, customers = [None, *(f"T{n}" for n in range(9))], [None, "Oak", "Elm"]
    events = [
        Event(
            f"c{chance.randrange(80)}",
            chance.choice([0, 60, 61, 3600]) + chance.randrange(5),
            chance.choice([None, 1, 2, 10]),
            chance.choice(teams),
            chance.choice(customers),
        )
        for _ in range(1_000)
    ]
    found = map_of(tmp_path, [*events, *A_RETURN], engine)
    check_ties(found, [*events, *A_RETURN])
    check_nodes(found, [*events, *A_RETURN])


def check_ties(found: WorkMap, events: list[Event]) -> None:
    """The map's ties are those of the slow and plain computation."""
    expected = brute_force.handoffs(events)
    assert (found.events, found.cases) == (len(events), len({event.case for event in events}))
    assert found.handoffs == sum(len(pair.waits) for pair in expected.values())
    ties = {(tie.provider, tie.customer): tie for tie in found.of_kind(TieKind.HANDOFF)}
    assert ties.keys() == expected.keys()
    for names, pair in expected.items():
        tie = ties[names]
        assert (tie.count, tie.cases, tie.returns) == (len(pair.waits), len(pair.cases), pair.returns)
        assert tie.median_wait_s == pytest.approx(brute_force.quantile(pair.waits, 0.5))
        assert tie.p90_wait_s == pytest.approx(brute_force.quantile(pair.waits, 0.9))
        assert (tie.first, tie.last) == (moment(min(pair.moments)), moment(max(pair.moments)))
    serves = {(tie.provider, tie.customer): tie for tie in found.of_kind(TieKind.SERVES)}
    served = brute_force.serves(events)
    assert {names: tie.count for names, tie in serves.items()} == {names: len(cases) for names, cases in served.items()}
    assert all(
        (serves[names].first, serves[names].last) == (moment(min(cases)), moment(max(cases)))
        for names, cases in served.items()
    )


def moment(seconds: int) -> datetime:
    """The moment of an event that lies that many seconds after the start."""
    return START + timedelta(seconds=seconds)


def check_nodes(found: WorkMap, events: list[Event]) -> None:
    """The map's nodes sum up its ties and the events."""
    given_away: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for tie in found.of_kind(TieKind.HANDOFF):
        given_away[tie.provider] += tie.count
        received[tie.customer] += tie.count
    teams = [node for node in found.nodes if node.kind is NodeKind.TEAM]
    assert {node.name: node.events for node in teams} == dict(Counter(e.team for e in events if e.team))
    assert {node.name: node.cases for node in teams} == {
        team: len({e.case for e in events if e.team == team}) for team in {e.team for e in events if e.team}
    }
    assert all((node.given, node.received) == (given_away[node.name], received[node.name]) for node in teams)
    assert found.handoffs == sum(node.given for node in teams) == sum(node.received for node in teams)
    customers = [node for node in found.nodes if node.kind is NodeKind.CUSTOMER]
    assert sum(node.cases for node in customers) == sum(tie.count for tie in found.of_kind(TieKind.SERVES))


def test_ties_of_one_moment_are_in_the_stated_order_then_as_they_stand(engine: str, tmp_path: Path) -> None:
    events = [Event("p", 0, 3, "C"), Event("p", 0, None, "D"), Event("p", 0, 10, "B"), Event("p", 0, 1, "A")]
    found = map_of(tmp_path, [*events, Event("p", 0, None, "E")], engine)
    pairs = {(tie.provider, tie.customer) for tie in found.ties}
    assert pairs == {("A", "C"), ("C", "B"), ("B", "D"), ("D", "E")}


def test_strongest_first_then_by_name(engine: str, tmp_path: Path) -> None:
    events = [Event(f"p{n}", at, None, team) for n in range(3) for at, team in enumerate("AB")]
    events += [Event(f"q{n}", at, None, team) for n in range(2) for at, team in enumerate("DC")]
    events += [Event(f"r{n}", at, None, team) for n in range(2) for at, team in enumerate("CD")]
    found = map_of(tmp_path, events, engine)
    assert [(tie.provider, tie.customer, tie.count) for tie in found.strongest(2)] == [("A", "B", 3), ("C", "D", 2)]


def test_several_logs_make_one_map_and_their_cases_stay_apart(engine: str, tmp_path: Path) -> None:
    store = HistoryStore(tmp_path / "history")
    for name, team in (("one", "B"), ("two", "C")):
        import_log(
            written(tmp_path, [Event("p", 0, None, "A"), Event("p", 60, None, team)]), MAPPING, store=store, name=name
        )
    with engine_over_sources(store.sources(), engine) as asked:
        found = work_map(asked)
    assert (found.logs, found.events, found.cases, found.handoffs) == (("one", "two"), 4, 2, 2)


def test_no_history_is_an_empty_map(engine: str) -> None:
    with engine_over_sources((), engine) as asked:
        found = work_map(asked)
    assert (found.events, found.cases, found.handoffs, found.ties, found.nodes) == (0, 0, 0, (), ())


def test_what_json_says(engine: str, tmp_path: Path) -> None:
    events = [Event("p", 0, None, "A", "Oak"), Event("p", 90, None, "B")]
    said = map_of(tmp_path, events, engine).to_json()
    assert said["engine"] == engine
    assert said["ties"] == [
        {
            "provider": "A",
            "customer": "B",
            "kind": "handoff",
            "count": 1,
            "cases": 1,
            "median_wait_s": 90.0,
            "p90_wait_s": 90.0,
            "returns": 0,
            "first": "2026-01-05T00:01:30+00:00",
            "last": "2026-01-05T00:01:30+00:00",
        },
        {
            "provider": "B",
            "customer": "Oak",
            "kind": "serves",
            "count": 1,
            "cases": 1,
            "median_wait_s": None,
            "p90_wait_s": None,
            "returns": 0,
            "first": "2026-01-05T00:01:30+00:00",
            "last": "2026-01-05T00:01:30+00:00",
        },
    ]


REAL = {
    "servicenow_incidents.csv.gz": (141_712, 24_918, 78, 19_087, 1_060),
    "volvo_incidents_2013.csv.gz": (65_533, 7_554, 649, 9_454, 2_463),
    "volvo_incidents_2013.xes.gz": (65_533, 7_554, 649, 9_454, 2_463),
    "permit_receipt.csv.gz": (8_577, 1_434, 9, 3_853, 33),
}


@pytest.mark.logs
@pytest.mark.parametrize("file_name", REAL)
def test_real_logs(file_name: str, engine: str) -> None:
    path = real_log(file_name)
    by = load_mapping(path.with_name(f"{file_name.split('.', maxsplit=1)[0]}.toml"))
    with open_log(path, by) as log, engine_over_log(log, engine) as asked:
        found, said = work_map(asked), log.understanding
    events, cases, teams, handoffs, pairs = REAL[file_name]
    assert (said.rows, said.events, said.cases, said.teams, said.rejected) == (events, events, cases, teams, 0)
    assert (found.events, found.cases, found.handoffs) == (events, cases, handoffs)
    assert len(found.of_kind(TieKind.HANDOFF)) == pairs


@pytest.mark.logs
def test_the_same_log_in_csv_and_xes_gives_the_same_map(engine: str) -> None:
    def ties(file_name: str) -> tuple[Tie, ...]:
        path = real_log(file_name)
        by = load_mapping(path.with_name("volvo_incidents_2013.toml"))
        with open_log(path, by) as log, engine_over_log(log, engine) as asked:
            return work_map(asked).ties

    assert ties("volvo_incidents_2013.csv.gz") == ties("volvo_incidents_2013.xes.gz")
