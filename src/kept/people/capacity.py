"""What a team says that it can carry."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from kept.core.errors import Incomplete
from kept.people.calendars import refuse_stranger
from kept.people.models import Capacity, Person, Team


def say_capacity(actor: Person, team: Team, *, at_once: int | None, a_week: Decimal | None, at: datetime) -> None:
    """From now on `team` says that it can carry so much; `None` where it does not say. Raises `NotAllowed`."""
    refuse_stranger(actor, team)
    if at_once is not None and not 0 <= at_once <= 9999:
        raise Incomplete("How many at once: a number from 0 to 9,999.", field="at_once")
    if a_week is not None and not 0 <= a_week <= 99999:
        raise Incomplete("How many a week: a number from 0 to 99,999.", field="a_week")
    Capacity.objects.update_or_create(
        team=team, defaults={"at_once": at_once, "a_week": a_week, "said_by": actor, "said_at": at}
    )


def capacity_of(team: Team) -> Capacity | None:
    """What the team says, where it has said anything."""
    return Capacity.objects.select_related("said_by").filter(team=team).first()
