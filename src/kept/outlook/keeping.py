"""Forecasts as rows and back: 99 quantiles in 396 bytes as they stand, a hundred bytes once they are of the past."""

from __future__ import annotations

import struct
from datetime import datetime
from typing import Final

from kept.insight.forecast.odds import Forecast, RestsOn, Scope
from kept.outlook.models import Outlook, PastOutlook
from kept.promises.models import Promise

KEPT_LEVELS: Final = (1, 2, 3, *range(5, 100, 5), 97, 98, 99)
"""The levels (%) of which the days are kept of a forecast of the past: all that coverage and reliability ask for."""


def outlook_row(promise: Promise, forecast: Forecast) -> Outlook:
    """The row of a forecast that was just made of a promise as it stands."""
    rests = forecast.rests_on
    return Outlook(
        promise_id=promise.pk, sequence=promise.sequence, made_at=forecast.made_at, due=promise.due,
        chance=forecast.chance(promise.due), days=_packed(forecast.days), like=rests.like, scope=rests.scope,
        since=rests.since, until=rests.until, slower=list(forecast.slower),
    )  # fmt: skip


def past_row(outlook: Outlook, day_of: datetime) -> PastOutlook:
    """The row that is kept of an outlook to be judged later, on the day of the moment `day_of`."""
    days = _unpacked(outlook.days)
    return PastOutlook(
        promise_id=outlook.promise_id, day=day_of.date(), made_at=outlook.made_at, due=outlook.due,
        chance=outlook.chance, days=_packed(tuple(days[level - 1] for level in KEPT_LEVELS)), like=outlook.like,
    )  # fmt: skip


def forecast_of(row: Outlook) -> Forecast:
    """The forecast that a row keeps; its days to seven digits."""
    rests = RestsOn(row.like, Scope(row.scope), row.since, row.until)
    return Forecast(row.made_at, _unpacked(row.days), rests, tuple(row.slower))


def days_at(row: PastOutlook) -> dict[int, float]:
    """The days from `made_at` by which it was to be ready, by level (%), of a forecast of the past."""
    return dict(zip(KEPT_LEVELS, _unpacked(row.days), strict=True))


def _packed(days: tuple[float, ...]) -> bytes:
    return struct.pack(f"<{len(days)}f", *days)


def _unpacked(kept: bytes | memoryview[int]) -> tuple[float, ...]:
    return struct.unpack(f"<{len(kept) // 4}f", bytes(kept))
