"""Under which odds of keeping a date a team wants to be warned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from kept.core.errors import Incomplete
from kept.core.warnings import THRESHOLD, THRESHOLDS
from kept.outlook.models import Threshold
from kept.people.calendars import refuse_stranger
from kept.people.models import Membership, Party, Person, Team


def say_threshold(actor: Person, team: Team, *, percent: int, at: datetime) -> None:
    """From now on `team` is warned of dates whose odds are under `percent`. Raises `NotAllowed`, `Incomplete`."""
    refuse_stranger(actor, team)
    if percent not in THRESHOLDS:
        raise Incomplete("Choose one of the thresholds.", field="percent")
    Threshold.objects.update_or_create(team=team, defaults={"percent": percent, "said_by": actor, "said_at": at})


def said_of(team: Team) -> Threshold | None:
    """What the team itself said, where it did."""
    return Threshold.objects.select_related("said_by").filter(team=team).first()


def thresholds_of(providers: Iterable[Party]) -> dict[int, int]:
    """The threshold (%) of each party, by id: its team's own, else that of the nearest team above; else the usual one.

    A person's is that of the team that they joined last. Three queries at most.
    """
    kinds = {party.pk: party.kind for party in providers}
    said = dict(Threshold.objects.values_list("team", "percent"))
    if not said:
        return dict.fromkeys(kinds, THRESHOLD)
    team_of = {party: party for party, kind in kinds.items() if kind == Party.Kind.TEAM}
    persons = [party for party, kind in kinds.items() if kind == Party.Kind.PERSON]
    team_of |= dict(Membership.objects.filter(person__in=persons).order_by("pk").values_list("person", "team"))
    above = dict(Team.objects.order_by().values_list("pk", "parent_id"))
    return {party: _nearest(team_of.get(party), said, above) for party in kinds}


def _nearest(team: int | None, said: Mapping[int, int], above: Mapping[int, int | None]) -> int:
    met: set[int] = set()
    while team is not None and team not in met:
        if team in said:
            return said[team]
        met.add(team)
        team = above.get(team)
    return THRESHOLD
