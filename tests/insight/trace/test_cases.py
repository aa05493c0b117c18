"""Cases of work logs traced: small ones made by hand, and the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from history.makers import mapping
from insight.engines import ENGINES, engine_or_skip
from kept.core.errors import NotFound, Refused
from kept.history.engine import engine_over_log, engine_over_sources
from kept.history.importing import import_log
from kept.history.mapping import LogMapping, load_mapping
from kept.history.reading import open_log
from kept.history.store import HistoryStore
from kept.insight.trace.cases import CaseTrace, LateBy, trace_case, traces
from kept.insight.trace.record import Past, past
from requirements import real_log

STATES = mapping(
    '[columns]\ncase="case"\nat="at"\nteam="team"\nactivity="what"\ndue="due"\nended="ended"\nkept="kept"\n'
)
DONE = mapping(
    '[columns]\ncase="case"\nat="at"\nteam="team"\nlifecycle="what"\ndue="due"\nended="ended"\nkept="kept"\n'
)
HEAD = "case,at,team,what,due,ended,kept\n"
PLAIN = 40
"""Cases like each other: an hour with Sales, a day with the Workshop, done."""


@pytest.fixture(params=ENGINES, scope="module")
def engine(request: pytest.FixtureRequest) -> str:
    return engine_or_skip(request.param)


@contextmanager
def past_of(folder: Path, rows: str, by: LogMapping, engine: str = "duckdb") -> Iterator[Past]:
    path = folder / "log.csv"
    path.write_text(HEAD + rows)
    with open_log(path, by) as log, engine_over_log(log, engine) as asked:
        yield past(asked)


def plain(what: str, rest: str = ",,") -> str:
    """The rows of the plain cases; `what` is their activity or lifecycle, `rest` their due, ended and kept."""
    return "".join(
        f"p{n},2026-01-05 09:00,Sales,{what},{rest}\np{n},2026-01-05 10:00,Workshop,{what},{rest}\n"
        f"p{n},2026-01-06 10:00,Sales,{what},{rest}\n"
        for n in range(PLAIN)
    )


def total(found: CaseTrace) -> float:
    return sum(step.share for step in found.steps) + found.outside_share


SLOW = "s,2026-01-05 09:00,Sales,x,,,\ns,2026-01-05 10:00,Workshop,x,,,\ns,2026-01-26 10:00,Sales,x,,,\n"


def test_in_a_log_of_states_the_time_after_an_event_is_its_teams(engine: str, tmp_path: Path) -> None:
    with past_of(tmp_path, plain("x") + SLOW, STATES, engine) as made:
        found = trace_case(made, "s")
    assert [(step.stay.team, step.wait_s + step.held_s) for step in found.steps] == [
        ("Sales", 3_600.0),
        ("Workshop", 21 * 86_400.0),
        ("Sales", 0.0),
    ]
    assert (found.late, found.late_by) == (True, LateBy.USUAL)
    assert [step.share for step in found.steps] == [0.0, 1.0, 0.0]
    assert found.steps[1].expected_s == pytest.approx(86_400.0)


def test_in_a_log_of_things_done_the_time_before_an_event_is_its_teams(engine: str, tmp_path: Path) -> None:
    with past_of(tmp_path, plain("complete") + SLOW.replace(",x,", ",Complete,"), DONE, engine) as made:
        found = trace_case(made, "s")
    assert [(step.stay.team, step.wait_s, step.held_s) for step in found.steps] == [
        ("Sales", 0.0, 0.0),
        ("Workshop", 3_600.0, 0.0),
        ("Sales", 21 * 86_400.0, 0.0),
    ]
    assert [step.share for step in found.steps] == [0.0, 0.0, 1.0]


def test_a_start_ends_the_waiting(tmp_path: Path) -> None:
    rows = (
        "s,2026-01-05 09:00,Sales,complete,,,\ns,2026-01-05 11:00,Workshop,start,,,\n"
        "s,2026-01-05 14:00,Workshop,complete,,,\n"
    )
    with past_of(tmp_path, rows, DONE) as made:
        steps = trace_case(made, "s").steps
    assert [(step.wait_s, step.held_s) for step in steps] == [(0.0, 0.0), (7_200.0, 10_800.0)]


def test_what_is_usual_comes_from_other_cases_alone(tmp_path: Path) -> None:
    """The slow case is the only one that the Night shift ever had: it borrows."""
    with past_of(tmp_path, plain("x") + SLOW.replace("Workshop", "Night shift"), STATES) as made:
        found = trace_case(made, "s")
    assert found.steps[1].like == 2 * PLAIN
    assert 3_600 < found.steps[1].expected_s < 86_400
    assert found.steps[1].share == pytest.approx(1.0)


def test_what_comes_back_costs_its_whole_time(tmp_path: Path) -> None:
    rows = "".join(
        f"p{n},2026-01-05 09:00,Sales,x,,,\np{n},2026-01-05 10:00,Workshop,x,,,\np{n},2026-01-06 10:00,Workshop,x,,,\n"
        for n in range(PLAIN)
    )
    back = (
        "b,2026-01-05 09:00,Sales,x,,,false\nb,2026-01-05 10:00,Workshop,x,,,false\n"
        "b,2026-01-06 10:00,Sales,x,,,false\nb,2026-01-06 11:00,Workshop,x,,,false\n"
        "b,2026-01-07 11:00,Workshop,x,,,false\n"
    )
    with past_of(tmp_path, rows + back, STATES) as made:
        found = trace_case(made, "b")
    assert [step.expected_s for step in found.steps[2:]] == [0.0, 0.0]
    assert [step.stay.came_back for step in found.steps] == [False, False, True, True]
    assert found.findings[0].team == "Workshop"
    assert "It came straight back from Sales." in found.findings[0].evidence
    assert total(found) == pytest.approx(1.0, abs=1e-9)


def test_time_after_the_last_event_is_charged_to_nobody(tmp_path: Path) -> None:
    rows = plain("x", "2026-01-10 00:00,2026-01-07 10:00,") + SLOW.replace("26 10:00", "06 10:00").replace(
        ",x,,,", ",x,2026-01-10 00:00,2026-02-20 00:00,"
    )
    with past_of(tmp_path, rows, STATES) as made:
        found, kept = trace_case(made, "s"), trace_case(made, "p1")
    assert (found.late, found.late_by) == (True, LateBy.DUE)
    assert found.outside_share == pytest.approx(1.0)
    assert found.outside_expected_s == pytest.approx(86_400.0)
    assert found.findings[0].team is None
    assert "nobody in it is charged" in found.findings[0].what
    assert (kept.late, total(kept), kept.findings) == (False, 0.0, ())


def test_what_the_log_says_of_the_promise_goes_before_its_date(tmp_path: Path) -> None:
    rows = plain("x", "2026-01-05 12:00,,true") + SLOW.replace(",x,,,", ",x,2027-01-01 00:00,,false")
    with past_of(tmp_path, rows, STATES) as made:
        assert [trace_case(made, case).late for case in ("p3", "s")] == [False, True]
        assert trace_case(made, "s").late_by is LateBy.KEPT


def test_a_tight_date_is_said_first(tmp_path: Path) -> None:
    rows = (
        plain("x") + "t,2026-01-05 09:00,Sales,x,2026-01-05 20:00,,\nt,2026-01-05 10:00,Workshop,x,2026-01-05 20:00,,\n"
    )
    with past_of(tmp_path, f"{rows}t,2026-01-06 09:00,Sales,x,2026-01-05 20:00,,\n", STATES) as made:
        found = trace_case(made, "t")
    assert "tighter than such work usually takes" in found.verdict
    assert found.to_json()["shared_over"] == "date"
    assert total(found) == pytest.approx(1.0, abs=1e-9)


def test_a_late_case_of_no_time_and_one_without_a_team_lie_outside(tmp_path: Path) -> None:
    rows = "z,2026-01-05 09:00,Sales,x,,,false\nn,2026-01-05 09:00,,x,,,false\nn,2026-01-06 09:00,,x,,,false\n"
    with past_of(tmp_path, rows, STATES) as made:
        for case in ("z", "n"):
            found = trace_case(made, case)
            assert found.outside_share == 1.0
            assert total(found) == pytest.approx(1.0, abs=1e-9)


def test_a_date_that_passed_before_the_record_begins_is_said(tmp_path: Path) -> None:
    rows = plain("x") + SLOW.replace("26 10:00", "06 10:00").replace(",x,,,", ",x,2026-01-01 00:00,,")
    with past_of(tmp_path, rows, STATES) as made:
        found = trace_case(made, "s")
    assert "had passed before the record begins" in found.verdict
    assert total(found) == pytest.approx(1.0, abs=1e-9)


def test_a_case_called_na_is_a_case_and_an_unknown_one_is_refused_with_near_names(tmp_path: Path) -> None:
    with past_of(tmp_path, plain("x") + SLOW.replace("s,2026", "NA,2026"), STATES) as made:
        assert trace_case(made, "NA").late
        with pytest.raises(NotFound, match=r'no case "P 12".*p12'):
            trace_case(made, "P 12")
        with pytest.raises(NotFound, match="called like this: NA"):
            trace_case(made, "ÿ")


def test_a_case_that_two_logs_hold_is_asked_back(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path / "history")
    for name in ("one", "two"):
        path = tmp_path / f"{name}.csv"
        path.write_text(HEAD + plain("x") + (SLOW if name == "two" else ""))
        import_log(path, STATES, store=store, name=name)
    with engine_over_sources(store.sources(), "duckdb") as asked:
        made = past(asked)
    assert trace_case(made, "s").case.log == "two"
    with pytest.raises(Refused, match="2 logs hold"):
        trace_case(made, "p1")


def real_past(name: str) -> Past:
    path = real_log(f"{name}.csv.gz")
    by = load_mapping(path.with_name(f"{name}.toml")).without_attributes()
    with open_log(path, by) as log, engine_over_log(log, "duckdb") as asked:
        return past(asked)


@pytest.mark.logs
def test_each_late_permit_has_a_trace_whose_shares_sum_to_one() -> None:
    made = real_past("permit_receipt")
    finished = [case for case in made.cases.values() if case.ended is not None]
    overdue = [case for case in finished if case.due is not None and case.end > case.due]
    late = [found for found in traces(made, overdue) if found.late]
    assert (len(finished), len(late)) == (1_329, 377)
    assert max(abs(total(found) - 1.0) for found in late) <= 1e-9
    assert sum(found.outside_share for found in late) > 0
    assert all(found.findings for found in late)


@pytest.mark.logs
def test_each_incident_whose_promise_was_missed_has_a_trace_whose_shares_sum_to_one() -> None:
    made = real_past("servicenow_incidents")
    missed = [case for case in made.cases.values() if case.kept is False]
    assert len(missed) == 9_115
    # One in thirty here; all of them in benchmarks/trace.
    assert max(abs(total(found) - 1.0) for found in traces(made, missed[::30])) <= 1e-9
