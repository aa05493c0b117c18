"""Files at random: whatever they say, what is taken is sound, and taking it again changes nothing."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import Cast
from kept.people import reach
from kept.people.importing.errors import BadPeopleFile
from kept.people.importing.planning import Missing
from kept.people.models import Person, Team
from people.importer import brought, planned, reasons, undone

pytestmark = pytest.mark.django_db

NAMES = st.sampled_from(["Ann", "Bo", "Cleo", "Provider", "Lead", "Boss", "Workshop", "New", "Other", "", "Dispatch"])
MAILS = st.sampled_from(["ann@example.com", "bo@example.com", "lead@example.com", "provider@example.com", "", "", "no"])
NUMBERS = st.sampled_from(["", "", "", "1", "2"])
TEAMS = st.sampled_from(["", "Workshop", "New", "Other", "Workshop;New", "Sales", "Nowhere"])
WHO = st.sampled_from(["", "Ann", "Bo", "lead@example.com", "ann@example.com", "boss@example.com", "1", "nobody"])
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["person", "person", "person", "team", "customer", "robot"]), NAMES, NUMBERS, MAILS,
        TEAMS, TEAMS, WHO, TEAMS, TEAMS, st.sampled_from(["", "", "", "yes", "2026-01-01", "maybe"]), WHO,
    ),
    max_size=12,
)  # fmt: skip
HEADING = (
    "Kind",
    "Name",
    "Number",
    "E-mail",
    "Teams",
    "Leads",
    "Boss",
    "Part of",
    "Looked after by",
    "Left",
    "Successor",
)
at_random = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(rows: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([HEADING, *rows])
    return out.getvalue()


def has_a_circle(above: dict[int, int | None]) -> bool:
    for start in above:
        node, steps = above.get(start), 0
        while node is not None and steps <= len(above):
            node, steps = above.get(node), steps + 1
        if node is not None:
            return True
    return False


@at_random
@given(rows=ROWS, leave=st.booleans())
def test_what_is_taken_is_sound_and_taking_it_again_changes_nothing(
    cast: Cast, rows: list[tuple[str, ...]], leave: bool
) -> None:
    text = written(rows)
    missing = Missing(leave=leave and any(row[0] == "person" and row[1] for row in rows), never=cast.boss.pk)
    with undone(), suppress(BadPeopleFile):
        plan, _left = brought(text, missing)
        assert all(reasons(plan).values())
        assert not has_a_circle(dict(Person.objects.values_list("pk", "boss_id")))
        assert not has_a_circle(dict(Team.objects.values_list("pk", "parent_id")))
        of_leavers = Person.objects.filter(is_active=True, boss__is_active=False)
        assert not of_leavers.exclude(boss__boss=None, boss__leavings__successor=None).exists()
        assert reach.rebuild() == 0
        again = planned(text, missing)
        assert [entry for entry in again.entries if entry.line not in reasons(plan)] == []
        assert again.leavers == ()


@at_random
@given(rows=ROWS)
def test_looking_foretells_what_doing_does(cast: Cast, rows: list[tuple[str, ...]]) -> None:
    with undone():
        people, teams = Person.objects.count(), Team.objects.count()
        plan, _left = brought(written(rows))
        added = [entry.kind for entry in plan.entries if entry.what == "added"]
        assert Person.objects.count() == people + added.count("person")
        assert Team.objects.count() == teams + added.count("team")
        assert all(entry.changes for entry in plan.entries if entry.what == "changed")
        assert len(plan.rejected) + plan.unchanged + len(plan.entries) + len(plan.leavers) == plan.rows


@at_random
@given(data=st.binary(max_size=300))
def test_any_bytes(db: None, data: bytes) -> None:
    for whole in (data, b"Name,E-mail\n" + data):
        with suppress(BadPeopleFile):
            planned(whole)
