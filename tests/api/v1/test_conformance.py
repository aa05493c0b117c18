"""The description held against the API: calls made up from it, alone and one after the other along its links.

No call breaks the server, and every answer is as the description says: its status, its headers, its body. With the
nightly profile of Hypothesis it tries very many more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from api.v1.program import Program
from api.v1.stage import Stage
from cast import Cast
from kept.api.v1.openapi import description, operations
from kept.config.wsgi import application

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
load_all_checks()
HELD = CHECKS.get_by_names([
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "allow_header_conformance",
])  # fmt: skip
IN_A_ROW = [check for check in HELD if check.__name__ != "negative_data_rejection"]
"""Calls that follow on each other carry our own headers, whatever was made up: each by itself is held to refusing."""
EVERY = settings(
    max_examples=400 if NIGHTLY else 4, deadline=None, derandomize=not NIGHTLY, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
CALLS = sorted((path, method) for path, method, _ in operations(description()))


@pytest.fixture(scope="module")
def cast(for_the_module: None) -> Cast:
    """The cast of all these tests; what a test does with it, the next does not find done."""
    return Cast.gather()


@pytest.fixture(scope="module")
def described(cast: Cast) -> Iterator[OpenApiSchema]:
    """The description as the server gives it. The calls share the test's transaction, so none may end it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _as_often_as_one_likes(db: None, settings: Any) -> None:
    settings.KEPT_API_CALLS_A_MINUTE = 10_000_000


@pytest.fixture(scope="module")
def customer(cast: Cast) -> Program:
    return Program.of(cast.customer)


@pytest.fixture(scope="module")
def provider(cast: Cast) -> Program:
    return Program.of(cast.provider)


@pytest.fixture(scope="module")
def places(cast: Cast) -> dict[str, int]:
    """Ids that exist, by the name of the parameter."""
    found = Stage.of(cast).places
    del found["file_id"]  # called in this way, nobody would close what is sent piece by piece
    return found | {
        "party_id": found["workshop"],
        "other_id": found["sales"],
        "version": 1,
        "said_id": found["complaint"],
    }


@pytest.mark.parametrize(("path", "method"), CALLS, ids=str)
def test_every_call_is_as_it_says(
    path: str, method: str, described: OpenApiSchema, places: dict[str, int], customer: Program, provider: Program
) -> None:
    calls = described[path][method]
    keys = st.sampled_from([customer.key, provider.key])

    @EVERY
    @given(case=calls.as_strategy(), there=st.booleans(), key=keys)
    def holds(case: Case, there: bool, key: str) -> None:
        if there and case.path_parameters:
            case.path_parameters.update({name: places[name] for name in case.path_parameters if name in places})
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=HELD)

    holds()


def test_calls_follow_on_each_other(described: OpenApiSchema, cast: Cast, customer: Program) -> None:
    machine = described.as_state_machine()

    class AsTheCustomer(machine):  # type: ignore[valid-type, misc]
        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {customer.key}"}}

        def validate_response(self, response: Any, case: Case, *_: Any, **more: Any) -> None:
            case.validate_response(response, checks=IN_A_ROW, transport_kwargs=more)

    AsTheCustomer.run(
        settings=settings(
            max_examples=200 if NIGHTLY else 5, stateful_step_count=12, deadline=None, derandomize=not NIGHTLY,
            database=None, suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip
