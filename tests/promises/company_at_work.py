"""A company for the machine: teams in two countries with their hours, people who may leave, an outside customer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

from kept.core.calendars import Hours
from kept.people import actions as people
from kept.people import calendars
from kept.people.models import Membership, OutsideCustomer, Party, Person, Reach, Team
from kept.people.reach import organisation_changing
from promises.slow import Minutes, Plan, usual

BEGINS = datetime(2026, 10, 16, 7, tzinfo=UTC)
"""A week before the clocks change in Europe, two before they do in America; Thanksgiving and Christmas follow."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAY_SHIFT: Minutes = ((8 * 60, 12 * 60), (13 * 60, 17 * 60))
NIGHT_SHIFT: Minutes = ((0, 6 * 60), (22 * 60, 24 * 60))
WEEKS: tuple[tuple[Minutes, ...], ...] = (
    (DAY_SHIFT,) * 5 + ((), ()),
    (NIGHT_SHIFT,) * 7,
    (((6 * 60, 14 * 60),),) * 6 + ((),),
)
PLACES = (("Europe/Berlin", "DE"), ("America/New_York", "US"), ("UTC", ""))
_numbers = count(1)


@dataclass
class Company:
    """Everybody of one run; `plans` are the hours of the teams that have some of their own, `clock` the time there."""

    teams: dict[str, Team]
    persons: dict[str, Person]
    outside: OutsideCustomer
    plans: dict[int, Plan] = field(default_factory=dict)
    clock: datetime = BEGINS

    @classmethod
    def gather(cls) -> Company:
        """Four teams below the company, three people in each of three, and nobody but its lead in the fourth."""
        number = next(_numbers)
        with organisation_changing():
            top = people.add_team(name=f"Company {number}")
            names = ("Dispatch", "Workshop", "Sales", "Stores")
            teams = {"top": top} | {name: people.add_team(name=f"{name} {number}", parent=top) for name in names}
            boss = _person("Boss", number, None)
            people.set_administrator(boss, administrator=True)
            people.join_team(boss, top, leads=True)
            persons = {"Boss": boss}
            for name in names:
                lead = persons[f"{name} lead"] = _person(f"{name} lead", number, boss)
                people.join_team(lead, teams[name], leads=True)
                for place in ("one", "two") if name != "Stores" else ():
                    member = persons[f"{name} {place}"] = _person(f"{name} {place}", number, lead)
                    people.join_team(member, teams[name])
            people.join_team(persons["Sales two"], teams["Workshop"])  # works on both sides
            outside = people.add_outside_customer(name=f"Customer {number}", looked_after_by=teams["Sales"])
        return cls(teams, persons, outside)

    @property
    def boss(self) -> Person:
        """Who leads it, and keeps the installation."""
        return self.persons["Boss"]

    def parties(self) -> list[Party]:
        """Whoever can be a customer or a provider, in an order that is the same in every run."""
        return [*(self.teams[name] for name in sorted(self.teams)), self.outside, *self.active()]

    def active(self) -> list[Person]:
        """Those who work here now."""
        return [self.persons[name] for name in sorted(self.persons) if self.persons[name].is_active]

    # --- who works how ------------------------------------------------------------------------------------------------

    def set_hours(self, team: Team, week: tuple[Minutes, ...], zone: str, country: str) -> None:
        """The boss says how a team works from now on."""
        plain = tuple(tuple(Hours(*pair) for pair in day) for day in week)
        calendars.set_hours(self.boss, team, zone=zone, week=plain, country=country)
        self.plans[team.pk] = Plan(zone, week, country, dict(self.plans[team.pk].days) if team.pk in self.plans else {})

    def set_day(self, team: Team, day: date, hours: Minutes) -> None:
        """On one day the team is closed, or works at other hours; so its hours become its own."""
        calendars.set_special_day(self.boss, team, day, hours=tuple(Hours(*pair) for pair in hours))
        if team.pk not in self.plans:
            above = self.plan_of(team)
            self.plans[team.pk] = Plan(above.zone, above.week, above.country)
        self.plans[team.pk].days[day] = hours

    def plan_of(self, party: Party) -> Plan:
        """How a party works: as its team, or the one above that has hours, or as everybody does."""
        team = self._team_of(party)
        for each in (team, self.teams["top"]) if team else ():
            if each.pk in self.plans:
                return self.plans[each.pk]
        return usual()

    def _team_of(self, party: Party) -> Team | None:
        if party.kind == Party.Kind.TEAM:
            return next(team for team in self.teams.values() if team.pk == party.pk)
        if party.kind == Party.Kind.OUTSIDE:
            return self.teams["Sales"]
        first = Membership.objects.filter(person=party.pk).select_related("team").order_by("pk").first()
        return first.team if first else None

    def reach(self) -> dict[tuple[int, int], str]:
        """Who acts for, or is above, whom (tests/people/test_reach.py says that this is right)."""
        rows = Reach.objects.filter(person__in=[each.pk for each in self.persons.values()])
        return {(person, party): str(how) for person, party, how in rows.values_list("person", "party", "how")}


def _person(name: str, number: int, boss: Person | None) -> Person:
    address = f"{name.lower().replace(' ', '.')}.{number}@example.com"
    return people.add_person(name=f"{name} {number}", email=address, boss=boss)
