"""When each party works: a team's hours, its public holidays and special days, as a calendar of `core`.

A team without hours of its own works as the team above it does; where nobody has said anything, Monday to Friday from
09:00 to 17:00 in the installation's time zone. A person works as their first team does, an outside customer is served
as the team that looks after them works.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import holidays
from django.conf import settings
from django.db import transaction

from kept.core.calendars import (
    MONDAY_TO_FRIDAY,
    Calendar,
    CalendarError,
    Hours,
    Opening,
    describe,
    same_hours,
)
from kept.core.calendars.hours import DAY_NAMES
from kept.core.errors import Incomplete, NotAllowed
from kept.people.models import Membership, OutsideCustomer, Party, Person, SpecialDay, Team, WorkingHours

YEARS = range(2015, 2041)
"""The years whose public holidays are known to a calendar."""
USUAL = same_hours(MONDAY_TO_FRIDAY, Hours.between("09:00", "17:00"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A team's calendar, the team that it comes from (itself or one above; `None`: the usual), and it in words."""

    calendar: Calendar
    source: Team | None
    country: str
    region: str

    @property
    def words(self) -> str:
        """The calendar as people would say it."""
        place = place_named(self.country, self.region)
        return describe(self.calendar, closed_on=f"public holidays ({place})" if place else "its days off")


def calendar_of(party: Party) -> Calendar:
    """The calendar that a party works by."""
    team = _team_of(party)
    return hours_of(team).calendar if team else _usual()


def calendars_of(parties: Iterable[Party]) -> dict[int, Calendar]:
    """The calendars of many parties, by id: the same as `calendar_of` gives, in at most six queries."""
    wanted = {party.pk: party.kind for party in parties}
    if not wanted:
        return {}
    team_of = _teams_of(wanted)
    above = dict(Team.objects.order_by().values_list("pk", "parent_id"))
    lines = {party: _line_up(team_of.get(party), above) for party in wanted}
    rows = WorkingHours.objects.filter(team__in={team for line in lines.values() for team in line})
    hours = {row.team_id: row for row in rows}
    special: dict[int, list[tuple[date, list[list[str]]]]] = {team: [] for team in hours}
    for team, day, times in SpecialDay.objects.filter(team__in=hours).values_list("team_id", "day", "hours"):
        special[team].append((day, times))
    calendars = {team: _calendar_from(row, special[team]) for team, row in hours.items()}
    usual = _usual()
    return {
        party: next((calendars[team] for team in line if team in calendars), usual) for party, line in lines.items()
    }


def _teams_of(kinds: Mapping[int, str]) -> dict[int, int]:
    """The team by whose hours each party works, where there is one."""
    found = {party: party for party, kind in kinds.items() if kind == Party.Kind.TEAM}
    outside = [party for party, kind in kinds.items() if kind == Party.Kind.OUTSIDE]
    if outside:
        rows = OutsideCustomer.objects.filter(pk__in=outside)
        found |= dict(rows.values_list("pk", "looked_after_by_id"))
    persons = [party for party, kind in kinds.items() if kind == Party.Kind.PERSON]
    if persons:
        for person, team in Membership.objects.filter(person__in=persons).order_by("-pk").values_list("person", "team"):
            found[person] = team
    return found


def _line_up(team: int | None, above: Mapping[int, int | None]) -> list[int]:
    """A team and those above it, nearest first."""
    line: list[int] = []
    while team is not None and team not in line:
        line.append(team)
        team = above.get(team)
    return line


def hours_of(team: Team) -> Kept:
    """The hours of a team: its own, else those of the nearest team above that has some, else the usual ones."""
    met: set[int] = set()
    here: Team | None = team
    while here is not None and here.pk not in met:
        met.add(here.pk)
        row = WorkingHours.objects.filter(team=here).first()
        if row is not None:
            return Kept(_calendar(row), here, row.country, row.region)
        here = here.parent
    return Kept(_usual(), None, "", "")


def set_hours(
    actor: Person, team: Team, *, zone: str, week: tuple[tuple[Hours, ...], ...], country: str = "", region: str = ""
) -> None:
    """From now on `team` works so. Raises `NotAllowed`, `CalendarError`, `Incomplete`."""
    refuse_stranger(actor, team)
    Calendar(zone, week)
    country, region = country.upper(), region.upper()
    if country and country not in holidays.list_supported_countries():
        raise Incomplete(
            f"Public holidays of “{country}” are not known; choose a country from the list.", field="country"
        )
    if region and region not in regions_of(country):
        known = ", ".join(regions_of(country)) or "none"
        raise Incomplete(f"“{region}” is no region of {country or 'no country'}; known are: {known}.", field="region")
    plain = [[[str(hours).split("–")[0], str(hours).split("–")[1]] for hours in day] for day in week]
    WorkingHours.objects.update_or_create(
        team=team, defaults={"zone": zone, "week": plain, "country": country, "region": region}
    )


