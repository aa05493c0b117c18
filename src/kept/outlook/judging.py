"""What each threshold of warnings would have caught, and how often it would have raised a false alarm.

Of each promise that was given and is decided by now: the lowest odds that its kept forecasts gave to its date before it
passed; where none were kept, those that it would have had halfway to its date, from what was known then alone. Worked
out by a worker, for each provider, and kept in a row: the newest promises of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from django.db.models import F, Min

from kept.core.state import State
from kept.core.statistics import Share, wilson
from kept.core.warnings import LEAST_LIKE, THRESHOLDS
from kept.outlook.models import Judged, PastOutlook
from kept.outlook.past import Row, Table
from kept.outlook.reckoning import Work, forecast_of
from kept.outlook.replay import whole_past
from kept.people.models import Party

EVERY: Final = timedelta(hours=6)
MOST: Final = 1000
"""How many promises are played again at most: the newest."""
OF_EACH: Final = 200
"""How many promises of a provider count at most: the newest."""
WORDS: Final = 1000
"""Odds are kept in thousandths."""
STOOD: Final = (State.ACCEPTED, State.DELIVERED, State.PROMISED, State.BROKEN)


@dataclass(frozen=True, slots=True)
class Would:
    """What a threshold (%) would have done: the share of the dates missed that it would have caught, and the share of
    the dates kept of which it would have warned for nothing.
    """

    percent: int
    caught: Share
    false_alarms: Share


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each threshold would have done, as of `at`, by `n` promises; for `real` of these forecasts had been kept."""

    at: datetime
    n: int
    real: int
    would: tuple[Would, ...]


def evidence(provider: Party) -> Evidence | None:
    """What each threshold would have done for a provider, as it was worked out last; None before it was. One query."""
    row = Judged.objects.filter(provider=provider.pk).first()
    if row is None:
        return None
    missed = [chance / WORDS for chance, kept in row.points if not kept]
    kept = [chance / WORDS for chance, kept in row.points if kept]
    would = tuple(Would(percent, _under(percent, missed), _under(percent, kept)) for percent in THRESHOLDS)
    return Evidence(row.at, len(row.points), row.real, would)


def _under(percent: int, chances: list[float]) -> Share:
    return wilson(sum(chance < percent / 100 for chance in chances), len(chances))


def work_out(at: datetime) -> None:
    """Judge all that is decided by `at`, and keep it by provider."""
    points: dict[int, dict[int, tuple[float, bool]]] = defaultdict(dict)
    for row, chance, kept in _played_again(whole_past(), at):
        points[row.provider][row.key] = (chance, kept)
    real: dict[int, set[int]] = defaultdict(set)
    for provider, key, chance, kept in _kept_then(at):
        points[provider][key] = (chance, kept)
        real[provider].add(key)
    rows = [_judged(provider, found, real[provider], at) for provider, found in points.items()]
    Judged.objects.bulk_create(
        rows, batch_size=200, update_conflicts=True, unique_fields=["provider"], update_fields=["at", "points", "real"]
    )


def _judged(provider: int, found: Mapping[int, tuple[float, bool]], real: set[int], at: datetime) -> Judged:
    newest = sorted(found)[-OF_EACH:]
    points = [[round(found[key][0] * WORDS), int(found[key][1])] for key in newest]
    return Judged(provider_id=provider, at=at, points=points, real=len(real & set(newest)))


def _played_again(table: Table, at: datetime) -> Iterator[tuple[Row, float, bool]]:
    """Halfway to its first date, what the odds of each would have been; and whether it was delivered by then."""
    for row in table.rows[-MOST:]:
        halfway = (row.promised + row.first_due) / 2
        end = np.fmin(row.delivered, row.over)
        taken_back = np.isnan(row.delivered) and row.over < row.first_due
        if not row.promised < row.first_due <= at.timestamp() or end <= halfway or taken_back:
            continue
        past = table.known_at(datetime.fromtimestamp(halfway, UTC))
        work = Work(row.customer, row.provider, row.what, row.opened, (row.promised, row.first_due))
        forecast = forecast_of(past, work)
        if forecast is not None and forecast.rests_on.like >= LEAST_LIKE:
            chance = forecast.chance(datetime.fromtimestamp(row.first_due, UTC))
            yield row, chance, bool(row.delivered <= row.first_due)


def _kept_then(at: datetime) -> Iterator[tuple[int, int, float, bool]]:
    """Of each date that has passed and was forecast: the provider, the promise, the lowest odds, whether it was kept.

    A date that was renegotiated away is judged too: what was not delivered by then would have been missed.
    """
    rows = PastOutlook.objects.filter(
        made_at__lt=F("due"), due__lte=at, like__gte=LEAST_LIKE, promise__state__in=STOOD, promise__private=False,
        promise__promised_at__lte=F("made_at"),
    )  # fmt: skip
    lowest = rows.order_by().values("promise", "due").annotate(lowest=Min("chance"))
    for provider, key, due, chance, delivered in lowest.values_list(
        "promise__provider", "promise", "due", "lowest", "promise__delivered_at"
    ):
        yield provider, key, chance, delivered is not None and delivered <= due
