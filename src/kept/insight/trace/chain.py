"""A chain of links, and its replay: when would the end have been, had these links kept their time?

A link begins when all that it relies on has ended; its own time runs from there to its end. So no link is ever charged
for waiting that another caused. What a team had to do at the same time elsewhere is not in the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kept.core.errors import KeptError

Seconds = NDArray[np.float64]
SHORTEST_S: Final = 60.0
"""Times are compared on a logarithmic scale of (seconds + this): below a minute, differences mean little."""


class BadChain(KeptError):
    """A chain that makes no sense: no links, a circle, two links of one key, a link that relies on none that is
    there.
    """


class ExpectedBy(StrEnum):
    """What a link's time is measured against."""

    PROMISED = "promised"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class Expected:
    """The time that a link was expected to take from when it had all that it relies on, and how much that varies.

    `spread` is the standard deviation of log(seconds + 60) of comparable work above its median (0.0: doesn't vary);
    `like` how many comparable pieces of work this rests on (0: a promise alone).
    """

    seconds: float
    spread: float
    by: ExpectedBy = ExpectedBy.USUAL
    like: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What else is known of a link, as evidence; none of it changes its share.

    `came_back` says from whom the work came straight back, `again` that it had been here before; `returns` how often
    a delivery was returned, `chases` how often the customer had to ask, `silent_s` how long no owed update came,
    `missing` the checklist's items that lacked.
    """

    came_back: str = ""
    again: bool = False
    returns: int = 0
    chases: int = 0
    silent_s: float = 0.0
    missing: tuple[str, ...] = ()


NOTHING_KNOWN: Final = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One promise or step of a chain.

    `team` is who did it; None for time that the record doesn't show. `end` is when it ended. `relies_on` are the keys
    of the links it needed; `released` the moment before which it could not begin whatever they did (it was asked
    then).
    """

    key: str
    team: str | None
    end: float
    expected: Expected
    relies_on: tuple[str, ...] = ()
    released: float | None = None
    facts: Facts = NOTHING_KNOWN


@dataclass(frozen=True)
class Chain:
    """All links that an end rests on, and the moment `begun` at which those that rely on nothing could begin.

    Where a link ended before something that it is said to rely on, it did not wait for it: that tie is left out of
    account. Raises BadChain.
    """

    begun: float
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        keys = {link.key for link in self.links}
        if not keys or len(keys) < len(self.links):
            raise BadChain("A chain needs at least one link, and every link a key of its own.")
        strangers = [on for link in self.links for on in link.relies_on if on not in keys]
        if strangers:
            raise BadChain(f'No link of this chain is called "{strangers[0]}", yet another relies on it.')
        _ = self.order

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The places of the links in an order in which each comes after all that it relies on."""
        place = {link.key: n for n, link in enumerate(self.links)}
        graph = {n: [place[on] for on in link.relies_on] for n, link in enumerate(self.links)}
        try:
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError:
            raise BadChain("These links rely on each other in a circle: none of them could ever have begun.") from None

    @cached_property
    def inputs(self) -> tuple[tuple[int, ...], ...]:
        """For each link the places of the links that it waited for."""
        place: Mapping[str, int] = {link.key: n for n, link in enumerate(self.links)}
        return tuple(
            tuple(place[on] for on in link.relies_on if self.links[place[on]].end <= link.end) for link in self.links
        )

    @cached_property
    def own(self) -> Seconds:
        """Each link's own time: from when it had all that it relies on (and was asked) to its end; never below 0."""
        ends = [link.end - self.begun for link in self.links]
        ready = [max([self._earliest[n], *(ends[on] for on in self.inputs[n])]) for n in range(len(ends))]
        own: Seconds = np.maximum(np.array(ends) - np.array(ready), 0.0)
        return own

    @cached_property
    def expected(self) -> Seconds:
        """The time that each link was expected to take."""
        return np.array([link.expected.seconds for link in self.links])

    @cached_property
    def is_line(self) -> bool:
        """Whether each link but the first waited for the one before it alone, and nothing else held it back."""
        after_each_other = all(self.inputs[n] == (n - 1,) for n in range(1, len(self.links)))
        return after_each_other and all(link.released is None for link in self.links[1:])

    def end_after(self, own: Seconds) -> Seconds:
        """The end of the chain, in seconds after `begun`, for each row of links' own times (rows, links)."""
        ends = np.zeros_like(own)
        for n in self.order:
            ready = np.full(len(own), self._earliest[n])
            for on in self.inputs[n]:
                np.maximum(ready, ends[:, on], out=ready)
            ends[:, n] = ready + own[:, n]
        return np.asarray(ends.max(axis=1), dtype=np.float64)

    @cached_property
    def took_s(self) -> float:
        """From `begun` to the end as it was."""
        return float(self.end_after(self.own[None, :])[0])

    @cached_property
    def expected_s(self) -> float:
        """From `begun` to the end, had every link taken the time that was expected of it."""
        return float(self.end_after(self.expected[None, :])[0])

    @cached_property
    def _earliest(self) -> tuple[float, ...]:
        """When each link could begin at the earliest, in seconds after `begun`.

        A link that ended before it was asked counts as asked when it ended.
        """
        asked = (self.begun if link.released is None else min(link.released, link.end) for link in self.links)
        return tuple(max(moment - self.begun, 0.0) for moment in asked)


def line(begun: float, links: Sequence[Link]) -> Chain:
    """The chain in which each of the `links` relies on the one before it, whatever they say themselves."""
    tied = []
    for n, link in enumerate(links):
        before = (links[n - 1].key,) if n else ()
        tied.append(
            Link(key=link.key, team=link.team, end=link.end, expected=link.expected, relies_on=before, facts=link.facts)
        )
    return Chain(begun, tuple(tied))
