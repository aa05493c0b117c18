"""What all tests share: a home of their own, the named cast, and the seal that lifts for the flush alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings

import environment  # first: what follows needs Django ready, in a home of the tests' own
from cast import Cast
from kept.ledger import seal

pytest_plugins = ["browsers", "homes", "post_office"]

# The same commit tries the same things, quickly; HYPOTHESIS_PROFILE=nightly goes looking, at length and at random.
settings.register_profile("quick", max_examples=50, stateful_step_count=40, deadline=None, derandomize=True)
settings.register_profile(
    "nightly",
    max_examples=1000,
    stateful_step_count=100,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a database: nothing else can depend on which one that is."""
    for item in items:
        if item.get_closest_marker("django_db") or "django_db_setup" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[None]:
    """Before PostgreSQL can drop the tests' database, the sessions that threads of a live server left there must go."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="module")
def for_the_module(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[None]:
    """What fixtures of this scope lay after this one is there for every test of the module, as if it were the first.

    Each test's own transaction lies within theirs, so none of them may be `transaction=True`.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def home() -> Path:
    """The KEPT_HOME of this test run: a throw-away folder."""
    return environment.HOME


@pytest.fixture
def cast(db: None) -> Cast:
    """The named cast: one small company, built through the actions."""
    return Cast.gather()


@pytest.fixture(autouse=True)
def _history_goes_with_its_database() -> Iterator[None]:
    """What the promises of a test left in the history goes when they do, or the next test finds its teams in it."""
    yield
    shutil.rmtree(environment.HOME / "history", ignore_errors=True)


@pytest.fixture(autouse=True)
def _seal_lifts_for_the_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """A transactional test ends with a flush, which the seal refuses; the migrate signal that follows seals again."""
    if not _is_transactional(request):
        yield
        return
    request.getfixturevalue("transactional_db")
    assert seal.is_laid(), "the test before this one left the ledger without its seal"
    yield
    seal.lift()


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    if {"transactional_db", "live_server", "django_db_reset_sequences"} & set(request.fixturenames):
        return True
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,)))
