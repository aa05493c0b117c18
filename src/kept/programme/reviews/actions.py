"""Preparing reviews, saying what one side wants, leaving with promises, holding one; and telling both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import transaction

from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed, WrongState
from kept.core.terms import Terms
from kept.notify.kinds import Kind
from kept.notify.spreading import spread
from kept.notify.telling import Matter
from kept.people.models import Membership, Person, Team
from kept.people.queries import may_act_for
from kept.programme.reviews.models import Review
from kept.programme.reviews.queries import pairs_that_exchanged
from kept.promises.actions import open_promise
from kept.promises.figures.periods import quarter_start
from kept.promises.models import Promise

LEAST: Final = 5
"""Promises between two teams in a quarter from which on a review is prepared by itself."""
MOST_A_TEAM: Final = 5
REMIND_AFTER: Final = timedelta(days=21)
LONGEST_WISH: Final = 300


def prepare_due(now: datetime) -> None:
    """Prepare the reviews of the quarter that ended last, each once, and remind of those not held after three weeks.

    Those that a lead opened by hand, and those that a worker prepared before it was stopped, hold up no others.
    """
    quarter = last_quarter(now)
    there = set(Review.objects.filter(quarter=quarter).values_list("one", "other"))
    taken: Counter[int] = Counter()
    for one, other, _ in pairs_that_exchanged(quarter, LEAST):
        if taken[one] < MOST_A_TEAM and taken[other] < MOST_A_TEAM:
            taken.update((one, other))
            if (one, other) not in there:
                prepare(Team.objects.get(pk=one), Team.objects.get(pk=other), quarter, now)
    waiting = Review.objects.filter(held_at=None, quarter=quarter, prepared_at__lte=now - REMIND_AFTER)
    for review in waiting.select_related("one", "other"):
        spread(_told(review, "remind", "It has not been held yet."), now=now)


def last_quarter(now: datetime) -> date:
    """The first day of the quarter that ended last (UTC)."""
    return quarter_start(quarter_start(now.astimezone(UTC).date()) - timedelta(days=1))


def prepare(team: Team, other: Team, quarter: date, now: datetime) -> Review:
    """Prepare the review of two teams for a quarter, and tell those who lead them; one that is there stays."""
    first, second = sorted((team, other), key=lambda one: one.pk)
    with transaction.atomic():
        review, made = Review.objects.get_or_create(
            one=first, other=second, quarter=quarter, defaults={"prepared_at": now}
        )
        if made:
            spread(_told(review, "prepared", "What you promised each other last quarter is put together."), now=now)
    return review


def open_review(actor: Person, team: Team, other: Team, *, at: datetime) -> Review:
    """A lead prepares a review with another team by hand. Raises `NotAllowed`, `Incomplete`."""
    if not Membership.objects.filter(person=actor, team=team, leads=True).exists():
        raise NotAllowed("Those who lead a team open its reviews.")
    if team.pk == other.pk:
        raise Incomplete("Choose another team.", field="other")
    return prepare(team, other, last_quarter(at), at)


def say_want(actor: Person, review: Review, team: Team, words: str) -> None:
    """Say the one thing that `team` wants of the other. Raises `NotAllowed`, `WrongState`, `Incomplete`."""
    _refuse(actor, review, team)
    words = " ".join(words.split())
    if len(words) > LONGEST_WISH:
        raise Incomplete(f"One sentence: that is longer than {LONGEST_WISH} characters.", field="words")
    column = "one_wants" if team.pk == review.one_id else "other_wants"
    Review.objects.filter(pk=review.pk).update(**{column: words})


def leave_with(actor: Person, review: Review, own: Team, terms: Terms, *, gives: Team, at: datetime) -> Promise:
    """Leave with a promise: `own` offers it where it `gives`, else asks the other team for it.

    Raises `NotAllowed`, `WrongState`, and what `open_promise` raises.
    """
    _refuse(actor, review, own)
    other = review.other if own.pk == review.one_id else review.one
    act: acts.Ask | acts.Offer
    if gives.pk == own.pk:
        act = acts.Offer(customer=other.pk, provider=own.pk, terms=terms)
    else:
        act = acts.Ask(customer=own.pk, provider=other.pk, terms=terms)
    with transaction.atomic():
        promise = open_promise(actor, act, at=at)
        review.promises.add(promise)
    return promise


def hold(actor: Person, review: Review, *, at: datetime) -> None:
    """It was held. Raises `NotAllowed`, `WrongState`."""
    if not (may_act_for(actor, review.one_id) or may_act_for(actor, review.other_id)):
        raise NotAllowed("Only the two teams hold their review.")
    if not Review.objects.filter(pk=review.pk, held_at=None).update(held_at=at, held_by=actor):
        raise WrongState("It was held already.")


def _refuse(actor: Person, review: Review, team: Team) -> None:
    if team.pk not in (review.one_id, review.other_id) or not may_act_for(actor, team.pk):
        raise NotAllowed("Only the two teams speak in their review, each for itself.")
    if review.held_at is not None:
        raise WrongState("It was held already; what was said there stays as it is.")


def _told(review: Review, what: str, says: str) -> Iterator[Matter]:
    leads = Membership.objects.filter(team__in=[review.one_id, review.other_id], leads=True, person__is_active=True)
    for person in sorted(set(leads.values_list("person_id", flat=True))):
        yield Matter(
            reader=person,
            kind=Kind.REMINDER,
            key=f"review:{review.pk}:{what}",
            subject=f"Review: {review.one} and {review.other}",
            says=says,
            needs="Half an hour together, and leave with one promise.",
            page=f"/reviews/{review.pk}/",
        )
