"""What follows along a chain: when a promise is to be expected, what it waits on, and who is down the line.

The rules, in one paragraph: a provider's own word is the date that they last gave (`expected`, else `due`); while
nothing is delivered no word lies in the past. A link **slips** by as much as it is expected after its date. A slip
moves what relies on it by as much, unless the provider of that one has named a date since the slip was known: then
their word stands. Of several slips the longest counts. Links may be anything hashable: ids, names.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Generic, TypeVar

from kept.core.acts import Deliver
from kept.core.errors import Incomplete, KeptError, Refused
from kept.core.expectations import WhileOpen
from kept.core.state import State

K = TypeVar("K", bound=Hashable)
NOTHING = timedelta(0)
AWAITED = frozenset({State.ASKED, State.OFFERED, State.COUNTERED, State.PROMISED})
"""The states in which whoever relies on a promise still waits for it: nothing has been delivered."""


class ChainError(KeptError):
    """A chain that makes no sense: a circle."""


class Cause(StrEnum):
    """Why a promise is expected after its date."""

    WORD = "word"
    """Its own provider said so."""
    LATE = "late"
    """Its date, or the one that its provider named, has passed."""
    CHAIN = "chain"
    """Something that it relies on slips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Generic[K]):
    """One promise of a chain.

    `expected` is the provider's own word where it differs from `due`; `dated_at` the moment at which the provider last
    named a date (`None`: has not promised one yet). `begun` is when the promise came to be; `relies_on` its open links.
    """

    key: K
    due: datetime
    begun: datetime
    expected: datetime | None = None
    dated_at: datetime | None = None
    relies_on: tuple[K, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting(Generic[K]):
    """The link that will come last of those that a promise still relies on, and since when both stand."""

    on: K
    since: datetime


@dataclass(frozen=True, slots=True)
class Foreseen(Generic[K]):
    """When a promise is to be expected, and why.

    `slip` is how long after its date (nothing where in time), `cause` why, known since `known_at`. Where the cause is
    the chain, `through` is the link directly before that brings the slip, and `origin` the one with which it began.
    """

    expected: datetime
    slip: timedelta
    cause: Cause | None
    known_at: datetime | None
    waiting: Waiting[K] | None
    through: K | None = None
    origin: K | None = None


def foresee(links: Iterable[Link[K]], now: datetime) -> dict[K, Foreseen[K]]:
    """When each of the open `links` is to be expected at `now`. Links that are relied on and not given are left out of
    account: they were delivered. Raises `ChainError` for a circle.
    """
    chain = {link.key: link for link in links}
    order = TopologicalSorter({key: [on for on in link.relies_on if on in chain] for key, link in chain.items()})
    found: dict[K, Foreseen[K]] = {}
    try:
        for key in order.static_order():
            found[key] = _foreseen(chain[key], chain, found, now)
    except CycleError as error:
        raise ChainError("These promises rely on each other in a circle; none of them could ever be kept.") from error
    return found


def _foreseen(link: Link[K], chain: Mapping[K, Link[K]], found: Mapping[K, Foreseen[K]], now: datetime) -> Foreseen[K]:
    before = [on for on in link.relies_on if on in found]
    waiting = _waiting(link, before, chain, found)
    own, cause, known_at = _own_word(link, now)
    slips = [on for on in before if found[on].slip > NOTHING and not _answered(link, found[on])]
    if not slips:
        origin = link.key if cause else None
        return Foreseen(own, max(own - link.due, NOTHING), cause, known_at, waiting, None, origin)
    through = max(slips, key=lambda on: found[on].slip)
    expected = own + found[through].slip
    slip = expected - link.due
    if slip <= NOTHING:
        return Foreseen(expected, NOTHING, None, None, waiting, None, None)
    return Foreseen(
        expected, slip, Cause.CHAIN, found[through].known_at, waiting, through, found[through].origin
    )  # fmt: skip


def _own_word(link: Link[K], now: datetime) -> tuple[datetime, Cause | None, datetime | None]:
    """The provider's own word, why it is after the date, and since when that is known."""
    word = link.expected or link.due
    if max(word, now) <= link.due:
        return max(word, now), None, None
    return (now, Cause.LATE, word) if word < now else (word, Cause.WORD, link.dated_at)


def _answered(link: Link[K], slip: Foreseen[K]) -> bool:
    """Whether the provider has named a date since that slip was known."""
    return link.dated_at is not None and slip.known_at is not None and link.dated_at >= slip.known_at


def _waiting(
    link: Link[K], before: list[K], chain: Mapping[K, Link[K]], found: Mapping[K, Foreseen[K]]
) -> Waiting[K] | None:
    if not before:
        return None
    last = max(before, key=lambda on: found[on].expected)
    return Waiting(last, max(link.begun, chain[last].begun))


def reached(start: K, pairs: Mapping[K, Iterable[K]]) -> dict[K, int]:
    """Everything that can be walked to from `start` along `pairs`, with the number of steps of the longest way there,
    so that in a picture by steps every arrow leads onward.
    """
    met = _met(start, pairs)
    steps = {start: 0}
    order = TopologicalSorter({one: set[K]() for one in met})
    for one in met:
        for other in pairs.get(one, ()):
            order.add(other, one)
    for one in order.static_order():
        for other in pairs.get(one, ()):
            steps[other] = max(steps.get(other, 0), steps[one] + 1)
    del steps[start]
    return steps


def _met(start: K, pairs: Mapping[K, Iterable[K]]) -> set[K]:
    met, frontier = {start}, [start]
    while frontier:
        for other in pairs.get(frontier.pop(), ()):
            if other not in met:
                met.add(other)
                frontier.append(other)
    return met


def check_delivery(act: Deliver, still_open: int, rule: WhileOpen) -> None:
    """Refuse a delivery while something that the promise relies on is open, as the agreement says.

    `still_open` counts what it relies on and has not been delivered.
    """
    if not still_open:
        return
    what = "something that this relies on is" if still_open == 1 else f"{still_open} things that this relies on are"
    if rule is WhileOpen.REFUSE:
        raise Refused(
            f"It cannot be delivered yet: {what} still open, and your agreement says to wait for it. "
            "Ask for word there, or propose new terms to your customer."
        )
    if not act.despite.strip():
        raise Incomplete(f"{what.capitalize()} still open. Say why it can be delivered all the same.", field="despite")
