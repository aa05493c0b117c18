"""What customers answered, added up so that no sum and no difference of sums gives a few of them away.

Only what nobody signed is in the sums; what was signed stands beside them by name. `core.anonymity` says how.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from kept.core.anonymity import Block, Slip, blocks
from kept.core.statistics import Share, wilson
from kept.core.terms import Answer
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import Scope
from kept.promises.models import Impression, Promise, PulseAnswer

QUESTIONS = ("trust", "count_on", "care")
PULSE_SETTLES = timedelta(days=1)
Said = tuple[str, ...]
"""What one answer says: of an impression the customer's and the provider's, of a pulse its three."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each word was said; `n` times in all."""

    easier: int = 0
    partly: int = 0
    no: int = 0

    @property
    def n(self) -> int:
        """How many answers."""
        return self.easier + self.partly + self.no

    @property
    def share(self) -> Share:
        """The share of the best answer, with its interval."""
        return wilson(self.easier, self.n)

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.easier + other.easier, self.partly + other.partly, self.no + other.no)


NONE = Counted()


@dataclass(frozen=True, slots=True)
class Told:
    """The answers that are published: the customers', and the providers' own to the same deliveries."""

    customers: Counted = NONE
    providers: Counted = NONE

    @property
    def gap(self) -> int | None:
        """By how many points (of a hundred) the providers say "easier" more often than their customers do."""
        if not self.customers.n:
            return None
        return round(100 * (self.providers.easier - self.customers.easier) / self.customers.n)

    def __add__(self, other: Told) -> Told:
        return Told(self.customers + other.customers, self.providers + other.providers)


@dataclass(frozen=True, slots=True)
class Pulse:
    """The three questions of the quarter, published: can I trust them, can I count on them, do they care."""

    trust: Counted = NONE
    count_on: Counted = NONE
    care: Counted = NONE

    def __add__(self, other: Pulse) -> Pulse:
        return Pulse(self.trust + other.trust, self.count_on + other.count_on, self.care + other.care)


@dataclass(frozen=True, slots=True)
class Signed:
    """An answer with its author's name under it."""

    promise: int
    what: str
    author: str
    answer: str
    provider_answer: str
    at: datetime


class Answers:
    """All answers about some providers as they lie in their blocks; every sum is over whole blocks."""

    def __init__(self, impressions: Iterable[Slip[Said]], pulses: Iterable[Slip[Said]], now: datetime) -> None:
        self._impressions = _by_provider(blocks(impressions, now))
        self._pulses = _by_provider(blocks(pulses, now))

    def told(self, scope: Scope, period: Period) -> Told:
        """What customers told of a scope's deliveries, in the blocks that closed in the period."""
        says = _inside(self._impressions, scope, period)
        return Told(_counted(each[0] for each in says), _counted(each[1] for each in says))

    def pulse(self, scope: Scope, period: Period) -> Pulse:
        """What customers answered to the three questions; about no single result."""
        says = _inside(self._pulses, scope, period)
        return Pulse(*(_counted(each[place] for each in says) for place in range(len(QUESTIONS))))


def answers_about(providers: frozenset[int], now: datetime) -> Answers:
    """The answers about these providers; two queries, over all that was ever answered about them."""
    given = Impression.objects.filter(
        promise__provider__in=providers, promise__private=False, signed=False, own_side=False, settles_at__lt=now
    ).values_list(
        "promise",
        "settles_at",
        "promise__provider",
        "promise__customer",
        "promise__result",
        "answer",
        "provider_answer",
    )
    asked = PulseAnswer.objects.filter(provider__in=providers, at__lt=now - PULSE_SETTLES).values_list(
        "pk", "at", "provider_id", "customer_id", *QUESTIONS
    )
    return Answers(
        [Slip(at, promise, _place(*where), (answer, own)) for promise, at, *where, answer, own in given],
        [Slip(row[1] + PULSE_SETTLES, row[0], (row[2], row[3]), row[4:]) for row in asked],
        now,
    )


def own_answers(provider: int, customer: int, result: int | None, period: Period) -> Counted:
    """All answers of one customer about one provider, for the customer's own side alone."""
    rows = Impression.objects.filter(
        promise__provider=provider, promise__customer=customer, promise__private=False, at__gte=period.start,
        at__lt=period.end,
    )  # fmt: skip
    if result is not None:
        rows = rows.filter(promise__result=result)
    return _counted(rows.values_list("answer", flat=True))


def signed(scope: Scope, period: Period, visible: QuerySet[Promise], most: int = 20) -> list[Signed]:
    """The signed answers of a scope in the promises `visible` (a queryset), the newest first."""
    rows = (
        Impression.objects.filter(scope.given_by("promise__provider", "promise__") & scope.narrowed("promise__"))
        .filter(signed=True, own_side=False, at__gte=period.start, at__lt=period.end, promise__in=visible)
        .order_by("-at", "-pk")
    )
    columns = ("promise_id", "promise__what", "author__name", "answer", "provider_answer", "at")
    return [Signed(*row) for row in rows.values_list(*columns)[:most]]


def _place(provider: int, customer: int, result: int | None) -> tuple[int, ...]:
    return (provider, customer) if result is None else (provider, customer, result)


def _by_provider(closed: Iterable[Block[Said]]) -> dict[int, list[Block[Said]]]:
    found: dict[int, list[Block[Said]]] = defaultdict(list)
    for block in closed:
        found[block.place[0]].append(block)
    return dict(found)


def _inside(closed: Mapping[int, list[Block[Said]]], scope: Scope, period: Period) -> list[Said]:
    return [
        said
        for provider in sorted(scope.providers)
        for block in closed.get(provider, ())
        if period.start <= block.closed_at < period.end and _within(block.place, scope)
        for said in block.says
    ]


def _within(place: tuple[int, ...], scope: Scope) -> bool:
    """Whether all answers of a block about a provider of the scope belong to it."""
    _, customer, result = (*place, None, None)[:3]
    if scope.customer is not None and customer != scope.customer:
        return False
    return scope.result is None or result == scope.result


BEST = {Answer.EASIER: "easier", "yes": "easier", Answer.PARTLY: "partly", Answer.NO: "no"}


def _counted(says: Iterable[str]) -> Counted:
    return Counted(**Counter(BEST[each] for each in says))
