"""Sums of answers that give no single one away, however they are combined.

Answers are shut into **blocks** of at least `FLOOR`, once and for good, and whatever is published is a sum over whole
blocks. Any difference, and any other combination, of such sums is then again one of whole blocks: it can tell nothing
about fewer answers than the smallest block holds, whichever filters, periods or teams were put together.

How blocks come about depends on when answers came and where they belong, never on what they say, so the blocks
themselves tell nothing either. An answer waits in its finest place, such as one customer's answers about one result.
Five of them make a block. At the end of a month what still waits for a result goes on to its tie, at the end of a
quarter what still waits for a tie goes on to its provider, where it waits as long as it takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

FLOOR = 5
"""The fewest answers of which a sum is ever shown."""

Place = tuple[int, ...]
"""Where an answer belongs: (provider, customer, result), (provider, customer) or (provider,)."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slip(Generic[T]):
    """One answer, as it is dropped into the box: `at` is the moment from which it cannot be taken back any more.

    `number` orders those of the same moment.
    """

    at: datetime
    number: int
    place: Place
    says: T


@dataclass(frozen=True, slots=True)
class Block(Generic[T]):
    """At least `FLOOR` answers that are only ever shown together: their place, when the last came, what they say."""

    place: Place
    closed_at: datetime
    says: tuple[T, ...]


def blocks(slips: Iterable[Slip[T]], upto: datetime) -> list[Block[T]]:
    """The blocks that the answers before the aware moment `upto` make, in the order in which they closed.

    Later answers only add blocks: those of an earlier `upto` stay as they are.
    """
    box: _Box[T] = _Box()
    last: datetime | None = None
    for slip in sorted((one for one in slips if one.at < upto), key=lambda one: (one.at, one.number)):
        for boundary in _months_between(last, slip.at):
            box.pass_on(boundary)
        last = slip.at
        box.drop(slip)
    for boundary in _months_between(last, upto):
        box.pass_on(boundary)
    return box.closed


class _Box(Generic[T]):
    """Answers that wait, by place, and the blocks that have closed."""

    def __init__(self) -> None:
        self.waiting: dict[Place, list[T]] = defaultdict(list)
        self.closed: list[Block[T]] = []

    def drop(self, slip: Slip[T]) -> None:
        self.waiting[slip.place].append(slip.says)
        self._close(slip.place, slip.at)

    def pass_on(self, boundary: datetime) -> None:
        """A month begins: what waits for a result goes on to its tie; with a quarter also from the tie on."""
        self._up(3, boundary)
        if boundary.month in (1, 4, 7, 10):
            self._up(2, boundary)

    def _up(self, length: int, at: datetime) -> None:
        moved = set()
        for place in sorted(place for place in self.waiting if len(place) == length):
            self.waiting[place[:-1]].extend(self.waiting.pop(place))
            moved.add(place[:-1])
        for place in sorted(moved):
            self._close(place, at)

    def _close(self, place: Place, at: datetime) -> None:
        if len(self.waiting[place]) >= FLOOR:
            self.closed.append(Block(place, at, tuple(self.waiting.pop(place))))


def _months_between(after: datetime | None, upto: datetime) -> Iterator[datetime]:
    """The first moments of months (UTC) later than `after`, up to and with `upto`."""
    if after is None:
        return
    here = after.astimezone(UTC)
    year, month = here.year, here.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        boundary = datetime(year, month, 1, tzinfo=UTC)
        if boundary > upto:
            return
        yield boundary
