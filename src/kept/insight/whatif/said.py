"""A what-if as `kept whatif --json` says it."""

from __future__ import annotations

import math
from typing import Any

from kept.insight.whatif.advice import advice
from kept.insight.whatif.compare import WhatIf


def as_json(found: WhatIf) -> dict[str, Any]:
    """The changed chain (today's, where nothing is changed), compared with today, and the advice.

    `exact` names what is exact; all else is simulated, with the interval of its replications.
    """
    run = found.scenario.run
    then = found.then.to_json()
    compared = {
        "throughput_pct": found.throughput_pct,
        "lead_time_pct": _known(found.lead_time_pct.mean),
        "cost_pct": _known(found.cost_pct.mean),
        "revenue_pct": _known(found.revenue_pct.mean),
        "margin_per_day": found.margin_change.mean,
        "intervals": {
            "lead_time_pct": found.lead_time_pct.to_json(),
            "lead_time_p85_pct": found.lead_time_p85_pct.to_json(),
            "cost_pct": found.cost_pct.to_json(),
            "revenue_pct": found.revenue_pct.to_json(),
            "margin_per_day": found.margin_change.to_json(),
        },
    }
    return {
        **then,
        "compared_to_today": compared,
        "advice": list(advice(found)),
        "today": found.today.to_json(),
        "where_faster_helps": [each.to_json() for each in found.helps],
        "exact": _exact(found),
        "run": {
            "days": run.days,
            "warm_up_days": run.warm_up_days,
            "replications": run.replications,
            "seed": run.seed,
        },
    }


def _exact(found: WhatIf) -> list[str]:
    """What rests on no replication."""
    always = ["throughput_per_day", "throughput_pct", "growth_per_day", "capacity_per_day", "bottleneck"]
    money = {"cost_pct": found.cost_pct, "revenue_pct": found.revenue_pct}
    return [*always, *(name for name, value in money.items() if value.n == 0)]


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
