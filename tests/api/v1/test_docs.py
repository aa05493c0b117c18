"""The description, the page and docs/api.md tell of every call, and of nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from django.test import Client

from kept.api.v1.openapi import description, operations
from kept.api.v1.problems import KINDS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
CALLS = {f"{method.upper()} {path}" for path, method, _ in operations(description())}


def test_every_call_is_in_the_documentation_and_none_that_is_not_there() -> None:
    documented = set(re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) /\S+)` \|", PAGE, flags=re.MULTILINE))
    assert documented == CALLS


def test_the_page_tells_of_every_call_and_every_problem(client: Client) -> None:
    answer = client.get("/api/v1/docs")
    assert answer.status_code == 200
    page = answer.content.decode()
    for call in CALLS:
        method, path = call.split()
        assert f"<code>{method} /api/v1{path}</code>" in page
    for kind in KINDS:
        assert f'id="problem-{kind}"' in page
    assert "<script>" not in page
    assert "style=" not in page


def test_every_call_says_how_it_may_be_refused() -> None:
    for path, method, operation in operations(description()):
        statuses = set(operation["responses"])
        assert {"400", "401", "422", "429", "500"} <= statuses, (method, path)
        assert operation["summary"]
        assert operation["description"]
        assert all(each.get("description") for each in operation["parameters"]), (method, path)
        names = {each["name"] for each in operation["parameters"]}
        assert ("If-None-Match" if method == "get" else "Idempotency-Key") in names
