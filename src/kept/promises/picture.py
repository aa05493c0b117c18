"""The chain of a promise as a picture: steps from what it relies on, over itself, to who relies on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kept.core.chains import reached
from kept.promises.chains import Chain
from kept.promises.models import Promise
from kept.promises.standing import Standing

STEPS = 3
"""How many steps the picture shows to each side."""
MOST = 6
"""How many promises it shows in one step; those that someone should look at come first."""


@dataclass(frozen=True, slots=True)
class Node:
    """A promise in the picture; `named`: its subject may be read; `here`: the picture is about it."""

    promise: Promise
    standing: Standing
    named: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The promises that lie equally many links away, and how many more there are than it shows."""

    title: str
    nodes: list[Node]
    more: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The steps in order; `before` and `after` count the promises further off than the picture goes."""

    steps: list[Step]
    before: int
    after: int


def picture(promise: Promise, chain: Chain, stands: Mapping[int, Standing]) -> Picture | None:
    """The picture of the chain of `promise`; `None` where it stands alone. `stands` says how each promise stands."""
    up, down = reached(promise.pk, chain.up), reached(promise.pk, chain.down)
    if not up and not down:
        return None

    def step(title: str, keys: list[int]) -> Step:
        nodes = [Node(chain.promises[key], stands[key], key in chain.named, key == promise.pk) for key in keys]
        nodes.sort(key=lambda node: (_calm(node.standing), node.promise.due, node.promise.pk))
        return Step(title, nodes[:MOST], max(len(nodes) - MOST, 0))

    def steps(found: Mapping[int, int], near: str, far: str) -> list[Step]:
        levels = range(1, min(max(found.values(), default=0), STEPS) + 1)
        return [step(near if n == 1 else far, [key for key, away in found.items() if away == n]) for n in levels]

    behind = steps(up, "It relies on", "Those rely on")
    ahead = steps(down, "Relies on it", "Relies on those")
    here = step("This promise", [promise.pk])
    return Picture([*reversed(behind), here, *ahead], _beyond(up), _beyond(down))


def _beyond(found: Mapping[int, int]) -> int:
    return sum(away > STEPS for away in found.values())


def _calm(standing: Standing) -> int:
    """Those that hold something up come first, those that are done last."""
    if standing.word in ("late", "at risk", "silent"):
        return 0
    return 1 if standing.word in ("waiting on", "asked", "offered", "countered", "promised") else 2
