"""The pages of every day cost as many queries beside many promises as beside few, and as many as the file says.

The same persons open the same pages beside a thousand promises, three thousand and, in the nightly run, 100,000. Most
of the first are open, so that nothing is missing on any desk from the start: a first row may cost a query, a second
may not. A number that went down, or up for a good reason, is written with KEPT_WRITE_QUERY_COUNTS=1.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import crowd as crowds
import daily
from kept.people.models import Person
from kept.promises.desk import desk
from kept.promises.figures import shutting

pytestmark = pytest.mark.django_db
BASELINE = Path(__file__).with_name("query_counts.json")
TEAMS, ENDED, OPEN, MORE, MANY, MOST = 6, 400, 600, 200, 3_000, 100_000
ONCE = {"my customers"}
"""Looks at the work afresh when that was last done ten minutes ago: opened once before anything is counted."""
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def counted(visits: Sequence[daily.Visit]) -> dict[str, int]:
    """How many queries each page costs."""
    counts = {}
    for visit in visits:
        client = Client()
        client.force_login(visit.person, backend="django.contrib.auth.backends.ModelBackend")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(visit.address).status_code == visit.status, visit
        counts[f"{visit.name}: {visit.who}"] = len(captured)
    return counts


def first_laid() -> crowds.Crowd:
    """A company in which whoever opens a page has something on every list of their desk."""
    now = timezone.now()
    crowd = crowds.gather(TEAMS, at=now - 3 * crowds.YEAR)
    crowds.lay(crowd, ENDED, now=now, open_of=ENDED)
    crowds.lay(crowd, OPEN, now=now, open_of=1)
    while any(_lacks(person) for person in (crowd.boss, crowd.staff, crowd.lead_of(1))):
        crowds.lay(crowd, MORE, now=now, open_of=1)
    return crowd


def _lacks(person: Person) -> bool:
    found = desk(person, timezone.now())
    chased = any(item.chased_at for item in (*found.answers.items, *found.owed.items))
    return not (found.answers.total and found.owed.total and found.awaited.total and chased)


def test_the_pages_cost_the_same_beside_few_promises_and_many() -> None:
    crowd = first_laid()
    visits = list(daily.visits(crowd))
    counted([visit for visit in visits if visit.name in ONCE])
    few = counted(visits)
    if os.environ.get("KEPT_WRITE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(few, indent=2) + "\n")
    assert few == json.loads(BASELINE.read_text())
    for size in (MANY, MOST) if NIGHTLY else (MANY,):
        crowds.lay(crowd, size - len(crowd.laid), now=timezone.now())
        counted([visit for visit in visits if visit.name in ONCE])  # laying may have taken longer than ten minutes
        assert counted(visits) == few, f"beside {size} promises"


def test_the_figures_cost_the_same_before_answers_are_shut_and_after() -> None:
    crowd = crowds.gather(TEAMS, at=timezone.now() - 3 * crowds.YEAR)
    crowds.lay(crowd, ENDED, now=timezone.now())
    visits = [visit for visit in daily.visits(crowd) if "figures" in visit.name]
    before = counted(visits)
    assert shutting.shut(timezone.now()) > 0
    assert counted(visits) == before
