"""The pages of the flow and of what-ifs: the worker's figures in words, and who may try what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cast import Cast
from kept.history.home import history_folder
from kept.history.importing import import_log
from kept.history.mapping import mapping_from_toml
from kept.history.store import HistoryStore
from kept.insight.whatif.scenario_file import scenario_from_toml
from kept.outlook import studying, trying
from kept.outlook.models import Studied, WhatIf
from kept.people.models import Person

pytestmark = pytest.mark.django_db
MAPPING = mapping_from_toml('[columns]\ncase="case"\nat="at"\nteam="team"\n')
BY_HAND = """
[arrivals]
per_day = 10
[run]
days = 20
warm_up_days = 2
replications = 3
[[station]]
name = "Saw"
hours = 1.0
"""


def rows(cases: int) -> Iterator[str]:
    """Orders: an hour each at intake, then two days in front of the workshop, then dispatch; one in five comes back."""
    yield "case,at,team"
    for place in range(cases):
        at = datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(hours=13 * place)
        teams = ["Intake", "Intake", "Workshop", "Workshop", "Dispatch"] + (["Workshop", "Dispatch"] * (place % 5 == 0))
        for team, hours in zip(teams, (0, 1, 1, 49, 50, 60, 70), strict=False):
            yield f"{place},{at + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ},{team}"


@pytest.fixture
def orders(tmp_path: Path) -> None:
    """A log of orders, looked at by the worker."""
    keep(tmp_path, 60)
    studying.study(timezone.now(), Event())


def keep(tmp_path: Path, cases: int, name: str = "orders") -> None:
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows(cases)) + "\n")
    import_log(path, MAPPING, store=HistoryStore(history_folder()), name=name)


def as_(client: Client, person: Person) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- flow ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("orders")
def test_the_flow_says_where_work_waits_and_shows_every_team(cast: Cast, client: Client) -> None:
    answer = as_(client, cast.customer).get(reverse("web:flow"), {"log": "orders"})
    said = words(answer.content.decode())
    assert "Most work stands waiting at Workshop" in said
    assert "Those who lead a team can try it" in said
    found = {team["team"]: team for team in Studied.objects.get(log="orders").flow["teams"]}
    assert {line.name for line in answer.context["teams"]} == set(found)
    assert answer.context["teams"][0].waiting == f"{found['Workshop']['waiting']:.2g}"
    assert sum(month.came for month in answer.context["months"]) == sum(team["stays"] for team in found.values())
    assert answer.context["months"][-1].there == 0
    assert sum(all_day for _, _, all_day in answer.context["week"].quarters) == sum(t["stays"] for t in found.values())
    assert found["Workshop"]["little"]["says"] not in said
    assert Studied.objects.get(log="orders").flow["littles_law"]["says"] in answer.content.decode().replace(
        "&#x27;", "'"
    )


@pytest.mark.usefixtures("orders")
def test_a_teams_page_tells_of_that_team_alone(cast: Cast, client: Client) -> None:
    answer = as_(client, cast.lead).get(reverse("web:flow-team"), {"log": "orders", "team": "Workshop"})
    found = {team["team"]: team for team in Studied.objects.get(log="orders").flow["teams"]}["Workshop"]
    assert sum(month.came for month in answer.context["months"]) == found["stays"]
    assert answer.context["is_bottleneck"]
    assert f"{found['returns']} times work came straight back" in answer.context["back"]
    assert reverse("web:what-if") in answer.content.decode()
    nobody = as_(client, cast.lead).get(reverse("web:flow-team"), {"log": "orders", "team": "Nobody"})
    assert nobody.status_code == 404
    assert as_(client, cast.lead).get(reverse("web:flow"), {"log": "no such log"}).status_code == 404
    without = as_(client, cast.lead).get(reverse("web:flow-team"), {"log": "orders", "team": "Sales"})
    assert "No work of this team is in the record" in without.content.decode()


def test_before_there_is_anything_it_says_what_to_do_or_what_is_being_done(
    cast: Cast, client: Client, tmp_path: Path
) -> None:
    for page in ("web:flow", "web:what-if"):
        assert "Import a work log" in as_(client, cast.lead).get(reverse(page)).content.decode()
    keep(tmp_path, 5)
    for page in ("web:flow", "web:what-if"):
        html = as_(client, cast.lead).get(reverse(page)).content.decode()
        assert "waits for the worker" in html
        assert 'hx-trigger="load delay:1s"' in html
        assert "Look again" in html
    studying.study(timezone.now(), Event())
    assert "20 or more" in as_(client, cast.lead).get(reverse("web:what-if")).content.decode()


def test_a_page_costs_the_same_whatever_the_log(cast: Cast, client: Client, tmp_path: Path) -> None:
    counts = []
    for cases in (25, 60):
        keep(tmp_path, cases, name=f"log {cases}")
        studying.study(timezone.now(), Event())
        as_(client, cast.lead)
        for page in ("web:flow", "web:what-if"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(page), {"log": f"log {cases}"}).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8


# --- what-ifs -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("orders")
def test_a_change_is_asked_for_run_and_answered_at_its_own_address(cast: Cast, client: Client) -> None:
    as_(client, cast.lead)
    asked = client.post(reverse("web:what-if"), {"log": "orders", "station": "Workshop", "speed_pct": "50"})
    row = WhatIf.objects.get()
    address = reverse("web:what-if-answer", args=[row.pk])
    assert (asked.status_code, asked.url, row.title) == (302, address, "Workshop: 50 % faster")
    waiting = client.get(address).content.decode()
    assert "Waiting for the worker" in waiting
    assert '<progress class="k-progress" max="1" value="0.0"' in waiting
    assert "See how far it is" in waiting
    trying.answer_next(timezone.now(), Event())
    done = client.get(address)
    assert 'hx-trigger="load delay' not in done.content.decode()
    assert re.fullmatch(r"No more is done than today, half of it is done [\d.]+ % sooner\.", done.context["headline"])
    assert [line.name for line in done.context["compared"]] == [
        "Done a day", "Half is done within, days", "85 of 100 are done within, days",
    ]  # fmt: skip
    assert all(sentence in done.content.decode() for sentence in done.context["advice"] if '"' not in sentence)
    assert {line.name for line in done.context["stations"]} == {"Intake", "Workshop", "Dispatch"}
    assert "answered" in client.get(reverse("web:what-if")).content.decode()
    assert as_(client, cast.boss).get(address).status_code == 200
    assert client.post(reverse("web:forget-what-if", args=[row.pk])).status_code == 403
    assert as_(client, cast.provider).get(address).status_code == 403
    as_(client, cast.lead).post(reverse("web:forget-what-if", args=[row.pk]))
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("orders")
def test_what_lacks_something_is_said_beside_its_field(cast: Cast, client: Client) -> None:
    answer = as_(client, cast.lead).post(
        reverse("web:what-if"), {"log": "orders", "station": "Workshop", "servers": "3"}
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["now_servers"]
    people = {"servers": "3", "now_servers": "2", "now_work_hours": "1", "price": "40", "cost_per_hour": "25"}
    posted = client.post(reverse("web:what-if"), {"log": "orders", "station": "Workshop", **people}, follow=True)
    trying.answer_next(timezone.now(), Event())
    done = client.get(posted.redirect_chain[-1][0])
    assert [line.name for line in done.context["compared"]][3:] == ["Cost a day", "Revenue a day", "What remains a day"]
    assert "less a day remain" in done.context["headline"]


@pytest.mark.usefixtures("orders")
def test_scenarios_come_and_go_as_files(cast: Cast, client: Client) -> None:
    today = as_(client, cast.lead).get(reverse("web:what-if-today"), {"log": "orders"})
    assert scenario_from_toml(today.content.decode()).chain.name == "orders"
    wrong = client.post(
        reverse("web:what-if-upload"), {"scenario": SimpleUploadedFile("mine.toml", b"[chain]\nname = 1\n")}
    )
    assert wrong.status_code == 422
    assert "mine.toml: " in wrong.content.decode()
    file = SimpleUploadedFile("mine.toml", BY_HAND.encode())
    posted = client.post(reverse("web:what-if-upload"), {"scenario": file})
    row = WhatIf.objects.get()
    assert posted.url == reverse("web:what-if-answer", args=[row.pk])
    trying.answer_next(timezone.now(), Event())
    assert client.get(posted.url).context["headline"] == "Going faster would help at Saw."
    assert client.get(reverse("web:what-if-scenario", args=[row.pk])).content.decode() == BY_HAND
    stopped = trying.ask(cast.lead, BY_HAND, title="Again", at=timezone.now())
    client.post(reverse("web:stop-what-if", args=[stopped.pk]))
    assert "It was stopped" in client.get(reverse("web:what-if-answer", args=[stopped.pk])).content.decode()
