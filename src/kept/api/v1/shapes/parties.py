"""Persons, teams and outside customers as the API gives them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kept.api.v1.shapes.base import Asked, Given, Id, Paged
from kept.people.models import OutsideCustomer, Party, Person, Team

Kind = Literal["person", "team", "outside"]


class PartyRef(Given):
    """A party by id and name: a person, a team, or an outside customer."""

    id: Id
    kind: Kind
    name: str

    @classmethod
    def of(cls, party: Party) -> PartyRef:
        """The party, named."""
        return cls(id=party.pk, kind=party.kind, name=party.name)  # type: ignore[arg-type]


class PersonRef(Given):
    """A person by id and name."""

    id: Id
    name: str

    @classmethod
    def of(cls, person: Party) -> PersonRef:
        """The person, named."""
        return cls(id=person.pk, name=person.name)


class MemberOf(Given):
    """A team that somebody is in, and whether they lead it."""

    id: Id
    name: str
    leads: bool


class PersonOut(Given):
    """Someone who works here (`active`), or did."""

    id: Id
    name: str
    email: str | None
    title: str
    active: bool
    boss: PersonRef | None
    teams: list[MemberOf]

    @classmethod
    def of(cls, person: Person) -> PersonOut:
        """The person; `memberships` with their teams are read already."""
        teams = [MemberOf(id=one.team_id, name=one.team.name, leads=one.leads) for one in person.memberships.all()]
        return cls(
            id=person.pk, name=person.name, email=person.email, title=person.title, active=person.is_active,
            boss=PersonRef.of(person.boss) if person.boss else None, teams=teams,
        )  # fmt: skip


class TeamOut(Given):
    """A team: whom its work is for, where it stands in the tree, who leads it, who is in it."""

    id: Id
    name: str
    purpose: str
    parent: PartyRef | None
    leads: list[PersonRef]
    members: list[PersonRef]

    @classmethod
    def of(cls, team: Team) -> TeamOut:
        """The team; `memberships` with their persons are read already."""
        rows = list(team.memberships.all())
        return cls(
            id=team.pk, name=team.name, purpose=team.purpose,
            parent=PartyRef.of(team.parent) if team.parent else None,
            leads=[PersonRef.of(one.person) for one in rows if one.leads],
            members=[PersonRef.of(one.person) for one in rows if not one.leads],
        )  # fmt: skip


class OutsideOut(Given):
    """An outside customer, and the team that looks after them."""

    id: Id
    name: str
    looked_after_by: PartyRef

    @classmethod
    def of(cls, outside: OutsideCustomer) -> OutsideOut:
        """The customer; the team is read already."""
        return cls(id=outside.pk, name=outside.name, looked_after_by=PartyRef.of(outside.looked_after_by))


class Named(Paged):
    """A list of what bears a name."""

    words: Annotated[str, Field(max_length=100, description="Only those whose name holds these words.")] = ""


class PeopleWanted(Named):
    """Whom to list."""

    team: Annotated[Id | None, Field(description="Only those in this team.")] = None


class Looked(Asked):
    """What to look for."""

    words: Annotated[str, Field(min_length=1, max_length=100, description="The words to look for.")]


class StepOut(Given):
    """One party on the way, and what its work is for ("" where nobody has said)."""

    name: str
    purpose: str


class LineOut(Given):
    """The way from a person's team (first) to whom it helps in the end (last)."""

    outside: bool
    steps: list[StepOut]


class LineOfSightOut(Given):
    """Whom somebody's work helps, and what the company is for."""

    lines: list[LineOut]
    company: str
    mission: str


class MeOut(Given):
    """Whose key this is (`scope`: read, or write), and for whom that person may speak."""

    person: PersonOut
    scope: Annotated[str, Field(json_schema_extra={"enum": ["read", "write"]})]
    acts_for: list[PartyRef]
