"""What was expected of each stage of a chain: what was promised or agreed for it, else what is usual for such work.

What is usual comes from the installation's own past: from promises between the same two, then from the provider's
others, then from the company's, as `outlook` reads it. Private promises are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isnan
from typing import Final

from django.db.models import Max

from kept.complaints.stages import Doing, Ground, Sight, Stage
from kept.core.calendars import NoWorkingTimeError, add_working_time
from kept.insight.trace.chain import Expected, ExpectedBy
from kept.insight.trace.usual import SPREAD_UNKNOWN, promised, promised_time, usual
from kept.outlook import past
from kept.outlook.past import Row
from kept.outlook.reckoning import FEWEST
from kept.people.calendars import calendar_of
from kept.promises.agreed import expectations_of
from kept.promises.models import Promise, Reliance

NOTHING_LIKE_IT: Final = Expected(0.0, SPREAD_UNKNOWN)


@dataclass(frozen=True, slots=True)
class Similar:
    """How long work took, in seconds: of a pair, of a provider, of all; and how long customers took to answer."""

    rows: tuple[tuple[Row, float], ...]

    def work(self, promise: Promise, sight: Sight) -> tuple[list[float], ...]:
        """The times of work like `promise`, the nearest circle first; of those not seen in full only where enough."""
        others = [(row, took) for row, took in self.rows if row.key != promise.pk]
        own = [(row, took) for row, took in others if row.provider == promise.provider_id]
        pair = [took for row, took in own if row.customer == promise.customer_id]
        near = pair if sight is Sight.FULL else _enough(pair)
        return (near, _enough([took for _, took in own]), _enough([took for _, took in others]))

    def check(self, promise: Promise, sight: Sight) -> tuple[list[float], ...]:
        """How long the same customer, and then all, took to answer a delivery; as for `work`."""
        answered = [(row, row.over - row.delivered) for row, _ in self.rows if row.over >= row.delivered]
        own = [took for row, took in answered if row.customer == promise.customer_id and row.key != promise.pk]
        return (own if sight is Sight.FULL else _enough(own), _enough([took for _, took in answered]))


def similar(ground: Ground) -> Similar:
    """The past of all providers of a chain, and of the company; a fixed number of queries."""
    rows = [row for row in past.read({one.provider_id for one in ground.promises.values()}).rows if _ended(row)]
    keys = [row.key for row in rows]
    ready = dict(
        Reliance.objects.filter(promise__in=keys)
        .values_list("promise_id")
        .annotate(Max("on__delivered_at"))
        .values_list("promise_id", "on__delivered_at__max")
    )
    return Similar(tuple((row, _own_time(row, ready.get(row.key))) for row in rows))


def expected_of(stage: Stage, ground: Ground, like: Similar, ready: datetime) -> Expected:
    """What was expected of a stage that had all that it needed at `ready`."""
    one = stage.promise
    if stage.doing is Doing.CHECK:
        return usual(*like.check(one, stage.sight)) or NOTHING_LIKE_IT
    times = like.work(one, stage.sight)
    if stage.doing is Doing.REWORK:
        found = usual(*times) or NOTHING_LIKE_IT  # what comes back costs its whole time: no time is usual for it
        return Expected(0.0, found.spread, ExpectedBy.USUAL, found.like)
    allowed = _allowed(stage, ground.promises, ready)
    return promised(allowed, *times) if allowed is not None else usual(*times) or NOTHING_LIKE_IT


def _allowed(stage: Stage, promises: Mapping[int, Promise], ready: datetime) -> float | None:
    """The seconds that its date left a piece of work: as planned, and as it came where its inputs were early, so that
    whoever kept the date is charged with nothing. By the agreement where no date was promised. None where neither is.
    """
    one = stage.promise
    if one.first_due is None:
        return _turnaround(one, ready)
    inputs = [date.timestamp() for key in stage.inputs if (date := promises[key].first_due) is not None]
    planned = promised_time(one.first_due.timestamp(), one.opened_at.timestamp(), inputs)
    left = (one.first_due - ready).total_seconds()
    best = max(planned or 0.0, left)
    return best if best > 0 else None


def _turnaround(promise: Promise, ready: datetime) -> float | None:
    agreed = expectations_of(promise.agreement_id, promise.agreement_version).turnaround
    if agreed is None:
        return None
    try:
        return (add_working_time(calendar_of(promise.provider), ready, agreed) - ready).total_seconds()
    except NoWorkingTimeError:
        return None


def _ended(row: Row) -> bool:
    return not isnan(row.delivered) and row.delivered >= row.opened


def _own_time(row: Row, ready: datetime | None) -> float:
    """From when it was asked for, and had all that it relies on, to its delivery."""
    begun = ready.timestamp() if ready is not None and ready.timestamp() <= row.delivered else row.opened
    return row.delivered - max(row.opened, begun)


def _enough(times: list[float]) -> list[float]:
    return times if len(times) >= FEWEST else []
