"""The trace of a chain: was anything wrong, what was lost, and whose time it was.

What is shared out, in this order:
1. where links took longer than expected: the time by which the chain would have ended earlier without that (`OVERRUN`);
2. where none did, yet the promise was missed: the date was tighter than such work usually takes. Each link's expected
   time is cut in the proportion that would have met the date, and what it took over that is shared (`DATE`);
3. the same where the date is not known: the time itself is shared (`TIME`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from kept.insight.trace.chain import Chain, Link, Seconds
from kept.insight.trace.noise import usual_until_s
from kept.insight.trace.sharing import LEAST_S, Shared, share_out

CUTS: Final = 60


class SharedOver(StrEnum):
    """What the shares are shares of."""

    OVERRUN = "overrun"
    DATE = "date"
    TIME = "time"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class LinkTrace:
    """One link's part: its own time beside the expected, its share and that share's standard error, and by how much
    earlier the chain would have ended, had this link alone kept its time (all times in seconds).
    """

    link: Link
    own_s: float
    expected_s: float
    share: float
    share_error: float
    alone_s: float

    @property
    def over_s(self) -> float:
        """By how much it took longer than expected; 0.0 where it kept its time."""
        return max(self.own_s - self.expected_s, 0.0)


@dataclass(frozen=True, slots=True)
class ChainTrace:
    """What is found of a chain; times in seconds after its begin.

    `late` says whether the promise was missed (None: there was none), `beyond_usual` whether the end is later than such
    chains usually end. `lost_s` is what would have been saved, had no link taken longer than expected (or, for `DATE`
    and `TIME`, than the date left it). Shares sum to 1.0 within 1e-9, or are all 0.0 where nothing was wrong.
    """

    links: tuple[LinkTrace, ...]
    late: bool | None
    took_s: float
    expected_s: float
    usual_until_s: float
    promised_s: float | None
    lost_s: float
    shared_over: SharedOver

    @property
    def beyond_usual(self) -> bool:
        """Whether the end is later than the latest usual one."""
        return self.took_s > self.usual_until_s + LEAST_S

    @property
    def nothing_wrong(self) -> bool:
        """Whether there is nothing to trace: no promise was missed, and the end is not beyond the usual."""
        return self.shared_over is SharedOver.NOTHING

    def ranked(self) -> tuple[LinkTrace, ...]:
        """The links with a share, the largest first."""
        return tuple(sorted((part for part in self.links if part.share > 0), key=lambda part: -part.share))


def trace(chain: Chain, *, promised_end: float | None = None, missed: bool | None = None) -> ChainTrace:
    """Trace a chain back.

    `promised_end` is the date of the whole, on the chain's clock; `missed` says whether the promise was missed where
    that is known otherwise than from the date (None: the date decides; with neither, only what is usual does).
    """
    promised_s = None if promised_end is None else promised_end - chain.begun
    if missed is None and promised_s is not None:
        missed = chain.took_s > promised_s + LEAST_S
    usual_until = usual_until_s(chain)
    if missed or chain.took_s > usual_until + LEAST_S:
        shared, over = _shared(chain, promised_s)
    else:
        nothing = np.zeros(len(chain.links))
        shared, over = Shared(0.0, nothing, nothing, nothing), SharedOver.NOTHING
    columns = (chain.links, chain.own, chain.expected, shared.shares, shared.errors, shared.alone_s)
    parts = tuple(
        LinkTrace(link, float(own), float(expected), float(share), float(error), float(alone))
        for link, own, expected, share, error, alone in zip(*columns, strict=True)
    )
    return ChainTrace(
        parts, missed, chain.took_s, chain.expected_s, usual_until, promised_s, shared.lost_s, over
    )  # fmt: skip


def _shared(chain: Chain, promised_s: float | None) -> tuple[Shared, SharedOver]:
    shared = share_out(chain, chain.expected)
    if shared.lost_s > 0:
        return shared, SharedOver.OVERRUN
    if promised_s is not None and 0 < promised_s < chain.took_s:
        shared = share_out(chain, _cut(chain, promised_s))
        if shared.lost_s > 0:
            return shared, SharedOver.DATE
    shared = share_out(chain, np.zeros(len(chain.links)))
    return shared, SharedOver.TIME if shared.lost_s > 0 else SharedOver.NOTHING


def _cut(chain: Chain, promised_s: float) -> Seconds:
    """The expected times, cut in one proportion so that the chain would have met the date; found by halving."""
    low, high = 0.0, 1.0
    for _ in range(CUTS):
        middle = (low + high) / 2
        if float(chain.end_after((chain.expected * middle)[None, :])[0]) <= promised_s:
            low = middle
        else:
            high = middle
    return chain.expected * low
