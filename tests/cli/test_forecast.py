"""`kept forecast evaluate`, as whole processes: of a log, and where there is too little past."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.installation import Installation

MAPPING = """
[columns]
case = "case"
at = "at"
activity = "activity"
team = "team"
kept = "kept"
"""
START = datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Work of a slow team and of a quick one; which it is shows from the beginning."""
    folder = tmp_path_factory.mktemp("log")
    chance = random.Random(5)
    lines = ["case,at,activity,team,kept"]
    for number in range(150):
        team, days = ("Press", 8.0) if chance.random() < 0.5 else ("Paper", 1.0)
        begin, lasted = START + timedelta(hours=7 * number), days * chance.uniform(0.7, 1.3)
        for place, activity in enumerate(("ask", "promise", "work", "deliver")):
            at = begin + timedelta(days=lasted) * (0, 0.05, 0.1, 1)[place]
            late = activity == "deliver" and lasted > 8
            lines.append(f"c{number},{at.isoformat()},{activity},{team},{str(not late).lower()}")
    (folder / "log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "log.toml").write_text(MAPPING, encoding="utf-8")
    return folder / "log.csv"


def test_what_can_be_told_is_forecast_better_than_by_one_guess(tmp_path: Path, log: Path) -> None:
    words = ("--log", str(log), "--mapping", str(log.with_suffix(".toml")), "--json")
    found: dict[str, Any] = json.loads(Installation(tmp_path).kept("forecast", "evaluate", *words).stdout)
    assert found["protocol"] == "holdout"
    assert found["cases"] == {"train": 96, "valid": 24, "test": 30}
    assert found["prefixes"] == {"train": 192, "valid": 48, "test": 60}
    assert found["nmae"] == pytest.approx(found["mae_days"] / found["median_mae_days"], abs=1e-3)
    assert found["nmae"] < 0.5
    assert found["coverage"] == found["adapting"]["coverage"]
    assert found["coverage"]["50"] <= found["coverage"]["80"] <= found["coverage"]["95"]
    assert len(found["adapting"]["quarters"]) == 4
    assert found["early_warning"]["all"]["prefixes"] == 60
    assert found["kept_foreseen"]["pr_auc"] > found["kept_foreseen"]["base_rate"]


def test_a_log_too_short_for_a_protocol_is_refused(tmp_path: Path, log: Path) -> None:
    short = tmp_path / "short.csv"
    short.write_text("".join(log.read_text(encoding="utf-8").splitlines(keepends=True)[:41]), encoding="utf-8")
    words = ("--log", str(short), "--mapping", str(log.with_suffix(".toml")), "--protocol", "strict")
    done = Installation(tmp_path).kept("forecast", "evaluate", *words, status=1)
    assert "The log has 10 cases of 3 events or more" in done.stderr


def test_without_a_log_and_without_promises_it_says_what_to_do(tmp_path: Path) -> None:
    done = Installation(tmp_path).kept("forecast", "evaluate", status=1)
    assert "There are no promises yet to learn from. Name a work log with --log, or come back later." in done.stderr
