"""The what-if itself: today and changed, compared, and where going faster would help."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Any, Final

from kept.insight.whatif.chain import Chain, Run
from kept.insight.whatif.changes import Change, changed, faster
from kept.insight.whatif.figures import Figures, figures
from kept.insight.whatif.flow import flow, tidy
from kept.insight.whatif.intervals import Range, change_pct, exactly, over
from kept.insight.whatif.replicate import Progress, replicate

FASTER_PCT: Final = 20.0
"""By how much each station is made faster to see where it would help."""
LOOKED_AT: Final = 6
"""Stations tried: those with the highest load, then those where work stays longest in all."""
TRIED: Final = 8
"""Replications for that question, at most: it is asked of every station."""
TODAY: Final = "today"
THEN: Final = "then"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Today's chain, what would be changed, and how long to simulate."""

    chain: Chain
    changes: tuple[Change, ...] = ()
    run: Run = field(default_factory=Run)

    @property
    def then(self) -> Chain:
        """The chain after the changes."""
        return changed(self.chain, self.changes)


@dataclass(frozen=True, slots=True)
class Help:
    """What one station, `FASTER_PCT` % faster, would do for the chain as changed.

    Throughput is exact, the (median) lead time simulated.
    """

    station: str
    throughput_pct: float
    lead_time_pct: Range

    @property
    def helps(self) -> bool:
        """Whether the chain does more, or the lead time is certainly shorter by half a per cent or more."""
        return self.throughput_pct > 0 or (self.lead_time_pct.high < 0 and self.lead_time_pct.mean <= -0.5)

    def to_json(self) -> dict[str, Any]:
        """As `kept whatif --json` says it."""
        return {
            "station": self.station,
            "faster_pct": FASTER_PCT,
            "throughput_pct": self.throughput_pct,
            "lead_time_pct": self.lead_time_pct.to_json(),
            "helps": self.helps,
        }


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Both chains, and the one compared with the other; per cent of today's. `throughput_pct` is exact."""

    scenario: Scenario
    today: Figures
    then: Figures
    helps: tuple[Help, ...]

    @property
    def throughput_pct(self) -> float:
        """By how much more is done in the long run: exact."""
        return _pct(self.today.flow.throughput, self.then.flow.throughput)

    @property
    def lead_time_pct(self) -> Range:
        """Change of the median lead time."""
        return change_pct([run.lead_p50 for run in self.today.runs], [run.lead_p50 for run in self.then.runs])

    @property
    def lead_time_p85_pct(self) -> Range:
        """Change of the lead time within which 85 in 100 are done."""
        return change_pct([run.lead_p85 for run in self.today.runs], [run.lead_p85 for run in self.then.runs])

    @property
    def cost_pct(self) -> Range:
        """Change of the cost."""
        return _money_pct(self.today.costs, self.then.costs)

    @property
    def revenue_pct(self) -> Range:
        """Change of the revenue."""
        return _money_pct(self.today.revenues, self.then.revenues)

    @property
    def margin_change(self) -> Range:
        """By how much more money remains a day, revenue less cost."""
        return _difference(self.today.margins, self.then.margins)


def what_if(scenario: Scenario, on_progress: Progress) -> WhatIf:
    """Run the scenario: today and changed on the same numbers, and each of the main stations made faster."""
    then = scenario.then
    chains = {TODAY: scenario.chain, THEN: then}
    on_progress("Running the chain, again and again", 0.0)
    runs = replicate(chains, scenario.run, lambda what, share: on_progress(what, share * 0.6))
    helps = where_faster_helps(then, scenario.run, lambda what, share: on_progress(what, 0.6 + share * 0.4))
    return WhatIf(scenario, figures(scenario.chain, runs[TODAY]), figures(then, runs[THEN]), helps)


def where_faster_helps(chain: Chain, how: Run, on_progress: Progress) -> tuple[Help, ...]:
    """What each of the main stations made faster would do, the most helpful first."""
    names = _main_stations(chain)
    chains = {THEN: chain, **{f"faster {name}": faster(chain, name, FASTER_PCT) for name in names}}
    runs = replicate(chains, replace(how, replications=min(how.replications, TRIED)), on_progress)
    base = flow(chain).throughput
    found = []
    for name in names:
        label = f"faster {name}"
        lead = change_pct([run.lead_p50 for run in runs[THEN]], [run.lead_p50 for run in runs[label]])
        found.append(Help(name, _pct(base, flow(chains[label]).throughput), lead))
    return tuple(sorted(found, key=lambda each: (-each.throughput_pct, _or_zero(each.lead_time_pct.mean))))


def _main_stations(chain: Chain) -> list[str]:
    flows = flow(chain).stations
    weight = {
        of.name: (of.load, of.throughput * station.mean_hours)
        for of, station in zip(flows, chain.stations, strict=True)
    }
    return sorted(weight, key=lambda name: weight[name], reverse=True)[:LOOKED_AT]


def _pct(before: float, after: float) -> float:
    return tidy(100 * after / before - 100) if before else 0.0


def _money_pct(before: Sequence[float], after: Sequence[float]) -> Range:
    if fmean(before) == 0:
        return exactly(0.0) if fmean(after) == 0 else exactly(math.nan)
    if len({*before}) == len({*after}) == 1:
        return exactly(round(_pct(before[0], after[0]), 9))
    return change_pct(before, after)


def _difference(before: Sequence[float], after: Sequence[float]) -> Range:
    values = [tidy(new - old) for old, new in zip(before, after, strict=True)]
    return exactly(values[0]) if len(set(values)) == 1 else over(values)


def _or_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value
