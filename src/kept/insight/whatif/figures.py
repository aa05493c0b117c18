"""What a chain comes to: the exact flow and the simulated rest in one place, with money."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kept.insight.whatif.chain import Chain
from kept.insight.whatif.flow import Flow, flow, tidy
from kept.insight.whatif.intervals import Range, exactly, over
from kept.insight.whatif.measure import Measured


@dataclass(frozen=True, slots=True)
class StationFigures:
    """One station.

    Simulated: `utilisation` (0 to 1; None where servers are not counted), `queue_mean` (pieces that wait in front of
    it) and `stock_mean` (those in hand too). Exact: `throughput_per_day`, and `growth_per_day`, by which the stock in
    front of it grows for good.
    """

    name: str
    utilisation: Range | None
    queue_mean: Range
    stock_mean: Range
    throughput_per_day: float
    growth_per_day: float
    capacity_per_day: float

    def to_json(self) -> dict[str, Any]:
        """As `kept whatif --json` says it; a capacity without limit is null."""
        used = self.utilisation
        return {
            "name": self.name,
            "utilisation": used.mean if used else None,
            "queue_mean": self.queue_mean.mean,
            "throughput_per_day": self.throughput_per_day,
            "stock_mean": self.stock_mean.mean,
            "growth_per_day": self.growth_per_day,
            "capacity_per_day": self.capacity_per_day if math.isfinite(self.capacity_per_day) else None,
            "intervals": {
                "utilisation": used.to_json() if used else None,
                "queue_mean": self.queue_mean.to_json(),
                "stock_mean": self.stock_mean.to_json(),
            },
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """One chain. `flow` is exact, and so is `cost` or `revenue` a day where no storage and no delay has a price; lead
    times (days) and what depends on them are simulated. `runs` are the replications that they rest on.
    """

    flow: Flow
    stations: tuple[StationFigures, ...]
    throughput_simulated: Range
    lead_p50: Range
    lead_p85: Range
    costs: tuple[float, ...]
    revenues: tuple[float, ...]
    runs: tuple[Measured, ...]

    @property
    def cost(self) -> Range:
        """Money a calendar day that the chain costs."""
        return _range(self.costs)

    @property
    def revenue(self) -> Range:
        """Money a calendar day that it earns."""
        return _range(self.revenues)

    @property
    def margins(self) -> tuple[float, ...]:
        """What remains of the revenue after the cost, by replication."""
        return tuple(tidy(earned - spent) for earned, spent in zip(self.revenues, self.costs, strict=True))

    @property
    def bottleneck(self) -> str | None:
        """The station that limits the chain, or would be the first to; None where nothing is counted."""
        limiting = self.flow.bottleneck
        return limiting.name if limiting else None

    def to_json(self) -> dict[str, Any]:
        """As `kept whatif --json` says it."""
        return {
            "stations": [station.to_json() for station in self.stations],
            "throughput_per_day": self.flow.throughput,
            "lead_time_days": {"p50": _known(self.lead_p50.mean), "p85": _known(self.lead_p85.mean)},
            "bottleneck": self.bottleneck,
            "cost_per_day": self.cost.mean,
            "revenue_per_day": self.revenue.mean,
            "margin_per_day": _range(self.margins).mean,
            "intervals": {
                "throughput_per_day_simulated": self.throughput_simulated.to_json(),
                "lead_time_days": {"p50": self.lead_p50.to_json(), "p85": self.lead_p85.to_json()},
                "cost_per_day": self.cost.to_json(),
                "revenue_per_day": self.revenue.to_json(),
            },
        }


def figures(chain: Chain, runs: Sequence[Measured]) -> Figures:
    """The figures of a chain from its runs."""
    exact = flow(chain)
    stations = tuple(
        StationFigures(
            name=of.name,
            utilisation=None if station.servers is None else over([run.utilisation[place] for run in runs]),
            queue_mean=over([run.queue_mean[place] for run in runs]),
            stock_mean=over([run.stock_mean[place] for run in runs]),
            throughput_per_day=of.throughput,
            growth_per_day=of.growth,
            capacity_per_day=of.capacity,
        )
        for place, (station, of) in enumerate(zip(chain.stations, exact.stations, strict=True))
    )
    return Figures(
        flow=exact,
        stations=stations,
        throughput_simulated=over([run.throughput_per_day for run in runs]),
        lead_p50=over([run.lead_p50 for run in runs]),
        lead_p85=over([run.lead_p85 for run in runs]),
        costs=tuple(_cost(chain, exact, run) for run in runs),
        revenues=tuple(tidy(exact.throughput * chain.money.price * (1 - run.lost_share)) for run in runs),
        runs=tuple(runs),
    )


def _cost(chain: Chain, exact: Flow, run: Measured) -> float:
    staff = sum(station.staffed_hours_per_day * station.cost_per_hour for station in chain.stations)
    stock = sum(
        station.storage_cost_per_day * lying for station, lying in zip(chain.stations, run.stock_mean, strict=True)
    )
    return tidy(staff + stock + exact.throughput * chain.money.material_cost)


def _range(values: Sequence[float]) -> Range:
    """Exact where every replication says the same."""
    return exactly(values[0]) if len(set(values)) == 1 else over(values)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
