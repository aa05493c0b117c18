"""When work comes to each team: by hour of the week."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from kept.history.engine import Engine
from kept.insight.asking import query
from kept.insight.stay_queries import HOURS_A_WEEK

NONE: Final = (0,) * HOURS_A_WEEK


def arrivals_by_hour(engine: Engine) -> dict[str, tuple[int, ...]]:
    """For each team how many stays came in each of the 168 hours of the week, from Monday 0:00 UTC on.

    The stays must be laid: `flow` of the same engine does that.
    """
    found: dict[str, list[int]] = defaultdict(lambda: list(NONE))
    for team, hour, came in engine.rows(query("flow_hours")):
        found[team][int(hour) % HOURS_A_WEEK] += int(came)  # before 1970 engines give the hour below 0
    return {team: tuple(hours) for team, hours in found.items()}
