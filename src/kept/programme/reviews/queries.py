"""Reading reviews: who sees one, and the page that is prepared for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from kept.core.errors import NotFound
from kept.customers.agreements import InForce, agreement_in_force, between
from kept.people.models import Party, Person, Reach, Team
from kept.programme.reviews.models import Review
from kept.promises.figures import Figures, Scope, figures_of
from kept.promises.figures.periods import Period, quarter_start
from kept.promises.models import Promise


@dataclass(frozen=True, slots=True)
class Direction:
    """What `provider` promised `customer`: the figures of the quarter, and what both expect.

    `in_force` is None where nothing is agreed; `talking` is whether an agreement between them lies on the table.
    """

    provider: Team
    customer: Team
    figures: Figures
    in_force: InForce | None
    talking: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """The page of a review: both directions, the promises they left with, and what became of those of last time."""

    review: Review
    directions: tuple[Direction, Direction]
    leaves_with: list[Promise]
    last: Review | None
    last_time: list[Promise]


def seen_by(person: Person) -> QuerySet[Review]:
    """The reviews of the teams that `person` is in, leads or is above; the newest first."""
    near = Reach.objects.filter(person=person).exclude(how=Reach.How.LOOKS_AFTER).values("party")
    rows = Review.objects.filter(Q(one__in=near) | Q(other__in=near))
    return rows.select_related("one", "other", "held_by").order_by("-quarter", "one__name", "other__name")


def review_seen(person: Person, review_id: int) -> Review:
    """One of them. Raises `NotFound`."""
    found = seen_by(person).filter(pk=review_id).first()
    if found is None:
        raise NotFound("There is no such review, or it is not for you to see.")
    return found


def prepared(review: Review, now: datetime) -> Prepared:
    """What both look at together. The number of queries doesn't grow with their promises."""
    period = period_of(review.quarter)
    last = Review.objects.filter(one=review.one_id, other=review.other_id, quarter__lt=review.quarter)
    before = last.order_by("-quarter").first()
    return Prepared(
        review,
        (_direction(review.one, review.other, period, now), _direction(review.other, review.one, period, now)),
        _promises(review),
        before,
        _promises(before) if before else [],
    )


def period_of(quarter: date) -> Period:
    """The quarter that begins on that day."""
    after = quarter_start(quarter + timedelta(days=100))
    return Period(datetime.combine(quarter, time(), UTC), datetime.combine(after, time(), UTC), "", "")


def pairs_that_exchanged(quarter: date, least: int) -> list[tuple[int, int, int]]:
    """The pairs of teams, lower id first, with `least` promises or more between them in the quarter: most first.

    Counted are promises that were open at any time in it. One query for the counts; private promises are left out.
    """
    period = period_of(quarter)
    teams = {"customer__kind": Party.Kind.TEAM, "provider__kind": Party.Kind.TEAM}
    rows = Promise.objects.filter(private=False, opened_at__lt=period.end, **teams).filter(
        Q(ended_at=None) | Q(ended_at__gte=period.start)
    )
    counts: Counter[tuple[int, int]] = Counter()
    for customer, provider, n in rows.order_by().values_list("customer_id", "provider_id").annotate(Count("pk")):
        counts[min(customer, provider), max(customer, provider)] += n
    return sorted(((*pair, n) for pair, n in counts.items() if n >= least), key=lambda each: (-each[2], each))


def led_pairs(person: Person) -> Collection[Team]:
    """The teams for which `person` may open a review."""
    return Team.objects.filter(memberships__person=person, memberships__leads=True).order_by("name")


def _direction(provider: Team, customer: Team, period: Period, now: datetime) -> Direction:
    scope = Scope(frozenset([provider.pk]), customer.pk)
    every = between(customer.pk, provider.pk)
    return Direction(
        provider, customer, figures_of(scope, period, now), agreement_in_force(customer.pk, provider.pk),
        any(one.version is None for one in every),
    )  # fmt: skip


def _promises(review: Review) -> list[Promise]:
    return list(review.promises.filter(private=False).select_related("customer", "provider").order_by("due", "pk"))
