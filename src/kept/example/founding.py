"""Founding the example company: its people, teams and customers, through the same actions as any company's."""

from __future__ import annotations

from dataclasses import dataclass, field

from kept.core.errors import Refused
from kept.example import company
from kept.people import actions
from kept.people.models import OutsideCustomer, Party, Person, Team
from kept.people.reach import organisation_changing


@dataclass(frozen=True)
class Company:
    """The example company as it stands in the database, by the keys of `company`."""

    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    outside: dict[str, OutsideCustomer] = field(default_factory=dict)

    def party(self, key: str) -> Party:
        """The team, person or outside customer (by name) of that key."""
        return self.teams.get(key) or self.people.get(key) or self.outside[key]


def found() -> Company:
    """Lay the company into an empty installation; `Refused` where somebody is here already."""
    if Party.objects.exists():
        raise Refused(
            "There are people here already, and the example company would mix with them. "
            "Set KEPT_HOME to a new folder to try it there."
        )
    founded = Company()
    with organisation_changing():
        _teams(founded)
        _people(founded)
        for row in company.OUTSIDE_CUSTOMERS:
            founded.outside[row.name] = actions.add_outside_customer(
                name=row.name, looked_after_by=founded.teams[row.team], email=row.email
            )
    return founded


def _teams(founded: Company) -> None:
    founded.teams["company"] = actions.add_team(name=company.NAME, purpose=company.PURPOSE)
    for row in (*company.DEPARTMENTS, *company.WORKSHOP_GROUPS):
        parent = founded.teams[row.parent or "company"]
        founded.teams[row.key] = actions.add_team(name=row.name, parent=parent, purpose=row.purpose)


def _people(founded: Company) -> None:
    for row in company.PEOPLE:
        boss = founded.people[row.boss] if row.boss else None
        person = actions.add_person(name=row.name, email=row.email, title=row.title, boss=boss)
        founded.people[row.key] = person
        for team in row.teams:
            actions.join_team(person, founded.teams[team], leads=team in row.leads)
