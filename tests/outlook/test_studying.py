"""What a worker finds out of each log: how work flows, and today's chain; and what-ifs that were asked for."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed
from kept.core.terms import Answer
from kept.history.engine import engine_over_sources
from kept.history.home import history_folder
from kept.history.importing import import_log
from kept.history.mapping import mapping_from_toml
from kept.history.store import HistoryStore
from kept.insight.flow import flow
from kept.insight.whatif.compare import Scenario, what_if
from kept.insight.whatif.said import as_json
from kept.insight.whatif.scenario_file import scenario_from_toml
from kept.outlook import studying, trying
from kept.outlook.models import Studied, WhatIf
from kept.outlook.wishes import DONE, Wish, scenario_text, title_of
from kept.people import actions as people

pytestmark = pytest.mark.django_db
MAPPING = mapping_from_toml('[columns]\ncase="case"\nat="at"\nteam="team"\n')
LATER = START + timedelta(days=200)
SHORT = """
[arrivals]
per_day = 10
[run]
days = 20
warm_up_days = 2
replications = 3
[[station]]
name = "Saw"
hours = 1.0
[[station]]
name = "Paint"
hours = 2.0
[[change]]
station = "Paint"
speed_pct = 20
"""


def kept_log(tmp_path: Path, cases: int = 40, name: str = "orders") -> Counter[int]:
    """Orders that go from the workshop to dispatch after some hours; gives how many came to dispatch by hour of the
    week.
    """
    rows, came = ["case,at,team"], Counter[int]()
    for place in range(cases):
        at = datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(hours=11 * place)
        handed = at + timedelta(hours=1 + place % 7)
        came[handed.weekday() * 24 + handed.hour] += 1
        for moment, team in ((at, "Workshop"), (handed, "Dispatch"), (handed + timedelta(hours=5), "Dispatch")):
            rows.append(f"{place},{moment:%Y-%m-%dT%H:%M:%SZ},{team}")
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows) + "\n")
    import_log(path, MAPPING, store=HistoryStore(history_folder()), name=name)
    return came


def study(now: datetime = LATER) -> int:
    return studying.study(now, Event())


def test_each_log_is_looked_at_once_and_forgotten_with_it(cast: Cast, tmp_path: Path) -> None:
    came = kept_log(tmp_path)
    assert study() == 1
    row = studying.studied("orders")
    assert row is not None
    assert row.flow is not None
    with engine_over_sources(HistoryStore(history_folder()).sources()) as engine:
        assert {key: value for key, value in row.flow.items() if key != "hours"} == flow(engine).to_json()
    assert {hour: count for hour, count in enumerate(row.flow["hours"]["Dispatch"]) if count} == came
    assert (row.cases, [each["name"] for each in row.stations]) == (40, ["Workshop", "Dispatch"])
    assert scenario_from_toml(row.chain).chain.name == "orders"
    assert study(LATER + DAY) == 0
    kept_log(tmp_path, cases=15, name="few")
    assert study(LATER + DAY) == 1
    assert "20 or more" in Studied.objects.get(log="few").refused
    shutil.rmtree(history_folder() / "few")
    study(LATER + 2 * DAY)
    assert not Studied.objects.filter(log="few").exists()


def test_the_own_history_names_no_person_and_nothing_private(cast: Cast) -> None:
    for place in range(3):
        cast.accepted(at=START + place * HOUR)
    loner = people.add_person(name="Loner", email="loner@example.com")
    alone = cast.asked(provider=loner)
    hidden = cast.asked(private=True)
    for promise, person in ((alone, loner), (hidden, cast.lead)):
        cast.do(person, promise, acts.Promise(), at=START + HOUR)
        cast.do(person, promise, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    assert study() == 1
    row = studying.studied("kept")
    assert row is not None
    assert row.flow is not None
    assert {team["team"]: team["cases"] for team in row.flow["teams"]} == {"Workshop": 3, "Dispatch": 3}
    assert {month["team"] for month in row.flow["months"]} == set(row.flow["hours"]) == {"Workshop", "Dispatch"}
    cast.accepted(at=START + 5 * HOUR)
    assert study(LATER + timedelta(minutes=5)) == 0, "not so soon again"
    assert study(LATER + studying.EVERY) == 1


# --- what-ifs -----------------------------------------------------------------------------------------------------


def asked(cast: Cast, scenario: str = SHORT) -> WhatIf:
    return trying.ask(cast.lead, scenario, title="Paint: 20 % faster", at=START)


def answered(row: WhatIf, stopping: Event | None = None) -> WhatIf:
    assert trying.answer_next(START + HOUR, stopping or Event()) == 1
    row.refresh_from_db()
    return row


def test_an_answer_is_what_the_command_says(cast: Cast) -> None:
    row = answered(asked(cast))
    assert row.answer == as_json(what_if(scenario_from_toml(SHORT), lambda _what, _share: None))
    assert (row.share, row.claim, row.refused) == (1.0, "", "")
    assert row.ended_at is not None
    assert trying.answer_next(START + HOUR, Event()) == 0


def test_what_cannot_be_run_is_refused_in_words(cast: Cast) -> None:
    row = answered(asked(cast, SHORT.replace('"Paint"\nspeed', '"Pant"\nspeed')))
    assert "Did you mean" in row.refused
    assert row.answer is None
    worn = asked(cast)
    WhatIf.objects.filter(pk=worn.pk).update(attempts=trying.ATTEMPTS)
    assert "never came to its end" in answered(worn).refused


class _Stops(Event):
    """Has somebody stop it while it runs."""

    def __init__(self, cast: Cast, row: WhatIf) -> None:
        super().__init__()
        self.cast, self.row, self.asked = cast, row, 0

    def is_set(self) -> bool:
        self.asked += 1
        trying.stop(self.cast.lead, self.row.pk, at=START + HOUR)
        return False


def test_it_can_be_stopped_while_it_runs(cast: Cast) -> None:
    row = asked(cast)
    stops = _Stops(cast, row)
    found = answered(row, stops)
    assert stops.asked == 2, "once as it began, and once why it ended: it went no further"
    assert (found.answer, found.refused, found.ended_at) == (None, "", START + HOUR)


def test_a_worker_that_is_told_to_stop_leaves_it_to_the_next(cast: Cast) -> None:
    row, stopping = asked(cast), Event()
    stopping.set()
    assert (answered(row, stopping).ended_at, row.claim, row.attempts) == (None, "", 0)
    assert answered(row).answer is not None


def test_who_may_and_how_many(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        trying.ask(cast.provider, SHORT, title="Paint", at=START)
    rows = [asked(cast) for _ in range(trying.UNDER_WAY)]
    with pytest.raises(trying.TooManyUnderWay):
        asked(cast)
    with pytest.raises(NotAllowed):
        trying.stop(cast.boss, rows[0].pk, at=START)
    trying.forget(cast.lead, rows[0].pk)
    asked(cast)


# --- what a wish means --------------------------------------------------------------------------------------------


def meant(wish: Wish) -> Scenario:
    return scenario_from_toml(scenario_text(SHORT.split("[[change]]", maxsplit=1)[0], wish))


def test_a_wish_becomes_the_scenario_that_it_means() -> None:
    more = meant(Wish("Saw", speed_pct=20, send_to="Paint", send_pct=90, arrivals_pct=10, price=5, promised_days=2))
    assert more.then.arrivals.per_day == pytest.approx(11)
    saw = more.then.stations[0]
    assert (saw.speed, {way.to: way.share for way in saw.ways}) == (1.2, {"Paint": 0.9, None: pytest.approx(0.1)})
    assert (more.chain.money.price, more.chain.money.promised_days) == (5, 2)
    done = meant(Wish("Saw", send_to=DONE, send_pct=25)).then.stations[0]
    assert {way.to: way.share for way in done.ways} == {"Paint": 0.75, None: 0.25}
    people = meant(Wish("Saw", servers=4, order="last come", hours_per_day=10, now_servers=3, now_work_hours=1.5)).then
    assert (people.stations[0].servers, people.stations[0].hours_per_day, people.stations[0].days_per_week) == (
        4,
        10,
        5,
    )
    assert meant(Wish()).changes == ()
    assert title_of(Wish("Saw", servers=4, now_servers=3, arrivals_pct=-10)) == (
        "Saw: 4 people instead of 3, 10 % less comes in"
    )


UNCOUNTED = SHORT.split("[[change]]", maxsplit=1)[0].replace('"Saw"', '"Saw"\nservers = "unlimited"')


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(speed_pct=20), "station"),
        (Wish("Plane", speed_pct=20), "station"),
        (Wish("Saw", send_to="Paint"), "send_pct"),
        (Wish("Saw", send_pct=20), "send_to"),
        (Wish("Saw", servers=3), "now_servers"),
        (Wish("Saw", now_servers=3), "now_work_hours"),
        (Wish("Saw", now_servers=1, now_work_hours=8), "now_servers"),
    ],
)
def test_half_a_wish_is_refused_at_its_field(wish: Wish, field: str) -> None:
    with pytest.raises(Incomplete) as refused:
        scenario_text(UNCOUNTED, wish)
    assert refused.value.field == field
