"""Files without a mapping: what is recognised, what is taken for what, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from history.makers import parquet, written, xes, xes_event
from kept.history.errors import NotRecognised
from kept.history.mapping import load_mapping, mapping_from_toml
from kept.history.reading import Understanding, understand

SERVICENOW = "Number,Updated,Updates,State,Assignment group,Assigned to,Location,Made SLA,Short description"
JIRA = "Issue key,Issue id,Summary,Status,Assignee,Reporter,Team,Component/s,Component/s,Updated,Due Date"
ZENDESK = "Ticket ID,Update - Timestamp,Ticket status,Ticket group,Assignee name,Ticket organization name"


def taken(said: Understanding) -> dict[str, str]:
    return {entry.role: entry.column for entry in said.taken}


def test_xes_names_in_csv(tmp_path: Path) -> None:
    text = "case:concept:name,time:timestamp,concept:name,org:role,org:resource,cost\n1,2026-01-05,a,Desk,Ann,3\n"
    said = understand(written(tmp_path, text))
    assert said.recognised_as == "XES standard names"
    assert taken(said) == {
        "case": "case:concept:name",
        "at": "time:timestamp",
        "activity": "concept:name",
        "team": "org:role",
        "person": "org:resource",
    }
    assert said.unused_columns == ("cost",)
    assert "“EMPTY”" in said.notes[-1]


def test_org_group_comes_before_org_role_in_xes(tmp_path: Path) -> None:
    event = xes_event("2026-01-05T09:00:00Z", "Group", **{"org:role": "Role"})
    said = understand(written(tmp_path, xes([event]), "log.xes"))
    assert taken(said)["team"] == "org:group"
    assert said.sample[0]["team"] == "Group"


def test_servicenow(tmp_path: Path) -> None:
    row = 'INC1,2026-01-05 09:00:00,3,New,Desk,?,Rome,true,"Printer, again"'
    said = understand(written(tmp_path, f"{SERVICENOW}\n{row}\n"))
    assert said.recognised_as == "a ServiceNow export"
    assert taken(said)["order"] == "Updates"
    assert (said.teams, said.persons, said.customers) == (1, 0, 1)
    assert said.sample[0]["kept"] is True


def test_jira_with_two_columns_of_one_name(tmp_path: Path) -> None:
    row = "K-1,10001,Door sticks,Open,Ann,Bo,Facilities,Doors,Hinges,25/Jan/26 3:05 PM,"
    said = understand(written(tmp_path, f"{JIRA}\n{row}\n"))
    assert said.recognised_as == "a Jira export"
    assert taken(said)["team"] == "Team"
    assert said.time_format == "%d/%b/%y %I:%M %p"


def test_zendesk(tmp_path: Path) -> None:
    row = "17,2026-01-05T09:00:00Z,open,Billing,Ann,Oak Ltd"
    said = understand(written(tmp_path, f"{ZENDESK}\n{row}\n"))
    assert said.recognised_as == "a Zendesk export"
    assert taken(said)["customer"] == "Ticket organization name"


def test_parquet_with_typed_columns(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "log.parquet",
        """SELECT 7 AS "case", TIMESTAMPTZ '2026-01-05 09:00:00+01' AS at, 1::BIGINT AS "order", 'A' AS team,
           DATE '2026-01-09' AS due, true AS kept UNION ALL
           SELECT 8, NULL, NULL, 'B', NULL, NULL""",
    )
    said = understand(path)
    assert said.recognised_as == "Kept's own export"
    assert (said.rows, said.events, said.rejected) == (2, 1, 1)
    assert (said.rejects[0].line, said.row_word) == (2, "row")
    assert said.sample[0]["at"].isoformat() == "2026-01-05T08:00:00+00:00"
    assert said.sample[0]["due"].isoformat() == "2026-01-09T00:00:00+00:00"


def test_naive_parquet_times_are_local_to_the_stated_zone(tmp_path: Path) -> None:
    path = parquet(tmp_path / "log.parquet", "SELECT 'c' AS c, TIMESTAMP '2026-07-05 12:00:00' AS t")
    by = mapping_from_toml('[read]\nat_format="%d.%m.%Y"\ntimezone="Europe/Rome"\n[columns]\ncase="c"\nat="t"')
    assert understand(path, by).first.isoformat() == "2026-07-05T10:00:00+00:00"


def test_what_is_not_recognised_says_its_columns(tmp_path: Path) -> None:
    with pytest.raises(NotRecognised, match="Its columns are: ticket, when, who") as refused:
        understand(written(tmp_path, "ticket,when,who\n1,2026-01-05,A\n"))
    assert refused.value.columns == ("ticket", "when", "who")


def test_what_is_almost_recognised_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(NotRecognised, match=r'look like XES standard names, but "time:timestamp" is not among them'):
        understand(written(tmp_path, "case:concept:name,concept:name\n1,a\n"))


def test_an_understanding_can_be_saved_as_a_mapping_and_read_again(tmp_path: Path) -> None:
    path = written(tmp_path, f"{SERVICENOW}\nINC1,05/13/2026 09:00,3,New,Desk,?,Rome,true,x\n")
    said = understand(path)
    saved = tmp_path / "mapping.toml"
    saved.write_text(said.mapping.to_toml(), encoding="utf-8")
    again = understand(path, load_mapping(saved))
    assert (again.taken, again.sample, again.time_format) == (said.taken, said.sample, said.time_format)


def test_xes_and_csv_of_the_same_log_are_read_alike(tmp_path: Path) -> None:
    by = mapping_from_toml(
        '[columns]\ncase="case:concept:name"\nat="time:timestamp"\nteam="org:group"\ncustomer="case:for"\n'
        '[attributes]\ncase=["case:for"]\nevent=["note"]'
    )
    event = xes_event("2026-01-05T09:00:00.250+01:00", "A &amp; B", note="x &lt; &quot;y&quot;")
    text = xes([event]).replace("<event>", '<string key="for" value="Oak"/><event>')
    head = "case:concept:name,time:timestamp,org:group,case:for,note"
    csv = f'{head}\nc0,2026-01-05T09:00:00.250+01:00,A & B,Oak,"x < ""y"""\n'
    of_xes = understand(written(tmp_path, text, "log.xes"), by)
    of_csv = understand(written(tmp_path, csv), by)
    assert of_xes.sample == of_csv.sample
    assert of_xes.sample[0]["customer"] == "Oak"


