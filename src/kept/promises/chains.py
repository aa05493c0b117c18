"""The chains of promises, as far as somebody may know of them: what is to be expected when, and who is down the line.

A chain is read in one query, however long it is; `walking` says how far it goes. A private promise that is not the
viewer's is left out, with all that only it leads to; of the others that the viewer does not see in full, state, dates
and the two parties are known, never what they are about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kept.core import durations
from kept.core.chains import AWAITED, Cause, Foreseen, Link, foresee, reached
from kept.people.models import Party, Person
from kept.promises.access import visible_to
from kept.promises.models import Promise
from kept.promises.walking import Pairs, Way, walk


@dataclass(frozen=True, slots=True)
class Chain:
    """Promises that hang together. `up` and `down` lead from a promise to those that it relies on, and to those that
    rely on it; `named` are those whose subject the viewer may read; `foreseen` when the open ones are to be expected.
    """

    promises: Mapping[int, Promise]
    up: Mapping[int, list[int]]
    down: Mapping[int, list[int]]
    named: frozenset[int]
    foreseen: Mapping[int, Foreseen[int]]

    def called(self, key: int) -> str:
        """A promise in words that the viewer may read."""
        promise = self.promises.get(key)
        if promise is None:
            return "something else"
        if key in self.named:
            return f"“{promise.what}” from {promise.provider}"
        return f"what {promise.customer} gets from {promise.provider}"

    def why(self, key: int) -> str:
        """Why the promise is to be expected after its date, in one sentence; "" where it is not."""
        foreseen = self.foreseen.get(key)
        if foreseen is None or foreseen.cause is None:
            return ""
        late = durations.roughly(foreseen.slip)
        if foreseen.cause is Cause.LATE:
            return f"Its date passed {late} ago, and nothing has been delivered."
        if foreseen.cause is Cause.WORD or foreseen.through is None:
            return f"{self.promises[key].provider} expects it {late} after its date."
        through = foreseen.through
        slip = durations.roughly(self.foreseen[through].slip)
        began = ""
        if foreseen.origin not in (None, through) and foreseen.origin in self.promises:
            began = f"; it began with {self.promises[foreseen.origin].provider}"
        return f"It waits for {self.called(through)}, which is likely {slip} late{began}."

    def waits_for(self, key: int) -> str:
        """What the promise still waits for, in one sentence; "" where there is nothing."""
        foreseen = self.foreseen.get(key)
        if foreseen is None or foreseen.waiting is None:
            return ""
        return f"It waits for {self.called(foreseen.waiting.on)}."


@dataclass(frozen=True, slots=True)
class Hurt:
    """Who waits down the line: how many open promises, and the outside customers at the end."""

    count: int
    outside: tuple[str, ...]

    @property
    def words(self) -> str:
        """The same in one sentence; "" for nobody."""
        if not self.count:
            return ""
        waits = "1 promise down the line waits" if self.count == 1 else f"{self.count} promises down the line wait"
        end = f", up to {_listed(self.outside)}" if self.outside else ""
        return f"{waits} for it{end}."


NOBODY = Hurt(0, ())


def upstream(promises: Collection[Promise], viewer: Person, now: datetime) -> Chain:
    """What each of `promises` (which the viewer sees in full) still waits for, with all that lies behind it."""
    waiting = {one.pk: one for one in promises if one.state in AWAITED}
    up = walk(waiting, Way.UP, AWAITED)
    return _chain(waiting, up, viewer, now)


def downstream(promises: Collection[Promise], viewer: Person) -> dict[int, Hurt]:
    """Who is hurt if one of `promises` (which the viewer sees in full) slips, by its id."""
    down, known = line_down(promises, viewer)
    return {one.pk: hurt_by(one.pk, down, known) for one in promises if one.state in AWAITED}


def line_down(promises: Collection[Promise], viewer: Person) -> tuple[Pairs, dict[int, Promise]]:
    """From each of `promises` (which the viewer sees in full) to the open ones that rely on it, and so on down the
    line; and all of them, by id.
    """
    given = {one.pk: one for one in promises if one.state in AWAITED}
    down = walk(given, Way.DOWN, AWAITED)
    known, _ = _load(given, down, viewer)
    return _within(down, known), known


def around(promise: Promise, viewer: Person, now: datetime) -> Chain:
    """The whole chain of one promise that the viewer sees in full: what it relies on and who relies on it, whether
    delivered or not, and whatever else decides when those are to be expected.
    """
    given = {promise.pk: promise}
    down = walk(given, Way.DOWN)
    start = {promise.pk}.union(*down.values())
    up = walk(start, Way.UP)
    whole = _chain(given, up, viewer, now)
    in_line = {promise.pk, *reached(promise.pk, whole.up), *reached(promise.pk, whole.down)}
    known = {key: one for key, one in whole.promises.items() if key in in_line or key in whole.named}
    return replace(whole, promises=known)


def still_open(promise_ids: Collection[int], viewer: Person) -> int:
    """Of how many of these promises nothing has been delivered yet; what is private to others is not counted."""
    if not promise_ids:
        return 0
    waited_for = Promise.objects.filter(pk__in=promise_ids, state__in=AWAITED).values_list("pk", "private")
    found = list(waited_for)
    hidden = [key for key, private in found if private]
    named = visible_to(viewer).filter(pk__in=hidden).count() if hidden else 0
    return len(found) - len(hidden) + named


def down_the_line(promise: Promise) -> list[Promise]:
    """The open promises that rely on `promise`, directly or down the line, whoever may see them: to tell their own
    people what a change means for them. Each with its two parties.
    """
    down = walk({promise.pk}, Way.DOWN, AWAITED)
    below = {one for others in down.values() for one in others} - {promise.pk}
    if not below:
        return []
    rows = Promise.objects.filter(pk__in=below).select_related("customer", "provider", "likelihood")
    return list(rows.order_by("pk"))


def alone(promise: Promise, now: datetime) -> Chain:
    """One promise as if it stood alone: by its own word. For those who see no more of it than state and dates."""
    links = [_link(promise, {})] if promise.state in AWAITED else []
    return Chain({promise.pk: promise}, {}, {}, frozenset(), foresee(links, now))


# --- reading ------------------------------------------------------------------------------------------------------


def _chain(given: Mapping[int, Promise], up: Pairs, viewer: Person, now: datetime) -> Chain:
    promises, named = _load(given, up, viewer)
    up = _within(up, promises)
    down: Pairs = {}
    for one, others in up.items():
        for other in others:
            down.setdefault(other, []).append(one)
    links = [_link(one, up) for one in promises.values() if one.state in AWAITED]
    return Chain(promises, up, down, named, foresee(links, now))


def _link(promise: Promise, up: Mapping[int, list[int]]) -> Link[int]:
    return Link(
        key=promise.pk, due=promise.due, begun=promise.promised_at or promise.opened_at, expected=promise.expected,
        dated_at=promise.dated_at, relies_on=tuple(up.get(promise.pk, ())),
    )  # fmt: skip


def _load(given: Mapping[int, Promise], pairs: Pairs, viewer: Person) -> tuple[dict[int, Promise], frozenset[int]]:
    """The promises of `pairs` that the viewer may know of, and which of them in full; `given` are known already."""
    others = set(pairs).union(*pairs.values()) - set(given)
    if not others:
        return dict(given), frozenset(given)
    rows = Promise.objects.filter(pk__in=others).select_related("customer", "provider", "likelihood")
    named = set(visible_to(viewer).filter(pk__in=others).values_list("pk", flat=True))
    known = {row.pk: row for row in rows if not row.private or row.pk in named}
    return dict(given) | known, frozenset(named | set(given))


def _within(pairs: Pairs, known: Collection[int]) -> Pairs:
    """The links between promises that the viewer may know of."""
    return {one: [other for other in others if other in known] for one, others in pairs.items() if one in known}


def hurt_by(key: int, down: Pairs, known: Mapping[int, Promise]) -> Hurt:
    """Who waits down the line of one promise, of what `line_down` gave."""
    steps = reached(key, down)
    ends = [known[one].customer for one in sorted(steps, key=lambda one: (-steps[one], one))]
    outside = dict.fromkeys(party.name for party in ends if party.kind == Party.Kind.OUTSIDE)
    return Hurt(len(steps), tuple(outside))


def _listed(names: Iterable[str]) -> str:
    first, *rest = names
    if not rest:
        return first
    return f"{first} and {rest[0] if len(rest) == 1 else f'{len(rest)} others'}"
