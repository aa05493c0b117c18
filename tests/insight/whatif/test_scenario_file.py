"""A scenario as a person writes it: understood, refused with its line, and written back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from insight.whatif.lines import line, station
from kept.insight.whatif.chain import Hours, Money, Order, Run, Spread, Station, Way
from kept.insight.whatif.changes import Change, changed
from kept.insight.whatif.errors import BadScenario
from kept.insight.whatif.scenario_file import load_scenario, scenario_from_toml
from kept.insight.whatif.scenario_write import chain_to_toml

GOOD = """
[arrivals]
per_day = 10

[[station]]
name = "Saw"
hours = 1.0

[[station]]
name = "Paint"
hours = [1, 2, 6]
to = { "Saw" = 0.25 }

[[change]]
station = "Saw"
speed_pct = 20
"""


def test_a_short_scenario_is_understood() -> None:
    scenario = scenario_from_toml(GOOD)
    saw, paint = scenario.chain.stations
    assert [(way.to, way.share) for way in saw.ways] == [("Paint", 1.0)]
    assert [(way.to, way.share) for way in paint.ways] == [("Saw", 0.25), (None, 0.75)]
    assert (saw.mean_hours, paint.mean_hours, paint.capacity_per_day) == (1.0, 3.0, 8.0)
    assert scenario.changes == (Change(station="Saw", speed_pct=20.0),)
    assert scenario.then.stations[0].mean_hours == pytest.approx(1 / 1.2)


REFUSED = {
    "unknown key": ("hours = 1.0", "hour = 1.0", 'line 7: Unknown key "hour" in [station]. Did you mean "hours"?'),
    "unknown section": (
        "[arrivals]",
        "[arivals]",
        'line 2: Unknown key "arivals" in the file. Did you mean "arrivals"?',
    ),
    "unknown station": ('"Saw" = 0.25', '"Sawn" = 0.25', 'line 12: There is no station "Sawn". Did you mean "Saw"?'),
    "changed station": (
        'station = "Saw"',
        'station = "Pain"',
        'line 15: There is no station "Pain". Did you mean "Paint"?',
    ),
    "too much share": ("0.25", "1.25", 'line 12: "to" must be a number, 0 or more, at most 1, not 1.25.'),
    "no exit": ("0.25", "1.0", 'In today\'s chain, work that reaches "Saw" never leaves the chain.'),
    "negative": ("per_day = 10", "per_day = -1", 'line 3: "per_day" must be a number, greater than 0, not -1.'),
    "text for a number": ("hours = 1.0", 'hours = "1h"', 'line 7: "hours" must be a number, greater than 0, not "1h".'),
    "true for a number": ("per_day = 10", "per_day = true", 'line 3: "per_day" must be a number'),
    "infinite": ("per_day = 10", "per_day = inf", 'line 3: "per_day" must be a number'),
    "no arrivals": ("per_day = 10", "", "line 2: Say how much comes in: write per_day = … under [arrivals]."),
    "no name": ('name = "Saw"', "", 'line 5: This station has no name: write name = "…".'),
    "same name": ('name = "Paint"', 'name = "Saw"', 'line 10: There are two stations "Saw".'),
    "no hours": ("hours = 1.0", "", 'line 5: Say how long a piece of work takes at "Saw": write hours = ….'),
    "no servers": ("hours = 1.0", "hours = 1.0\nservers = 0", 'line 8: "servers" must be a whole number from 1 to'),
    "servers in words": ("hours = 1.0", 'hours = 1.0\nservers = "many"', 'a whole number or "unlimited".'),
    "cost of nobody": (
        "hours = 1.0",
        'hours = 1.0\nservers = "unlimited"\ncost_per_hour = 40',
        "nobody is counted there",
    ),
    "order": ("hours = 1.0", 'hours = 1.0\norder = "first"', 'Did you mean "first come"?'),
    "change without station": ('station = "Saw"\n', "", '"speed_pct" changes one station: say which'),
    "change of nothing": ("speed_pct = 20", "", "This change changes nothing. What can be changed: station, speed_pct"),
    "change of both": ("speed_pct = 20", "arrivals_pct = 5", 'Unknown key "arrivals_pct" in [change].'),
    "one pair of brackets": ("[[change]]", "[change]", "Write [[change]], in two pairs of brackets"),
    "too much to do": ("per_day = 10", "per_day = 1e9", "visits to stations to simulate; at most 50,000,000 are done."),
    "no TOML": ("per_day = 10", "per_day == 10", "is not valid TOML"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_with_its_line(name: str) -> None:
    old, new, said = REFUSED[name]
    assert old in GOOD
    with pytest.raises(BadScenario) as refused:
        scenario_from_toml(GOOD.replace(old, new, 1), origin="s.toml")
    assert str(refused.value).startswith("s.toml")
    assert said in str(refused.value)


def test_ways_are_refused_at_their_own_line() -> None:
    way = "[[station.way]]\nshare = 0.5\nhours = 1\n[[station.way]]\nshare = 0.5\nhour = 1\n"
    text = f'[arrivals]\nper_day = 1\n[[station]]\nname = "A"\n{way}'
    with pytest.raises(BadScenario, match=r'line 10: Unknown key "hour" in \[station.way\]. Did you mean "hours"\?'):
        scenario_from_toml(text)


def test_a_chain_that_a_change_closes_is_refused() -> None:
    closed = GOOD.replace("speed_pct = 20", 'to = { "Saw" = 1.0 }')
    with pytest.raises(BadScenario, match='In the changed chain, work that reaches "Saw" never leaves'):
        scenario_from_toml(closed)


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "s.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadScenario, match=r"can't be opened|not UTF-8"):
        load_scenario(path)


def test_what_is_written_is_read_back_as_it_was() -> None:
    quoted = Station(
        'The "other" desk',
        (Way("Saw", 0.25, Hours(seen=(0.5, 1.0, 9.0))), Way(None, 0.75, Hours(2.0, Spread.EVEN))),
        servers=None,
    )
    saw = replace(
        station("Saw", 12, 'The "other" desk', servers=3),
        hours_per_day=8.0, days_per_week=5, cost_per_hour=40.0, storage_cost_per_day=0.5, order=Order.OLDEST,
    )  # fmt: skip
    chain = replace(line(9.0, saw, quoted), money=Money(100.0, 20.0, 5.0, 1.0), name="Ö", unit="table")
    scenario = scenario_from_toml(chain_to_toml(chain, Run(seed=7), ["A note."]))
    assert scenario.chain == chain
    assert scenario.run == Run(seed=7)


def test_every_kind_of_change_changes_what_it_says() -> None:
    chain = replace(line(10.0, station("Saw", 12, "Paint"), station("Paint", 24)), money=Money(price=10.0))
    after = changed(
        chain,
        [
            Change(
                station="Saw", servers=4, hours_per_day=8.0, days_per_week=5, order=Order.LAST_COME, cost_per_hour=9.0
            ),
            Change(station="Paint", shares={"Saw": 0.1}),
            Change(arrivals_pct=50.0, price_pct=-10.0),
        ],
    )
    saw, paint = after.stations
    assert saw.staffed_hours_per_day == pytest.approx(4 * 8 * 5 / 7)
    assert (saw.order, saw.cost_per_hour) == (Order.LAST_COME, 9.0)
    assert [(way.to, way.share, way.hours.mean) for way in paint.ways] == [("Saw", 0.1, 1.0), (None, 0.9, 1.0)]
    assert (after.arrivals.per_day, after.money.price) == (15.0, 9.0)