def test_attributes_of_a_trace_may_follow_its_events_and_nested_ones_are_passed_by(tmp_path: Path) -> None:
    nested = '<string key="org:group" value="A"><string key="org:group" value="inner"/></string>'
    listed = '<list key="extra"><values><string key="org:group" value="listed"/></values></list>'
    event = f'<event><date key="time:timestamp" value="2026-01-05T09:00:00Z"/>{nested}{listed}</event>'
    text = f'<log><trace>{event}<string key="concept:name" value="late"/></trace></log>'
    said = understand(written(tmp_path, text, "log.xes"))
    assert (said.sample[0]["case"], said.sample[0]["team"]) == ("late", "A")


def test_a_predefined_and_a_numbered_entity_are_only_text(tmp_path: Path) -> None:
    text = xes([xes_event("2026-01-05T09:00:00Z", "R&amp;D &#8364;")])
    assert understand(written(tmp_path, text, "log.xes")).sample[0]["team"] == "R&D €"


def test_xes_in_utf_16(tmp_path: Path) -> None:
    text = xes([xes_event("2026-01-05T09:00:00Z", "Büro")]).replace("UTF-8", "UTF-16")
    assert understand(written(tmp_path, text.encode("utf-16"), "log.xes")).sample[0]["team"] == "Büro"
