"""Every call has an example in the description: a real answer, written down with KEPT_WRITE_EXAMPLES=1."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema_rs
import pytest
from django.db import transaction

from api.v1.program import Program
from api.v1.stage import Stage
from api.v1.test_permissions import CALLS, HEADERS, QUERIES, TABLE
from cast import Cast
from kept.api.v1.openapi import EXAMPLES, description

RESTS_ON_A_PAST = frozenset({"get_advice", "get_advice_in"})
ROLES = ("customer", "provider", "lead", "boss", "caretaker")
SECRETS = {"address": "https://kept.example.com/…", "secret": "whsec_…"}


def laid(cast: Cast) -> None:
    """Six route sheets that came on time, in the weeks before."""
    now = datetime.now(UTC)
    for number in range(6):
        cast.accepted(at=now - timedelta(weeks=number + 1))


def called(cast: Cast) -> dict[str, dict[str, Any]]:
    """What each call takes and gives, by somebody who may."""
    stage = Stage.of(cast)
    programs = [Program.of(getattr(cast, role)) for role in ROLES]
    found: dict[str, dict[str, Any]] = {}
    for name, (given, body, _) in TABLE.items():
        method, path = CALLS[name]
        places = stage.places | {key: stage.places.get(str(value), value) for key, value in given.items()}
        address = (path + QUERIES.get(name, "")).format(**places)
        sent = body(stage.places) if body else None
        found[name] = {"request": sent} if sent and name not in HEADERS else {}
        for program in programs:
            with transaction.atomic():
                if name in RESTS_ON_A_PAST:
                    laid(cast)
                answer = program.call(method.upper(), address, sent, **HEADERS.get(name, {}))
                transaction.set_rollback(True)
            if answer.status in {200, 201} and name != "get_file":
                shown = answer.data
                found[name]["response"] = shown | {key: said for key, said in SECRETS.items() if key in shown}
                break
    return found


def test_every_call_has_an_example_as_it_answers_today(cast: Cast) -> None:
    now = called(cast)
    if os.environ.get("KEPT_WRITE_EXAMPLES"):
        EXAMPLES.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    written = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    assert set(written) == set(CALLS)
    for name, example in written.items():
        assert set(example) == set(now[name]), name
        if "response" in example:
            assert set(example["response"]) == set(now[name]["response"]), f"{name}: write the examples again"


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_example_is_as_the_description_says(name: str) -> None:
    whole = description()
    method, path = CALLS[name]
    operation = whole["paths"][path][method]
    parts = [*operation.get("requestBody", {}).get("content", {}).values()]
    parts += [
        media
        for status, response in operation["responses"].items()
        if status.startswith("2")
        for media in response.get("content", {}).values()
    ]
    for part in parts:
        shape = {**part["schema"], "components": whole["components"]}
        if "example" not in part:
            assert name == "get_file"
            continue
        jsonschema_rs.validator_for(shape, validate_formats=True).validate(part["example"])
