"""Who is a customer of whom, directly and down the line.

A tie makes a direct customer; customers of customers are indirect ones. They are never typed in, only walked to, and
each comes with the path that shows why: "you → workshop → dispatch → drivers".

Parties may be anything hashable: ids, names, objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from kept.core.errors import KeptError

P = TypeVar("P", bound=Hashable)


class TieError(KeptError):
    """A tie, or a question about ties, that makes no sense; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Tie(Generic[P]):
    """`customer` gets something from `provider`.

    `weight` says how strong the tie is, in the caller's unit (the count of hand-offs, say); `kinds` are the words for
    it, such as "depends on".
    """

    provider: P
    customer: P
    weight: float = 1
    kinds: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.weight >= 0:  # so that "not a number" is refused as well
            raise TieError(f"A tie's weight is a count or an amount, so {self.weight} cannot be one: use 0 or more.")


@dataclass(frozen=True, slots=True)
class Reached(Generic[P]):
    """A party that a walk from `asked` came to: `steps` ties away, by a path whose weakest tie weighs `strength`.

    `tie` is the last tie of the path and `via` the party before, None at the first step: so the paths form a tree, and
    each begins with the path of a nearer party.
    """

    asked: P
    party: P
    steps: int
    strength: float
    tie: Tie[P]
    via: Reached[P] | None = field(repr=False, compare=False)

    @property
    def ties(self) -> tuple[Tie[P], ...]:
        """The ties of the path, from the party asked about to this one."""
        return tuple(reached.tie for reached in self._way())

    @property
    def path(self) -> tuple[P, ...]:
        """The parties of the path: the one asked about first, this one last."""
        return (self.asked, *(reached.party for reached in self._way()))

    def _way(self) -> list[Reached[P]]:
        way = [self]
        while (via := way[-1].via) is not None:
            way.append(via)
        return way[::-1]


Neighbours = Mapping[P, Mapping[P, Tie[P]]]


@dataclass(frozen=True)
class Network(Generic[P]):
    """All ties of a company, laid out so that a walk is fast. Make one with `Network.from_ties`."""

    _customers: Neighbours[P]

    @classmethod
    def from_ties(cls, ties: Iterable[Tie[P]]) -> Network[P]:
        """A network of `ties`.

        Ties between the same two, in the same direction, become one that weighs their sum and has all their kinds. A
        tie of a party to itself is left out: nobody is their own customer.
        """
        customers: defaultdict[P, dict[P, Tie[P]]] = defaultdict(dict)
        for tie in ties:
            theirs = customers[tie.provider]
            other = theirs.get(tie.customer)
            theirs[tie.customer] = tie if other is None else _joined(other, tie)
        for party, theirs in customers.items():
            theirs.pop(party, None)
        return cls(dict(customers))

    def customers(self, party: P, *, within: int | None = None) -> tuple[Reached[P], ...]:
        """The direct and indirect customers of `party`: everyone who would notice if it stopped tomorrow.

        The nearest first, of equally near ones those with the strongest path first, then by name (`str`). The path is
        a shortest one; of those one whose weakest tie is strongest; of those the one through the party that stands
        first in this list. `within` limits the steps: 1 gives direct customers only. A party without ties has none.
        """
        return tuple(_walk(self._customers, party, within))

    def suppliers(self, party: P, *, within: int | None = None) -> tuple[Reached[P], ...]:
        """The same upstream: everyone whose stopping `party` would notice."""
        return tuple(_walk(self._providers, party, within))

    def path(self, provider: P, customer: P) -> Reached[P] | None:
        """How `customer` is a customer of `provider`, or None where it is not."""
        return next((reached for reached in _walk(self._customers, provider, None) if reached.party == customer), None)

    @cached_property
    def _providers(self) -> Neighbours[P]:
        providers: defaultdict[P, dict[P, Tie[P]]] = defaultdict(dict)
        for provider, ties in self._customers.items():
            for customer, tie in ties.items():
                providers[customer][provider] = tie
        return dict(providers)


def would_cycle(
    edges_from: Callable[[Collection[P]], Iterable[tuple[P, P]]], new_edge: tuple[P, P]
) -> tuple[P, ...] | None:
    """The cycle that `new_edge` would close, or None.

    An edge `(a, b)` says that a relies on b. `edges_from(parties)` gives the edges that leave any of `parties`; it is
    asked once for each step away from the new edge, so that only what lies ahead is ever loaded. The answer is a
    shortest such cycle: it begins and ends with the new edge's first party and has its second one next, as people say
    it ("A relies on B, which relies on C, which relies on A").
    """
    start, ahead = new_edge
    came_from: dict[P, P] = {ahead: start}
    frontier: list[P] = [ahead]
    while frontier and start not in came_from:
        found: list[P] = []
        for earlier, later in edges_from(frontier):
            if later not in came_from:
                came_from[later] = earlier
                found.append(later)
        frontier = found
    if start not in came_from:
        return None
    cycle = [start]
    while len(cycle) == 1 or cycle[-1] != start:
        cycle.append(came_from[cycle[-1]])
    return tuple(reversed(cycle))


def _walk(neighbours: Neighbours[P], start: P, within: int | None) -> Iterator[Reached[P]]:
    """Everyone who can be reached from `start`, level by level, each level in the order that `customers` promises."""
    if within is not None and within < 1:
        raise TieError(f"{within} steps lead nowhere: ask for 1 or more, or set no limit.")
    seen = {start}
    level = _in_order(
        Reached(start, party, 1, tie.weight, tie, None) for party, tie in neighbours.get(start, {}).items()
    )
    while level:
        yield from level
        if level[0].steps == within:
            return
        seen.update(reached.party for reached in level)
        level = _in_order(_one_step_on(neighbours, level, seen))


def _one_step_on(neighbours: Neighbours[P], level: list[Reached[P]], seen: set[P]) -> Iterator[Reached[P]]:
    """Those not seen yet, each by the strongest path; of equally strong ones by the one that comes first in `level`."""
    best: dict[P, tuple[float, Tie[P], Reached[P]]] = {}
    for via in level:
        ties = neighbours.get(via.party)
        if ties is None or seen.issuperset(ties):  # mostly so near the end of a walk, and quick to see
            continue
        for party, tie in ties.items():
            if party in seen:
                continue
            strength = tie.weight if tie.weight < via.strength else via.strength  # noqa: FURB136 min() is half as fast
            if party not in best or best[party][0] < strength:
                best[party] = strength, tie, via
    for party, (strength, tie, via) in best.items():
        yield Reached(via.asked, party, via.steps + 1, strength, tie, via)


def _in_order(level: Iterable[Reached[P]]) -> list[Reached[P]]:
    return sorted(level, key=lambda reached: (-reached.strength, str(reached.party)))


def _joined(one: Tie[P], other: Tie[P]) -> Tie[P]:
    return Tie(one.provider, one.customer, one.weight + other.weight, one.kinds | other.kinds)
