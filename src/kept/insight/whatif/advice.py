"""A what-if in words: what the change does, where faster helps and where it does not, and what remains of the money."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from kept.insight.whatif.chain import Spread
from kept.insight.whatif.compare import FASTER_PCT, WhatIf
from kept.insight.whatif.figures import Figures
from kept.insight.whatif.intervals import Range

NEAR_FULL: Final = 0.85
"""The load from which waiting grows steeply."""
EXACT: Final = "exact"


def advice(found: WhatIf) -> tuple[str, ...]:
    """Sentences for the person who asked, the most important first."""
    return (*_throughput(found), *_stock(found), *_lead_time(found), *_money(found), *_where_faster(found))


def _throughput(found: WhatIf) -> Iterator[str]:
    if not found.scenario.changes:
        yield _as_it_is(found.then)
        return
    before, after, pct = found.today.bottleneck, found.then.bottleneck, found.throughput_pct
    held = found.today.flow.overrun or found.then.flow.overrun
    done = found.then.flow.throughput
    if pct > 0:
        now = (
            (f"“{after}” is the new bottleneck" if after != before else f"“{after}” is still the bottleneck")
            if found.then.flow.overrun
            else "all that comes in is done now"
        )
        yield f"The chain does {number(pct)} % more, {number(done)} a day ({EXACT}): {now}."
    elif pct < 0:
        what = f"“{after}” holds it up" if found.then.flow.overrun else "less comes in"
        yield f"The chain does {number(-pct)} % less, {number(done)} a day ({EXACT}): {what}."
    elif held:
        still = "is still the bottleneck" if after == before else "is the bottleneck now"
        yield f"The chain does no more than today, {number(done)} a day ({EXACT}): “{after}” {still}."
        yield from _in_vain(found)
    else:
        yield (
            f"The chain does what comes in, {number(done)} a day, today and then ({EXACT}): what comes in decides what "
            f"leaves, no station does. Going faster can only shorten the time it takes."
        )


def _as_it_is(now: Figures) -> str:
    limiting = now.flow.bottleneck
    done = f"{number(now.flow.throughput)} a day"
    if limiting is None:
        return (
            f"The chain does what comes in, {done} ({EXACT}). No station's servers are counted, so nothing here says "
            f"how much more it could do: write servers for a station to find out."
        )
    could = f"“{limiting.name}” could do {number(limiting.capacity)} a day"
    if now.flow.overrun:
        return f"The chain does {done} ({EXACT}): “{limiting.name}” is the bottleneck."
    return (
        f"The chain does what comes in, {done} ({EXACT}). “{limiting.name}” would be the first to hold it up: it is "
        f"loaded to {number(100 * limiting.load)} %. {could}."
    )


def _in_vain(found: WhatIf) -> Iterator[str]:
    """Faster where it is not the bottleneck: nothing gained."""
    bottleneck = found.then.bottleneck
    for change in found.scenario.changes:
        if change.station and change.station != bottleneck and (change.speed_pct or 0) > 0:
            yield f"“{change.station}” being faster gains nothing while “{bottleneck}” does not."


def _stock(found: WhatIf) -> Iterator[str]:
    for before, after in zip(found.today.stations, found.then.stations, strict=True):
        grows, grew = after.growth_per_day, before.growth_per_day
        if grows > grew:
            today = f" instead of {number(grew)}" if grew else ""
            yield f"Work piles up in front of “{after.name}”: {number(grows)} more each day{today} ({EXACT})."
        elif grew > grows:
            then = f"{number(grows)} instead of {number(grew)} more each day" if grows else "it keeps up now"
            yield f"Less piles up in front of “{after.name}”: {then} ({EXACT})."
        elif grows:
            yield f"In front of “{after.name}” work goes on piling up, by {number(grows)} a day ({EXACT})."
    if found.then.flow.overrun:
        days = found.scenario.run.days
        yield (
            f"More comes in than is done: the times and stocks here are those of {number(days)} days, and go on "
            f"growing after."
        )


def _lead_time(found: WhatIf) -> Iterator[str]:
    if not found.scenario.changes:
        return
    change = found.lead_time_pct
    if math.isnan(change.mean):
        yield "No work was finished in the time simulated, so nothing can be said of how long it takes."
    elif not change.certain:
        yield f"How long it takes does not measurably change ({_range(change)})."
    else:
        way = "longer" if change.mean > 0 else "shorter"
        today, then = number(found.today.lead_p50.mean), number(found.then.lead_p50.mean)
        by = f"{number(abs(change.mean))} % {way}"
        yield f"Half of the work is done within {then} days instead of {today}: {by} ({_range(change)}, simulated)."


def _money(found: WhatIf) -> Iterator[str]:
    margin, cost, revenue = found.margin_change, found.cost_pct, found.revenue_pct
    if not found.scenario.changes or not (any(found.today.costs) or any(found.today.revenues)):
        return
    spent = _moves(cost, "the cost", found.then.cost.mean - found.today.cost.mean)
    earned = _moves(revenue, "the revenue", found.then.revenue.mean - found.today.revenue.mean)
    what = " and ".join(part for part in (spent, earned) if part) or "Neither cost nor revenue changes"
    what = what[0].upper() + what[1:]
    if margin.mean == 0 or (margin.n and not margin.certain):
        yield f"{what}: what remains does not measurably change."
    elif margin.mean > 0:
        yield f"{what}: {number(margin.mean)} more a day remain."
    else:
        saved = " That is no saving." if cost.mean < 0 else ""
        yield f"{what}: {number(-margin.mean)} less a day remain.{saved}"


def _moves(change: Range, what: str, by: float) -> str:
    if math.isnan(change.mean) or (change.mean == 0 or (change.n and not change.certain)):
        return ""
    word = "rises" if change.mean > 0 else "falls"
    return f"{what} {word} by {number(abs(change.mean))} % ({number(abs(by))} a day)"


def _where_faster(found: WhatIf) -> Iterator[str]:
    chain = found.scenario.then
    good = [help_ for help_ in found.helps if help_.helps]
    vain = [help_.station for help_ in found.helps if not help_.helps]
    by = number(FASTER_PCT)
    for help_ in good[:3]:
        gains = [f"{number(help_.throughput_pct)} % more done ({EXACT})"] if help_.throughput_pct > 0 else []
        sooner = help_.lead_time_pct
        if sooner.high < 0:
            gains.append(f"half of the work {number(-sooner.mean)} % sooner ({_range(sooner)})")
        yield f"Faster helps at “{help_.station}”: {by} % faster there means {' and '.join(gains)}."
    if vain:
        yield f"Faster does not help at {listed(vain)}: {by} % faster there changes nothing that can be measured."
    uncounted = [station.name for station in chain.stations if station.servers is None]
    if uncounted:
        these = listed(uncounted) if len(uncounted) <= 3 else f"{len(uncounted)} stations"
        yield (
            f"At {these} servers are not counted: the time there is taken not to depend on how much lies there. More "
            f"people would not shorten it; another way of working may."
        )
    full = [of.name for of in found.then.flow.stations if NEAR_FULL <= of.load < 1]
    if full and chain.arrivals.spread is Spread.RANDOM:
        most = number(100 * NEAR_FULL)
        yield f"Loaded to {most} % or more: {listed(full)}. With a little more work, waiting there grows steeply."


def number(value: float) -> str:
    """A number as people read it: three digits that count."""
    if value and abs(value) < 0.001:
        return f"{value:.1g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:,.{min(digits, 3)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def listed(names: list[str]) -> str:
    """ "A", "B" and "C"."""
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _range(change: Range) -> str:
    return f"between {number(change.low)} and {number(change.high)} %"
