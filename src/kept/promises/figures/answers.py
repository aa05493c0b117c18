"""What customers answered, added up so that no sum and no difference of sums gives a few of them away.

Only what nobody signed is in the sums; what was signed stands beside them by name. `core.anonymity` says how.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import Exists, OuterRef, QuerySet

from kept.core.anonymity import Block, Slip, blocks
from kept.core.statistics import Share, wilson
from kept.core.terms import Answer
from kept.promises.figures.boxes import ANSWERS, PULSES, QUESTIONS, Box, Place, Said, Sums, said, whole
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import Scope
from kept.promises.models import Impression, Promise

Shut = Callable[[Period], Iterable[tuple[Place, Sums]]]
"""What the database tells of the blocks that it holds and that closed in a period."""


def nothing_shut(_period: Period) -> Iterable[tuple[Place, Sums]]:
    """Where no block is stored."""
    return ()


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
    """All answers about some providers as they lie in their blocks; every sum is over whole blocks.

    Those given here are blocked here; the blocks that the database holds already are told by `shut` and `shut_pulses`.
    """

    def __init__(
        self,
        impressions: Iterable[Slip[Said]],
        pulses: Iterable[Slip[Said]],
        now: datetime,
        shut: Shut = nothing_shut,
        shut_pulses: Shut = nothing_shut,
    ) -> None:
        self._impressions = _Lying(blocks(impressions, now), 2, shut)
        self._pulses = _Lying(blocks(pulses, now), len(QUESTIONS), shut_pulses)

    def told(self, scope: Scope, period: Period) -> Told:
        """What customers told of a scope's deliveries, in the blocks that closed in the period."""
        return Told(*self._impressions.counted(scope, period))

    def pulse(self, scope: Scope, period: Period) -> Pulse:
        """What customers answered to the three questions; about no single result."""
        return Pulse(*self._pulses.counted(scope, period))


class _Lying:
    """Blocks by provider and by customer: those that closed here, and those of the database, read once a period."""

    def __init__(self, closed: Iterable[Block[Said]], parts: int, shut: Shut) -> None:
        self._closed = [(block.closed_at, (whole(block.place), said(block.says, parts))) for block in closed]
        self._parts, self._shut = parts, shut
        self._read: dict[tuple[datetime, datetime], _Places] = {}

    def counted(self, scope: Scope, period: Period) -> list[Counted]:
        """How often each word was said, for each part of an answer."""
        key = period.start, period.end
        if key not in self._read:
            here = (lying for closed_at, lying in self._closed if period.start <= closed_at < period.end)
            self._read[key] = _Places.of(chain(here, self._shut(period)))
        sums = [sum(column) for column in zip(*self._read[key].inside(scope), strict=True)] or [0] * (3 * self._parts)
        return [Counted(*sums[3 * part : 3 * part + 3]) for part in range(self._parts)]


@dataclass(frozen=True, slots=True)
class _Places:
    by_provider: dict[int, list[tuple[Place, Sums]]]
    by_customer: dict[int | None, list[tuple[Place, Sums]]]

    @classmethod
    def of(cls, lying: Iterable[tuple[Place, Sums]]) -> _Places:
        found = cls(defaultdict(list), defaultdict(list))
        for place, sums in lying:
            found.by_provider[place[0]].append((place, sums))
            found.by_customer[place[1]].append((place, sums))
        return found

    def inside(self, scope: Scope) -> Iterator[Sums]:
        """The blocks all of whose answers belong to the scope."""
        for place, sums in self._near(scope):
            if place[0] in scope.providers and scope.result in {None, place[2]}:
                yield sums

    def _near(self, scope: Scope) -> Iterable[tuple[Place, Sums]]:
        if scope.customer is not None:
            return self.by_customer.get(scope.customer, ())
        return chain.from_iterable(self.by_provider.get(provider, ()) for provider in scope.providers)


def answers_about(providers: frozenset[int], now: datetime) -> Answers:
    """The answers about these providers; two queries for those that wait, and two a period for what is shut."""
    return Answers(
        _waiting(ANSWERS, providers, now), _waiting(PULSES, providers, now), now,
        lambda period: ANSWERS.shut(providers, period, now), lambda period: PULSES.shut(providers, period, now),
    )  # fmt: skip


def _waiting(box: Box, providers: frozenset[int], now: datetime) -> Iterator[Slip[Said]]:
    answers = box.waiting(now).filter(**{f"{box.provider}__in": providers})
    return (Slip(slip.at, slip.number, slip.place, slip.says[1]) for slip in box.slips(answers))


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
        .filter(signed=True, own_side=False, at__gte=period.start, at__lt=period.end)
        .filter(Exists(visible.filter(pk=OuterRef("promise"))))
        .order_by("-at", "-pk")
    )
    columns = ("promise_id", "promise__what", "author__name", "answer", "provider_answer", "at")
    return [Signed(*row) for row in rows.values_list(*columns)[:most]]


BEST = {Answer.EASIER: "easier", "yes": "easier", Answer.PARTLY: "partly", Answer.NO: "no"}


def _counted(says: Iterable[str]) -> Counted:
    return Counted(**Counter(BEST[each] for each in says))
