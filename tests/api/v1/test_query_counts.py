"""How many queries each reading call costs, held to a file; and no more beside many other promises and people.

A number that went down, or up for a good reason, is written with KEPT_WRITE_QUERY_COUNTS=1.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.v1.program import Program
from api.v1.stage import Stage
from api.v1.test_permissions import CALLS, QUERIES, TABLE
from cast import Cast
from kept.people import actions as people
from kept.people.reach import organisation_changing

BASELINE = Path(__file__).with_name("query_counts.json")
READS = [name for name in TABLE if CALLS[name][0] == "get" and name not in {"get_map", "get_file"}]


def counted(stage: Stage, cast: Cast) -> dict[str, int]:
    """Queries by call; of a call that was made before, as a program makes many."""
    found = {}
    customer = Program.of(cast.customer)
    others = {"get_too_much_for": Program.of(cast.provider), "list_links": Program.of(cast.caretaker)}
    for name in READS:
        program = others.get(name, customer)
        given, _, _ = TABLE[name]
        places = stage.places | {key: stage.places.get(str(value), value) for key, value in given.items()}
        address = (CALLS[name][1] + QUERIES.get(name, "")).format(**places)
        assert program.get(address).status == 200, name
        found[name] = min(_queries(program, address) for _ in range(2))  # the map in memory may be read anew in one
    return found


def _queries(program: Program, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        program.get(address)
    return len(captured)


def test_reading_costs_what_the_file_says_and_no_more_beside_many(cast: Cast) -> None:
    stage = Stage.of(cast)
    now = datetime.now(UTC)
    for _ in range(3):
        cast.promised(at=now - timedelta(hours=2))
    before = counted(stage, cast)
    if os.environ.get("KEPT_WRITE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(before, indent=2) + "\n")
    assert before == json.loads(BASELINE.read_text())
    for _ in range(12):
        cast.promised(at=now - timedelta(hours=2))
    with organisation_changing():
        for number in range(12):
            person = people.add_person(name=f"Newcomer {number}", email=f"newcomer{number}@example.com")
            people.join_team(person, cast.billing)
    assert counted(stage, cast) == before
