"""Chains made up at random, with or without a planted culprit: what a trace must find, and what it must leave alone.

Their noise is like that of the real logs. Per team and activity with 20 stays or more, the logs' times have a standard
deviation of log(seconds + 60) between 0.4 and 3.1, the middle about 1.2 to 1.8 (ServiceNow 0.44–2.79, Volvo
0.53–2.85, from the 10 % to the 90 % quantile), and medians from minutes to days. Nothing that a trace is told comes
from how a chain was made: what is usual is learned from a history of comparable work, as it would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from kept.insight.trace.chain import Chain, Link, Seconds
from kept.insight.trace.noise import usual_until_s
from kept.insight.trace.usual import usual

MOST_LINKS: Final = 12
HISTORY: Final = 60
"""Comparable pieces of work that a link's usual time is learned from, at the most; 20 at the least."""
SPREADS: Final = (0.5, 2.8)
MEDIANS_S: Final = (300.0, 400_000.0)
DAY_S: Final = 86_400.0


@dataclass(frozen=True)
class MadeUp:
    """A chain, and the key of the link that was held up (None: none was)."""

    chain: Chain
    planted: str | None


def made_up(random: np.random.Generator, *, times_held_up: float = 0.0) -> MadeUp:
    """A chain of 2 to 12 links, a line in one of three, else any links before may be relied on.

    With `times_held_up` one link is held up by that many times the span from the usual end of such a chain to its
    latest usual one. The link is any of the chain whose delay the end waits for.
    """
    count = int(random.integers(2, MOST_LINKS + 1))
    medians = np.exp(random.uniform(*np.log(MEDIANS_S), count))
    spreads = random.uniform(*SPREADS, count)
    relies_on = _line(count) if random.random() < 1 / 3 else _dag(random, count)
    histories = [_noise(random, medians[n], spreads[n], int(random.integers(20, HISTORY + 1))) for n in range(count)]
    own = np.array([_noise(random, medians[n], spreads[n], 1)[0] for n in range(count)])
    chain = _chain(own, relies_on, histories)
    if not times_held_up:
        return MadeUp(chain, None)
    span = usual_until_s(chain) - chain.expected_s
    place = int(random.integers(count))
    own[place] += times_held_up * span
    return MadeUp(_chain(own, relies_on, histories), str(place))


def _noise(random: np.random.Generator, median: float, spread: float, count: int) -> Seconds:
    return np.asarray(median * np.exp(spread * random.standard_normal(count)))


def _line(count: int) -> list[tuple[int, ...]]:
    return [(n - 1,) if n else () for n in range(count)]


def _dag(random: np.random.Generator, count: int) -> list[tuple[int, ...]]:
    """Each link relies on some before it; the last on all that nothing else does, so that the end waits for all."""
    relies_on = [tuple(before for before in range(n) if random.random() < 1.5 / max(n, 1)) for n in range(count)]
    relied = {on for inputs in relies_on[:-1] for on in inputs}
    relies_on[-1] = tuple(n for n in range(count - 1) if n not in relied)
    return relies_on


def _chain(own: Seconds, relies_on: list[tuple[int, ...]], histories: list[Seconds]) -> Chain:
    ends: list[float] = []
    for n, time in enumerate(own):
        ends.append(max((ends[on] for on in relies_on[n]), default=DAY_S) + float(time))
    links = []
    for n, inputs in enumerate(relies_on):
        expected = usual(histories[n])
        assert expected is not None
        keys = tuple(str(on) for on in inputs)
        links.append(Link(key=str(n), team=f"Team {n}", end=ends[n], expected=expected, relies_on=keys))
    return Chain(DAY_S, tuple(links))