def set_special_day(actor: Person, team: Team, day: date, *, hours: tuple[Hours, ...] = (), words: str = "") -> None:
    """On `day` the team is closed, or works at `hours` instead. Raises `NotAllowed`, `CalendarError`."""
    refuse_stranger(actor, team)
    Calendar("UTC", USUAL, openings=frozenset({Opening(day, hours)}) if hours else frozenset())
    plain = [str(each).split("–") for each in hours]
    with transaction.atomic():
        _own_hours(team)
        SpecialDay.objects.update_or_create(team=team, day=day, defaults={"hours": plain, "words": words.strip()[:100]})


def forget_special_day(actor: Person, team: Team, day: date) -> None:
    """On `day` the team works as on any other day of its kind."""
    refuse_stranger(actor, team)
    SpecialDay.objects.filter(team=team, day=day).delete()


def may_change(person: Person, team: Team) -> bool:
    """Whether `person` says how the team works: those who lead it or a team above, and administrators."""
    above: list[int] = []
    here: Team | None = team
    while here is not None and here.pk not in above:
        above.append(here.pk)
        here = here.parent
    return person.is_administrator or Membership.objects.filter(person=person, leads=True, team__in=above).exists()


def refuse_stranger(actor: Person, team: Team) -> None:
    """`NotAllowed` for those who do not lead the team."""
    if not may_change(actor, team):
        raise NotAllowed(f"Those who lead {team.name} say this; ask one of them.")


def days_off(kept: Kept, first: date, last: date) -> list[tuple[date, str]]:
    """The public holidays from `first` to `last`, with their names."""
    named = _holidays(kept.country, kept.region)
    return sorted((day, name) for day, name in named.items() if first <= day <= last)


def regions_of(country: str) -> list[str]:
    """The regions of a country that have public holidays of their own."""
    return list(holidays.list_supported_countries().get(country, []))


def countries() -> list[str]:
    """The countries whose public holidays are known, by their two letters."""
    return sorted(code for code in holidays.list_supported_countries() if len(code) == 2)


def zones() -> list[str]:
    """The names of all time zones."""
    return sorted(available_timezones())


def place_named(country: str, region: str) -> str:
    """A country and region as they are shown: "DE, BY"."""
    return ", ".join(part for part in (country, region) if part)


def week_from_words(days: list[str]) -> tuple[tuple[Hours, ...], ...]:
    """Seven lines such as "08:00-12:00, 13:00-17:00" (empty: closed), Monday first. Raises `CalendarError`."""
    return tuple(hours_from_words(line, day) for day, line in zip(DAY_NAMES, days, strict=True))


def hours_from_words(line: str, day: str) -> tuple[Hours, ...]:
    """Hours from "08:00-12:00, 13:00-17:00"; none from an empty line. Raises `CalendarError`."""
    found = []
    for part in line.replace("–", "-").replace(";", ",").split(","):
        if not part.strip():
            continue
        opens, dash, closes = part.partition("-")
        if not dash:
            raise CalendarError(f"{day}: write hours as 08:00-12:00, with a comma between two stretches.")
        found.append(Hours.between(opens.strip(), closes.strip()))
    return tuple(found)


def hours_in_words(hours: tuple[Hours, ...]) -> str:
    """What `hours_from_words` reads again."""
    return ", ".join(str(each).replace("–", "-") for each in hours)


def _team_of(party: Party) -> Team | None:
    if party.kind == Party.Kind.TEAM:
        return Team.objects.filter(pk=party.pk).first()
    if party.kind == Party.Kind.OUTSIDE:
        return Team.objects.filter(looks_after=party.pk).first()
    return Team.objects.filter(memberships__person=party.pk).order_by("memberships__pk").first()


def _own_hours(team: Team) -> None:
    """A special day is the team's own, so its hours become its own too."""
    kept = hours_of(team)
    if kept.source is None or kept.source.pk != team.pk:
        plain = [[str(hours).split("–") for hours in day] for day in kept.calendar.week]
        WorkingHours.objects.create(
            team=team, zone=kept.calendar.zone, week=plain, country=kept.country, region=kept.region
        )


def _calendar(row: WorkingHours) -> Calendar:
    return _calendar_from(row, SpecialDay.objects.filter(team=row.team_id).values_list("day", "hours"))


def _calendar_from(row: WorkingHours, special: Iterable[tuple[date, list[list[str]]]]) -> Calendar:
    frozen = tuple((day, tuple(tuple(pair) for pair in hours)) for day, hours in special)
    week = tuple(tuple(tuple(pair) for pair in day) for day in row.week)
    return _built(row.zone, week, row.country, row.region, frozen)


@lru_cache(maxsize=4096)
def _built(zone: str, week: Any, country: str, region: str, special: Any) -> Calendar:
    plain = Calendar(zone, tuple(tuple(Hours.between(*pair) for pair in day) for day in week))
    closed = frozenset(day for day, hours in special if not hours) | frozenset(_holidays(country, region))
    openings = frozenset(Opening(day, tuple(Hours.between(*pair) for pair in hours)) for day, hours in special if hours)
    return Calendar(plain.zone, plain.week, closed, openings)


@lru_cache(maxsize=64)
def _holidays(country: str, region: str) -> dict[date, str]:
    if not country:
        return {}
    return dict(holidays.country_holidays(country, subdiv=region or None, years=YEARS))


def _usual() -> Calendar:
    return Calendar(settings.TIME_ZONE, USUAL)
