"""What docs/example-company.md says of the example is what the code holds."""

from __future__ import annotations

import pytest

from kept.example import company, simulation
from kept.example.clock import CLOSED
from requirements import PROJECT

TEXT = (PROJECT / "docs" / "example-company.md").read_text()
ROOM = PROJECT / "src" / "kept" / "example"
IN_WORDS = {2: "two", 6: "six", 9: "nine"}


def test_its_counts_are_those_of_the_company() -> None:
    assert f"{len(company.PEOPLE)} people in {IN_WORDS[len(company.DEPARTMENTS)]} departments" in TEXT
    assert f"the workshop has {IN_WORDS[len(company.WORKSHOP_GROUPS)]} groups" in TEXT
    assert f"{len(company.OUTSIDE_CUSTOMERS)} outside customers" in TEXT
    assert f"not on {IN_WORDS[len(CLOSED)]} days of the year" in TEXT
    assert company.NAME in TEXT


@pytest.mark.parametrize("row", [*company.DEPARTMENTS, *company.WORKSHOP_GROUPS], ids=lambda row: row.key)
def test_every_team_stands_there_with_its_purpose(row: company.TeamRow) -> None:
    name = f"{row.name} (in the workshop)" if row.parent else row.name
    assert f"| {name} | {row.purpose} |" in TEXT


def test_the_four_stand_there_by_name() -> None:
    named = {row.key: row.name for row in company.PEOPLE}
    assert all(named[key] in TEXT for key in company.CAST.values())


def test_every_file_is_named() -> None:
    files = {path.name for path in ROOM.glob("*.py")} - {"__init__.py"}
    folders = {f"{path.parent.name}/" for path in ROOM.glob("*/__init__.py")}
    assert {part for part in files | folders if f"`{part}`" not in TEXT} == set()


def test_lay_is_what_the_docs_say() -> None:
    assert "`lay`" in TEXT
    assert simulation.lay.__kwdefaults__ == {"seed": 7, "on_progress": None}
