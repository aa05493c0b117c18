"""A thousand chains with a planted culprit, and a thousand with nothing wrong. benchmarks/trace draws more."""

from __future__ import annotations

import numpy as np

from insight.trace.made_up import made_up
from kept.insight.trace.tracing import trace

CHAINS = 1_000
HELD_UP = 2.0


def test_nothing_wrong_is_said_where_nothing_is() -> None:
    random = np.random.default_rng(1)
    said = sum(trace(made_up(random).chain).nothing_wrong for _ in range(CHAINS))
    assert said >= 0.95 * CHAINS


def test_the_planted_culprit_is_ranked_first() -> None:
    random = np.random.default_rng(2)
    first = 0
    for _ in range(CHAINS):
        made = made_up(random, times_held_up=HELD_UP)
        ranked = trace(made.chain).ranked()
        first += bool(ranked) and ranked[0].link.key == made.planted
    assert first >= 0.95 * CHAINS
