"""The map's pages say the same numbers as `kept map --json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cast import Cast
from kept.history.engine import engine_over_sources
from kept.history.importing import import_log
from kept.history.mapping import load_mapping
from kept.history.store import HistoryStore
from kept.insight.map import work_map
from requirements import PROJECT

EXAMPLES = PROJECT / "examples"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> HistoryStore:
    """A history that holds the ServiceNow log of the examples."""
    store = HistoryStore(tmp_path_factory.mktemp("history"))
    mapping = load_mapping(EXAMPLES / "servicenow_incidents.toml")
    import_log(EXAMPLES / "servicenow_incidents.csv.gz", mapping, store=store, name="incidents")
    return store


@pytest.fixture
def said(history: HistoryStore) -> dict[str, Any]:
    """What `kept map --json` says of it."""
    with engine_over_sources(history.sources()) as engine:
        return work_map(engine).to_json()


def test_a_teams_page_names_its_customers_and_the_next_in_line(
    cast: Cast, client: Client, history: HistoryStore, said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPT_HISTORY", str(history.root))
    client.force_login(cast.customer, backend="django.contrib.auth.backends.ModelBackend")
    for team in ("Group 56", "Group 70", "Group 20"):
        answer = client.get(reverse("web:map-team"), {"log": "incidents", "team": team})
        ties = [tie for tie in said["ties"] if tie["provider"] == team]
        expected = {
            kind: [(t["customer"], t["count"]) for t in ties if t["kind"] == kind] for kind in ("handoff", "serves")
        }
        assert [(row.customer, row.count) for row in answer.context["next_in_line"]] == expected["handoff"]
        assert [(tie.customer, tie.count) for tie in answer.context["serves"]] == expected["serves"]
        assert expected["handoff"]
        assert expected["serves"]


def test_the_map_and_its_data_hold_all_of_it(
    cast: Cast, client: Client, history: HistoryStore, said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPT_HISTORY", str(history.root))
    client.force_login(cast.customer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("web:map"), {"log": "incidents"})
    data = client.get(reverse("web:map-data"), {"log": "incidents"}).json()
    assert (page.context["handoffs"], page.context["cases"], len(page.context["ties"])) == (19_087, 24_918, 1_060)
    assert [{key: sent[key] for key in tie} for sent, tie in zip(data["ties"], said["ties"], strict=True)] == said[
        "ties"
    ]
    assert client.get(reverse("web:map"), {"log": "no such log"}).status_code == 404


def test_without_any_work_the_map_says_what_to_do(
    cast: Cast, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPT_HISTORY", str(tmp_path))
    client.force_login(cast.customer, backend="django.contrib.auth.backends.ModelBackend")
    assert "Import a work log" in client.get(reverse("web:map")).content.decode()
