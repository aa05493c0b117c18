"""Until when an end is nothing unusual: the replay of a chain whose links vary as comparable work does."""

from __future__ import annotations

from typing import Final

import numpy as np

from kept.insight.trace.chain import SHORTEST_S, Chain, Seconds

LEVEL: Final = 0.985
"""An end is beyond the usual where fewer than 3 in 200 chains of just such links would end as late."""
DRAWS: Final = 2_000
SEED: Final = 20_260_104
_NORMAL: dict[int, Seconds] = {}


def usual_until_s(chain: Chain) -> float:
    """The latest usual end, in seconds after the chain's begin: the 98.5 % quantile of 2,000 replays.

    In each the links take times drawn around what was expected, log-normal with their spread. The draws are the same
    each time, so the same chain always gives the same answer.
    """
    middle = np.log(chain.expected + SHORTEST_S)
    spread = np.array([link.expected.spread for link in chain.links])
    own = np.maximum(np.exp(middle + spread * _normal(len(chain.links))) - SHORTEST_S, 0.0)
    return float(np.quantile(chain.end_after(own), LEVEL))


def _normal(links: int) -> Seconds:
    """The same standard normal draws for every chain of so many links (draws, links)."""
    if links not in _NORMAL:
        _NORMAL[links] = np.random.default_rng(SEED + links).standard_normal((DRAWS, links))
    return _NORMAL[links]
