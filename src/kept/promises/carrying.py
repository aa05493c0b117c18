"""What a team does carry, beside what it says that it can: in work now, delivered a week, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from kept.core.state import State
from kept.core.statistics import Share, wilson
from kept.promises.models import Promise

WEEKS = 8
"""Over how many weeks deliveries are counted: the full weeks just gone by."""


@dataclass(frozen=True, slots=True)
class ForCustomer:
    """What one customer gets: promises in work, deliveries of the last weeks, their share of all, the agreed one."""

    party_id: int
    name: str
    kind: str
    in_work: int
    delivered: int
    share: Share
    agreed: float | None

    @property
    def verdict(self) -> str:
        """Whether the share that is delivered differs from the agreed one by more than chance explains."""
        if self.agreed is None or not self.share.n or self.share.low <= self.agreed <= self.share.high:
            return ""
        return "more than agreed" if self.agreed < self.share.low else "less than agreed"


@dataclass(frozen=True, slots=True)
class Carried:
    """What a team carries: asks that wait for its answer, promises in work, deliveries a week (mean of `WEEKS`)."""

    waiting: int
    in_work: int
    late: int
    delivered: int
    customers: list[ForCustomer]

    @property
    def a_week(self) -> float:
        """Deliveries a week, over the weeks that were counted."""
        return self.delivered / WEEKS


def carried(team_id: int, now: datetime, agreed: Mapping[int, float]) -> Carried:
    """What the team carries at `now`; `agreed` are the agreed shares (0 to 1) by the customer's party id.

    Private promises are left out of the sums as well: of two numbers a day apart, one would be such a promise.
    """
    since = now - timedelta(weeks=WEEKS)
    rows = list(
        Promise.objects.filter(provider=team_id, private=False)
        .values(party=F("customer_id"), name=F("customer__name"), kind=F("customer__kind"))
        .annotate(
            waiting=Count("pk", filter=Q(state=State.ASKED)),
            in_work=Count("pk", filter=Q(state=State.PROMISED)),
            late=Count("pk", filter=Q(state=State.PROMISED, due__lt=now)),
            delivered=Count("pk", filter=Q(delivered_at__gt=since, delivered_at__lte=now)),
        )
        .order_by("-delivered", "-in_work", "name")
    )
    total = sum(row["delivered"] for row in rows)
    customers = [
        ForCustomer(
            row["party"],
            row["name"],
            row["kind"],
            row["in_work"],
            row["delivered"],
            wilson(row["delivered"], total),
            agreed.get(row["party"]),
        )
        for row in rows
        if row["in_work"] or row["delivered"] or row["party"] in agreed
    ]
    sums = {name: sum(row[name] for row in rows) for name in ("waiting", "in_work", "late")}
    return Carried(sums["waiting"], sums["in_work"], sums["late"], total, customers)
