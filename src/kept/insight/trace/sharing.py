"""Sharing an excess out: Shapley's value of each link in "how much earlier, had these kept their time?".

A coalition's value is by how much earlier the chain would have ended, had its links taken no longer than allowed.
Links can only take less time in it, never more, so the value never falls as a coalition grows: no share is below zero.
A link that kept its time, or whose time decided nothing in any coalition, adds nothing to any: its share is zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial
from typing import Final

import numpy as np

from kept.insight.trace.chain import Chain, Seconds

EXACT_UP_TO: Final = 12
"""Links over their time; beyond it 2^n replays are too many, and orders are drawn instead."""
ORDERS_DRAWN: Final = 2_000
SEED: Final = 20_260_105
LEAST_S: Final = 1e-6
"""Moments are known to the microsecond; less is rounding."""


@dataclass(frozen=True)
class Shared:
    """An excess shared out over the links of a chain.

    `lost_s` is by how much earlier the end would have been, had every link kept its allowed time; `shares` (sum 1.0, or
    all 0.0 where nothing was lost) go with the links, `alone_s` is what each would have saved alone. `errors` are the
    standard errors of the shares: 0.0 where they are exact.
    """

    lost_s: float
    shares: Seconds
    alone_s: Seconds
    errors: Seconds


def share_out(chain: Chain, allowed: Seconds) -> Shared:
    """Share out what was lost over the times `allowed` to the links (seconds, in the order of the links)."""
    kept = np.minimum(chain.own, allowed)
    over = np.flatnonzero(chain.own - kept > LEAST_S)
    nothing = np.zeros(len(chain.links))
    if not len(over):
        return Shared(0.0, nothing, nothing, nothing)
    if chain.is_line:
        values, errors = (chain.own - kept)[over], np.zeros(len(over))
    elif len(over) <= EXACT_UP_TO:
        values, errors = _exact(chain, kept, over), np.zeros(len(over))
    else:
        values, errors = _drawn(chain, kept, over)
    total = float(values.sum())
    if total <= LEAST_S:
        return Shared(0.0, nothing, nothing, nothing)
    shares, doubts, alone = nothing.copy(), nothing.copy(), nothing.copy()
    shares[over], doubts[over] = np.maximum(values, 0.0) / np.maximum(values, 0.0).sum(), errors / total
    alone[over] = _alone(chain, kept, over)
    return Shared(total, shares, alone, doubts)


def _alone(chain: Chain, kept: Seconds, over: np.ndarray) -> Seconds:
    own = np.tile(chain.own, (len(over), 1))
    own[np.arange(len(over)), over] = kept[over]
    return chain.took_s - chain.end_after(own)


def _exact(chain: Chain, kept: Seconds, over: np.ndarray) -> Seconds:
    """Shapley's values over all coalitions; coalition number m holds player p where bit p of m is set."""
    count = len(over)
    coalitions = np.arange(1 << count)
    inside = (coalitions[:, None] >> np.arange(count)) & 1 == 1
    own = np.tile(chain.own, (len(coalitions), 1))
    own[:, over] = np.where(inside, kept[over], chain.own[over])
    value = chain.took_s - chain.end_after(own)
    sizes = inside.sum(axis=1)
    weights = np.array([factorial(s) * factorial(count - s - 1) / factorial(count) for s in range(count)])
    found = np.zeros(count)
    for player in range(count):
        without = coalitions[~inside[:, player]]
        found[player] = (weights[sizes[without]] * (value[without | (1 << player)] - value[without])).sum()
    return found


def _drawn(chain: Chain, kept: Seconds, over: np.ndarray) -> tuple[Seconds, Seconds]:
    """Shapley's values and their standard errors from orders drawn at random, each with its reverse."""
    random = np.random.default_rng(SEED)
    half = np.array([random.permutation(len(over)) for _ in range(ORDERS_DRAWN // 2)])
    orders = np.concatenate([half, half[:, ::-1]])
    rows = np.arange(len(orders))
    own = np.tile(chain.own, (len(orders), 1))
    added = np.zeros((len(orders), len(over)))
    before = chain.end_after(own)
    for turn in orders.T:
        links = over[turn]
        own[rows, links] = kept[links]
        after = chain.end_after(own)
        added[rows, turn] = before - after
        before = after
    # An order and its reverse belong together: their mean is one draw.
    pairs = (added[: len(half)] + added[len(half) :]) / 2
    return pairs.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(half))
