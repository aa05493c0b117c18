"""The organisation as it is now, in one look: what a file is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kept.people.importing.columns import OUTSIDE, PERSON, TEAM
from kept.people.models import Membership, OutsideCustomer, Person, Team


@dataclass(slots=True)
class Known:
    """A party that is here. `values` are its fields as a draft has them; `boss`, `parent` … are keys of others.

    `teams` of a person is `{team's key: whether they lead it}`.
    """

    key: int
    kind: str
    values: dict[str, Any]
    active: bool = True
    administrator: bool = False


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everybody and every team by key."""

    parties: dict[int, Known] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Known]:
        """All of one kind."""
        return [each for each in self.parties.values() if each.kind == kind]


def known_now() -> Organisation:
    """The organisation as it is stored."""
    parties: dict[int, Known] = {}
    columns = ("pk", "name", "number", "email", "title", "boss_id", "is_active", "is_staff")
    for pk, name, number, email, title, boss, active, staff in Person.objects.order_by().values_list(*columns):
        values = {"name": name, "number": number, "email": email or "", "title": title, "boss": boss, "teams": {}}
        parties[pk] = Known(pk, PERSON, values, active, staff)
    for pk, name, number, parent, purpose in Team.objects.order_by().values_list(
        "pk", "name", "number", "parent_id", "purpose"
    ):
        parties[pk] = Known(pk, TEAM, {"name": name, "number": number, "parent": parent, "purpose": purpose})
    for pk, name, number, email, team in OutsideCustomer.objects.order_by().values_list(
        "pk", "name", "number", "email", "looked_after_by_id"
    ):
        values = {"name": name, "number": number, "email": email, "looked_after_by": team}
        parties[pk] = Known(pk, OUTSIDE, values)
    for person, team, leads in Membership.objects.values_list("person_id", "team_id", "leads"):
        parties[person].values["teams"][team] = leads
    return Organisation(parties)
