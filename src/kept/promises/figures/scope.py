"""Whose promises a figure is about: a team (with the teams below it or without), a tie of it, a result, a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from kept.people.models import Person, Team


@dataclass(frozen=True, slots=True)
class Scope:
    """Promises that any of `providers` gave, or the person `responsible` has; to one `customer`, about one `result`.

    Private promises are in no figure: they are for their participants alone.
    """

    providers: frozenset[int]
    customer: int | None = None
    result: int | None = None
    responsible: int | None = None

    def promises(self) -> Q:
        """These promises, as a condition on `Promise`."""
        return self.given_by("provider", "") & self.narrowed("")

    def given_by(self, provider: str, path: str) -> Q:
        """Who gave them; `path` leads from the queried model to its promise ("promise__")."""
        by = Q(**{f"{provider}__in": self.providers})
        return by | Q(**{f"{path}responsible": self.responsible}) if self.responsible is not None else by

    def narrowed(self, path: str) -> Q:
        """Everything but who gave them."""
        found = Q(**{f"{path}private": False})
        if self.customer is not None:
            found &= Q(**{f"{path}customer": self.customer})
        if self.result is not None:
            found &= Q(**{f"{path}result": self.result})
        return found


def of_person(person: Person) -> Scope:
    """What a person promised: in their own name, or as the one who has it for a team."""
    return Scope(frozenset([person.pk]), responsible=person.pk)


def of_team(team_id: int, *, customer: int | None = None, result: int | None = None) -> Scope:
    """What a team promised."""
    return Scope(frozenset([team_id]), customer, result)


def with_teams_below(team_ids: set[int]) -> dict[int, frozenset[int]]:
    """Each of the teams with all teams below it in the tree; one query."""
    below: dict[int, set[int]] = defaultdict(set)
    for team, parent in Team.objects.exclude(parent=None).values_list("pk", "parent_id"):
        below[parent or 0].add(team)
    return {team: _all_below(team, below) for team in team_ids}


def _all_below(team: int, below: dict[int, set[int]]) -> frozenset[int]:
    found, waiting = {team}, [team]
    while waiting:
        new = below.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return frozenset(found)
