"""One run, measured: throughput, lead time, stock, use, and the money that depends on them.

All of it is counted between two moments, after the warm-up and before the end, in calendar days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kept.insight.whatif.chain import Chain, Run, Station
from kept.insight.whatif.clock import Clock
from kept.insight.whatif.draws import Dealt, Floats, deal
from kept.insight.whatif.engine import Lived, run


@dataclass(frozen=True, slots=True)
class Measured:
    """One run.

    By station: `utilisation` (nan where servers are not counted), `queue_mean` (pieces that wait there, on average over
    time), `stock_mean` (those in hand included) and `done_per_day`. Of the chain: pieces done a day, quantiles of their
    lead time in days (nan where nothing was done), and the share of its price that a piece lost by its delay (mean).
    """

    utilisation: tuple[float, ...]
    queue_mean: tuple[float, ...]
    stock_mean: tuple[float, ...]
    done_per_day: tuple[float, ...]
    throughput_per_day: float
    lead_p50: float
    lead_p85: float
    lost_share: float


@dataclass(frozen=True, slots=True)
class _Span:
    """What is counted: from the moment `begin` to the moment `end`."""

    begin: float
    end: float

    @property
    def days(self) -> float:
        return self.end - self.begin

    def overlap(self, begins: Floats, ends: Floats) -> Floats:
        """How much of each stretch of time lies within."""
        within: Floats = np.clip(np.minimum(ends, self.end) - np.maximum(begins, self.begin), 0.0, None)
        return within

    def holds(self, moments: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which of the moments lie within."""
        return (moments >= self.begin) & (moments < self.end)


def simulate(chain: Chain, how: Run, replication: int) -> Measured:
    """Deal, run and measure one replication; equal numbers are dealt to equal ones of any chain."""
    end = how.warm_up_days + how.days
    dealt = deal(chain, end, (how.seed, replication))
    return measured(chain, dealt, run(chain, dealt, end), how.warm_up_days, end)


def measured(chain: Chain, dealt: Dealt, lived: Lived, begin: float, end: float) -> Measured:
    """Measure what was lived between the moments `begin` and `end` (days)."""
    span = _Span(begin, end)
    used, queues, stocks, done = [], [], [], []
    for place, station in enumerate(chain.stations):
        here = dealt.station == place
        came, begun, ended = lived.came[here], lived.begun[here], lived.ended[here]
        used.append(_utilisation(station, span, begun, ended))
        there = np.isfinite(came)
        queues.append(float(span.overlap(came, begun)[there].sum()) / span.days)
        stocks.append(float(span.overlap(came, ended)[there].sum()) / span.days)
        done.append(int(span.holds(ended).sum()) / span.days)
    left = lived.ended[dealt.first[1:] - 1]
    finished = span.holds(left)
    lead = (left - dealt.arrivals)[finished]
    p50, p85 = np.quantile(lead, (0.5, 0.85)) if len(lead) else (np.nan, np.nan)
    throughput = int(finished.sum()) / span.days
    by_station = (tuple(used), tuple(queues), tuple(stocks), tuple(done))
    return Measured(*by_station, throughput, float(p50), float(p85), _lost(chain, lead))


def _utilisation(station: Station, span: _Span, begun: Floats, ended: Floats) -> float:
    if station.servers is None:
        return float("nan")
    there = np.isfinite(begun)
    begins = np.clip(begun[there], span.begin, span.end)
    ends = np.clip(ended[there], span.begin, span.end)
    clock = Clock.of(station)
    if clock is None:
        return float((ends - begins).sum()) / (span.days * station.servers)
    staffed = clock.worked(span.end) - clock.worked(span.begin)
    return float((clock.worked_by(ends) - clock.worked_by(begins)).sum()) / (staffed * station.servers)


def _lost(chain: Chain, lead: Floats) -> float:
    money = chain.money
    if not (money.loss_per_day_late and money.price and len(lead)):
        return 0.0
    late = np.maximum(lead - money.promised_days, 0.0)
    return float(np.minimum(late * money.loss_per_day_late / money.price, 1.0).mean())
