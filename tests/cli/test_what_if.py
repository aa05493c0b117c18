"""`kept whatif`, as whole processes: from a file and from a log, as words and as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.test_work import Kept

SCENARIO = """
[arrivals]
per_day = 46

[[station]]
name = "Saw"
hours = 0.6

[[station]]
name = "Assembly"
hours = 0.5

[run]
days = 30
warm_up_days = 5
replications = 3

[[change]]
station = "Saw"
speed_pct = 50
"""


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_a_scenario_is_answered_in_words_and_as_json(kept: Kept) -> None:
    path = kept.folder / "s.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    shown = kept("whatif", path).stdout
    assert "The chain does 15 % more, 46 a day (exact): all that comes in is done now." in shown
    assert "in use" in shown
    said = kept.json("whatif", path)
    assert said["compared_to_today"]["throughput_pct"] == pytest.approx(15.0)
    assert said["bottleneck"] == "Assembly"


def test_todays_chain_is_taken_from_a_log_written_edited_and_asked(kept: Kept) -> None:
    rows = "".join(
        f"c{n},2026-01-{5 + n // 12:02d}T{8 + n % 12:02d}:{minute}:00Z,{team}\n"
        for n in range(40)
        for minute, team in (("00", "Front"), ("20", "Back"), ("50", "Back"))
    )
    log, scenario = kept.folder / "log.csv", kept.folder / "today.toml"
    log.write_text(f"case,at,team\n{rows}", encoding="utf-8")
    kept.mapping.write_text('[columns]\ncase = "case"\nat = "at"\nteam = "team"\n', encoding="utf-8")
    from_log = ("whatif", "--from-log", log, "--mapping", kept.mapping)
    assert "2 stations, 40 cases" in kept(*from_log, "--write", scenario).stdout
    assert "is there already" in kept(*from_log, "--write", scenario, exits=1).stderr
    change = '\n[[change]]\nstation = "Back"\nspeed_pct = 100\n'
    scenario.write_text(scenario.read_text(encoding="utf-8") + change, encoding="utf-8")
    said = kept.json("whatif", scenario)
    assert said["today"]["lead_time_days"]["p50"] * 24 * 60 == pytest.approx(50, abs=0.5)
    assert said["lead_time_days"]["p50"] * 24 * 60 == pytest.approx(35, abs=0.5)
    assert any("servers are not counted" in sentence for sentence in said["advice"])


def test_what_is_wrong_is_said_without_a_traceback(kept: Kept) -> None:
    path = kept.folder / "s.toml"
    path.write_text(SCENARIO.replace("hours = 0.5", "hour = 0.5"), encoding="utf-8")
    assert (
        's.toml, line 11: Unknown key "hour" in [station]. Did you mean "hours"?'
        in kept("whatif", path, exits=1).stderr
    )
    assert "name one chain" in kept("whatif", exits=2).stderr
    assert "name the log" in kept("whatif", path, "--mapping", kept.mapping, exits=2).stderr
