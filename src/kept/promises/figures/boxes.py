"""Where unsigned answers lie: those that wait, row by row, and those shut into blocks, added up by the database.

Replaying only those that wait gives the blocks that have closed since the last were written: what waits today never
were five in one place before, or they would have been shut there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from kept.core.anonymity import Slip
from kept.promises.figures.periods import Period
from kept.promises.models import AnswerBlock, Impression, PulseAnswer, PulseBlock

QUESTIONS = ("trust", "count_on", "care")
PULSE_SETTLES = timedelta(days=1)
WORDS = {"easier": 0, "yes": 0, "partly": 1, "no": 2}
Said = tuple[str, ...]
"""What one answer says: of an impression the customer's and the provider's, of a pulse its three."""
Place = tuple[int, int | None, int | None]
"""Provider, customer, result; nothing where it lies no finer."""
Sums = tuple[int, ...]
"""How often the best, the middle and the worst word was said, for each part of `Said` after the other."""


@dataclass(frozen=True, slots=True)
class Box:
    """One kind of answers: its rows, its blocks, and of both the columns.

    `every` gives all that may come into a block, `settled` which of them were final before a moment; `slip` reads
    one of `columns`, the first of which is the row's own id; `sums` are the columns of a block.
    """

    blocks: type[AnswerBlock | PulseBlock]
    every: Callable[[], QuerySet[Any]]
    settled: Callable[[datetime], Q]
    provider: str
    columns: tuple[str, ...]
    slip: Callable[[tuple[Any, ...]], Slip[tuple[int, Said]]]
    sums: tuple[str, ...]

    def waiting(self, upto: datetime) -> QuerySet[Any]:
        """The answers that were final before `upto` and lie in no block yet."""
        return self.every().filter(self.settled(upto), waits=True)

    def slips(self, answers: QuerySet[Any]) -> Iterator[Slip[tuple[int, Said]]]:
        """These answers; each says its row's id, and what it says."""
        return map(self.slip, answers.order_by().values_list(*self.columns).iterator(chunk_size=2000))

    def shut(self, providers: frozenset[int], period: Period, now: datetime) -> Iterator[tuple[Place, Sums]]:
        """The sums of the blocks about these providers that closed in the period and before now, by place. A query."""
        inside = Q(provider__in=providers, closed_at__gte=period.start, closed_at__lt=min(period.end, now))
        rows = self.blocks.objects.filter(inside).order_by()
        for row in rows.values_list("provider_id", "customer_id", "result_id").annotate(*map(Sum, self.sums)):
            yield row[:3], row[3:]


def whole(place: tuple[int, ...]) -> Place:
    """The place with nothing where it lies no finer."""
    _, customer, result = (*place, None, None)[:3]
    return place[0], customer, result


def said(says: Iterable[Said], parts: int) -> Sums:
    """What some answers say in all."""
    sums = [0] * (3 * parts)
    for each in says:
        for part, word in enumerate(each):
            sums[3 * part + WORDS[word]] += 1
    return tuple(sums)


def _impressions() -> QuerySet[Any]:
    return Impression.objects.filter(signed=False, own_side=False, promise__private=False)


def _impression(row: tuple[Any, ...]) -> Slip[tuple[int, Said]]:
    pk, promise, settles_at, provider, customer, result, *words = row
    return Slip(settles_at, promise, place(provider, customer, result), (pk, tuple(words)))


def _pulse(row: tuple[Any, ...]) -> Slip[tuple[int, Said]]:
    pk, at, provider, customer, *words = row
    return Slip(at + PULSE_SETTLES, pk, (provider, customer), (pk, tuple(words)))


def place(provider: int, customer: int, result: int | None) -> tuple[int, ...]:
    """The finest place in which an answer waits."""
    return (provider, customer) if result is None else (provider, customer, result)


ANSWERS = Box(
    AnswerBlock, _impressions, lambda upto: Q(settles_at__lt=upto), "promise__provider",
    ("pk", "promise", "settles_at", "promise__provider", "promise__customer", "promise__result", "answer",
     "provider_answer"),
    _impression, ("easier", "partly", "no", "own_easier", "own_partly", "own_no"),
)  # fmt: skip
PULSES = Box(
    PulseBlock, PulseAnswer.objects.all, lambda upto: Q(at__lt=upto - PULSE_SETTLES), "provider",
    ("pk", "at", "provider", "customer", *QUESTIONS), _pulse,
    tuple(f"{question}_{word}" for question in QUESTIONS for word in ("yes", "partly", "no")),
)  # fmt: skip
