"""Which goals somebody sees, what changed since the programme began, and the series beside it."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

from django.db.models import Prefetch, Q, QuerySet

from kept.core.errors import NotFound
from kept.insight.change import Change
from kept.people.models import Person, Reach
from kept.programme.goals.measuring import company, compared, looks
from kept.programme.goals.models import Begun, Figure, Goal, Measurement

BEFORE_AND_AFTER = timedelta(days=365)
"""How far before its beginning the programme is compared with what came after, at most."""


def goals_seen_by(person: Person) -> QuerySet[Goal]:
    """The company's goals, and those of the teams that `person` is in, leads or is above; the soonest first."""
    near = Reach.objects.filter(person=person).exclude(how=Reach.How.LOOKS_AFTER).values("party")
    rows = Goal.objects.filter(Q(team=None) | Q(team__in=near) | Q(owner=person))
    measured = Prefetch("measurements", Measurement.objects.order_by("-number"))
    return rows.select_related("team", "customer", "owner").prefetch_related(measured).order_by("until", "pk")


def goal_seen(person: Person, goal_id: int) -> Goal:
    """One of them. Raises `NotFound`."""
    goal = goals_seen_by(person).filter(pk=goal_id).first()
    if goal is None:
        raise NotFound("There is no such goal, or it is not for you to see.")
    return goal


def since_it_began(now: datetime, zone: tzinfo) -> tuple[Begun, dict[Figure, Change]] | None:
    """Every figure of the company before the programme and since; None until somebody said when it began.

    As much time before as there is since, a year at most. The looks are shared out over a year of monthly ones.
    """
    begun = Begun.objects.select_related("by").first()
    if begun is None:
        return None
    since = datetime.combine(begun.on, time.min, zone)
    baseline = min(max(now - since, timedelta(days=28)), BEFORE_AND_AFTER)
    planned = looks(since, since + BEFORE_AND_AFTER)
    return begun, compared(Figure, company(), since=since, baseline=baseline, now=now, looks=planned)
