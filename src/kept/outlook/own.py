"""The forecast of each open promise by itself, and of its own part of it; `forecasting` has those along chains."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from kept.core.chains import AWAITED
from kept.insight.forecast.odds import FAR, Forecast
from kept.outlook import past as own_past
from kept.outlook.carried import carries_of
from kept.outlook.quality import as_learned
from kept.outlook.reckoning import Reckoner, work_of
from kept.outlook.replay import When
from kept.outlook.slower import Slower
from kept.promises.models import Promise

LEAST_OWN: Final = 0.05
"""The part of the time that is left which a promise's own work takes at least, after what it relies on."""


def forecasts(promises: Collection[Promise], at: datetime) -> dict[int, Forecast]:
    """The forecast of each of `promises` that is awaited, by its id: of when it is delivered. Those of which nothing is
    known, or that are delivered or over, are left out. A fixed number of queries for any number of promises.
    """
    awaited = [one for one in promises if one.state in AWAITED and one.opened_at <= at]
    if not awaited:
        return {}
    providers = {one.provider_id for one in awaited}
    past = own_past.read(providers).known_at(at)
    reckoner, why = Reckoner(past), Slower(past, carries_of(providers, at))
    plain: dict[int, tuple[When, Forecast]] = {}
    for one in awaited:
        work = work_of(one)
        forecast = reckoner.forecast(work)
        if forecast is not None:
            slower = why.says(one.provider_id, one.opened_at, came_back=one.reworks > 0)
            plain[one.pk] = (When.HALFWAY if work.promised else When.GIVEN, replace(forecast, slower=slower))
    return as_learned(plain)


def own_work(own: Forecast, due: datetime, dues: Sequence[datetime]) -> Forecast:
    """The forecast of a promise's own work alone, from when the last of what it relies on is there.

    `own` says how much of the time to its date it takes with all waiting. Its own part of that time lies between the
    last date (`dues`) of what it relies on and its own date; as much of that part is taken as of the whole. What so few
    can't say of the whole can't be said of a part.
    """
    left = due - own.made_at
    if left.total_seconds() <= 0:
        return own
    begins = min(max(*dues, own.made_at), due) if dues else own.made_at
    part = max((due - begins) / left, LEAST_OWN)
    return replace(own, days=tuple(each * part if each < FAR else each for each in own.days))
