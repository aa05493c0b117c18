"""The three questions of a quarter: can I trust them, can I count on them, do they care.

They are about the quarter that ended last, for every person on the customer's side who had promises with the provider
in it: who asked for one, or answered at its acceptance. Each answers once; unanswered ones lapse with the quarter.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from kept.core.errors import Incomplete, NotFound, Refused
from kept.people.models import ACTING, Person, Reach
from kept.promises.figures.boxes import QUESTIONS
from kept.promises.figures.periods import quarter_start
from kept.promises.models import Impression, Promise, PulseAnswer


@dataclass(frozen=True, slots=True)
class PulseDue:
    """Three questions that a person is asked: about `provider`, for `customer`'s side, of the quarter from that day."""

    customer: int
    customer_name: str
    provider: int
    provider_name: str
    quarter: date


def pulses_due(person: Person, now: datetime) -> list[PulseDue]:
    """What the person is still asked about the quarter that ended last, by the provider's name. One query."""
    quarter = asked_quarter(now)
    answered = PulseAnswer.objects.filter(
        person=person, quarter=quarter, customer=OuterRef("customer"), provider=OuterRef("provider")
    )
    # Whoever works on the provider's side is not asked what its customers think.
    own = Reach.objects.filter(person=person, how__in=ACTING, party=OuterRef("provider"))
    rows = (
        _promises_of(person, quarter)
        .filter(~Exists(answered), ~Exists(own))
        .order_by()  # by the database it would begin with the names of all parties
        .values_list("customer_id", "customer__name", "provider_id", "provider__name")
        .distinct()
    )
    due = [PulseDue(*row, quarter) for row in rows] if person.is_active else []
    return sorted(due, key=lambda one: (one.provider_name, one.customer_name))


def answer_pulse(person: Person, *, customer: int, provider: int, says: Collection[str], at: datetime) -> PulseAnswer:
    """Answer the three, in the order of `QUESTIONS`, each with "yes", "partly" or "no". For good.

    Raises `NotFound` where the person is not asked this, `Refused` where it has been answered, `Incomplete`.
    """
    if len(says) != len(QUESTIONS) or not set(says) <= set(PulseAnswer.Says.values):
        raise Incomplete("Answer all three, each with one of the three words.", field="trust")
    quarter = asked_quarter(at)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)  # pressing twice answers once
        tie = {"person": person, "customer_id": customer, "provider_id": provider, "quarter": quarter}
        if PulseAnswer.objects.filter(**tie).exists():
            raise Refused("You have answered these for that quarter; what you said stays as it is.")
        if (customer, provider) not in {(due.customer, due.provider) for due in pulses_due(person, at)}:
            raise NotFound("Nobody asks you this: you had no promises with them in that quarter.")
        return PulseAnswer.objects.create(**tie, at=at, **dict(zip(QUESTIONS, says, strict=True)))


def asked_quarter(now: datetime) -> date:
    """The first day of the quarter that ended last (UTC)."""
    return quarter_start(quarter_start(now.astimezone(UTC).date()) - timedelta(days=1))


def _promises_of(person: Person, quarter: date) -> QuerySet[Promise]:
    start = datetime.combine(quarter, time(), UTC)
    end = datetime.combine(quarter_start(quarter + timedelta(days=100)), time(), UTC)
    open_then = Q(promised_at__lt=end) & (Q(ended_at=None) | Q(ended_at__gte=start))
    spoke = Q(asker=person) | Q(pk__in=Impression.objects.filter(author=person).values("promise"))
    return Promise.objects.filter(open_then & spoke, private=False)
