"""When work comes, by hour of the week, on every engine: against counting by hand."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from insight.engines import ENGINES, engine_or_skip
from kept.history.engine import engine_over_log
from kept.history.mapping import mapping_from_toml
from kept.history.reading import open_log
from kept.insight.flow import flow
from kept.insight.pattern import arrivals_by_hour

MAPPING = mapping_from_toml('[columns]\ncase="case"\nat="at"\nteam="team"\n')
START = datetime(1969, 11, 3, tzinfo=UTC)
"""A Monday, some weeks before the moment that computers count from."""


@pytest.mark.parametrize("engine", ENGINES)
def test_arrivals_are_counted_in_the_hour_of_the_week_in_which_they_came(engine: str, tmp_path: Path) -> None:
    chance, rows, expected = random.Random(4), [], {"A": Counter[int](), "B": Counter[int]()}
    for case in range(200):
        minutes = chance.randrange(200 * 24 * 60)
        for team, later in (("A", 0), ("B", 59)):
            at = START + timedelta(minutes=minutes + later)
            expected[team][at.weekday() * 24 + at.hour] += 1
            rows.append(f"{case},{at.isoformat()},{team}")
    path = tmp_path / "log.csv"
    path.write_text("case,at,team\n" + "\n".join(rows) + "\n")
    with open_log(path, MAPPING) as log, engine_over_log(log, engine_or_skip(engine)) as asked:
        flow(asked)
        found = arrivals_by_hour(asked)
    assert {team: {hour: n for hour, n in enumerate(came) if n} for team, came in found.items()} == expected
    assert {len(came) for came in found.values()} == {7 * 24}
