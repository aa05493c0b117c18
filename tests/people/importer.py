"""Bringing a file in, as the doors do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.db import transaction

from kept.people.importing.organisation import known_now
from kept.people.importing.plan import Plan
from kept.people.importing.planning import Missing, make_plan
from kept.people.importing.sheet import read_sheet
from kept.people.models import Membership, OutsideCustomer, Person, Team
from kept.promises.leaving import Left
from kept.promises.people_in import bring_in

TODAY = date(2026, 5, 4)
STAY = Missing()
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


def planned(text: str | bytes, missing: Missing = STAY) -> Plan:
    """What the file would change of what is stored now."""
    data = text if isinstance(text, bytes) else text.encode()
    return make_plan(read_sheet(data), known_now(), today=TODAY, missing=missing)


def brought(text: str | bytes, missing: Missing = STAY) -> tuple[Plan, list[Left]]:
    """Bring the file in; gives what was planned, and who left."""
    plan = planned(text, missing)
    return plan, bring_in(plan, at=NOW, by=None)


def reasons(plan: Plan) -> dict[int, str]:
    """Why each rejected line was put aside."""
    return {one.line: one.reason for one in plan.rejected}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside is undone again: each example of a property test begins with the same organisation."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, object]:
    """The organisation as it is stored, in words: for comparing."""
    return {
        "people": {
            (one.name, one.email, one.title, one.number, one.boss.name if one.boss else None, one.is_active)
            for one in Person.objects.select_related("boss")
        },
        "teams": {
            (one.name, one.purpose, one.number, one.parent.name if one.parent else None)
            for one in Team.objects.select_related("parent")
        },
        "members": set(Membership.objects.values_list("person__name", "team__name", "leads")),
        "outside": set(OutsideCustomer.objects.values_list("name", "email", "number", "looked_after_by__name")),
    }
