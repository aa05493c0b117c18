"""The past played again: the forecast that would have been made at each moment, from what was known then alone.

Two moments of each promise: as its date was given (what the adviser would have said), and halfway to that date (what
the outlook would have said). What came after a moment cannot reach its forecast: everything is read through
`Table.known_at(moment)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import numpy as np
from django.db.models import Q

from kept.insight.forecast.held import levels_to_read, read_at
from kept.insight.forecast.odds import Forecast
from kept.insight.forecast.pooled import Numbers, Pieces, as_days, outlived
from kept.ledger.models import Event
from kept.outlook.past import Past, Returned, Row, Table, rows_of, table_of
from kept.outlook.reckoning import Work, forecast_of
from kept.promises.models import Promise

DAY: Final = 86_400.0
MOST: Final = 1000
"""How many promises are played again at most: the newest that were promised."""
BEFORE: Final = 3000
"""How many are read at most, so that those have a past."""
LATELY: Final = 100
"""By how many of the forecasts made last the next one is read at other levels."""


class When(StrEnum):
    """The moment at which a forecast is made."""

    GIVEN = "given"
    HALFWAY = "halfway"


@dataclass(frozen=True, slots=True)
class Made:
    """A forecast that would have been made; it `took` so many days from then (or so far, where it has not `ended`).

    `constant` is what somebody would have guessed who knows only the median of all that ended by then, in days.
    """

    forecast: Forecast
    took: float
    ended: bool
    constant: float


def whole_past() -> Table:
    """The newest promises with their returned deliveries; four queries."""
    keys = sorted(Promise.objects.order_by("-pk").values_list("pk", flat=True)[:BEFORE])
    found = {row.key: row for row in rows_of(Q(pk__in=keys))}
    plain = table_of(sorted(found.items()), found, ())
    return Table(plain.rows, plain.company, plain.clocks, tuple(_returned(found)))


def _returned(found: dict[int, Row]) -> Iterator[Returned]:
    """The deliveries that did not stand."""
    again = Promise.objects.filter(pk__in=list(found), reworks__gt=0).values("pk")
    names = ["promise.delivered", "promise.returned", "promise.reopened"]
    events = Event.objects.filter(stream__in=again, name__in=names).order_by("stream", "sequence")
    delivered: dict[int, float] = {}
    for key, name, at in events.values_list("stream_id", "name", "at"):
        if name == "promise.delivered":
            delivered[key] = at.timestamp()
        elif key in delivered:
            yield Returned(key, delivered.pop(key), at.timestamp())


def replay(table: Table, when: When, until: datetime) -> list[Made]:
    """The forecasts that would have been made at that moment of each promise up to `until`, oldest first."""
    found = [(moment, row) for row in table.rows if (moment := _moment(row, when, until)) is not None]
    made: list[Made] = []
    for moment, row in sorted(found, key=lambda each: (each[0], each[1].key))[-MOST:]:
        past = table.known_at(datetime.fromtimestamp(moment, UTC))
        plain = forecast_of(past, _work(row, when))
        if plain is not None and not outlived(plain):
            made.append(_made(past, row, plain, until))
    return made


def recalibrated(made: Sequence[Made]) -> list[Made]:
    """The same forecasts, each read at the levels that those before it taught by then."""
    found = []
    for place, one in enumerate(made):
        forecast = read_again(one.forecast, levels_taught(made[:place], one.forecast.made_at))
        found.append(replace(one, forecast=forecast))
    return found


def levels_taught(made: Sequence[Made], at: datetime) -> tuple[float, ...]:
    """The levels at which a forecast is to be read, by what was known at `at` of those made last; () without any."""
    return levels_to_read(places(made[-LATELY:], at)) if made else ()


def read_again(forecast: Forecast, levels: tuple[float, ...]) -> Forecast:
    """The forecast, read at these levels; itself where there are none."""
    return replace(forecast, days=as_days(read_at(forecast.days, levels))) if levels else forecast


def places(made: Sequence[Made], at: datetime) -> Pieces:
    """The odds that each forecast gave for its end, as far as that was known at `at`."""
    if not made:
        return Pieces(np.empty(0), np.empty(0, dtype=bool))
    took = np.array([one.took for one in made])
    passed = at.timestamp() / DAY - np.array([one.forecast.made_at.timestamp() for one in made]) / DAY
    ended = np.array([one.ended for one in made], dtype=bool) & (took <= passed)
    days = np.array([(0.0, *one.forecast.days) for one in made])
    return Pieces(_placed(days, np.minimum(took, passed)), ended)


def _placed(days: Numbers, took: Numbers) -> Numbers:
    """The level (0 to 0.99) at which each of `took` stands in its row of `days`, whose first is 0 and which rise."""
    rows, last = np.arange(len(days)), days.shape[1] - 1
    above = np.clip((days < took[:, None]).sum(axis=1), 1, last)
    low, high = days[rows, above - 1], days[rows, above]
    return np.asarray((above - 1 + np.clip((took - low) / (high - low), 0.0, 1.0)) / 100, dtype=np.float64)


def _moment(row: Row, when: When, until: datetime) -> float | None:
    """When the forecast is made; None where that never was, or it was delivered or over before."""
    if np.isnan(row.promised) or np.isnan(row.first_due):
        return None
    moment = row.promised if when is When.GIVEN else (row.promised + max(row.first_due, row.promised)) / 2
    end = np.fmin(row.delivered, row.over)
    return None if moment >= until.timestamp() or end <= moment else moment


def _work(row: Row, when: When) -> Work:
    promised = None if when is When.GIVEN else (row.promised, row.first_due)
    return Work(row.customer, row.provider, row.what, row.opened, promised)


def _made(past: Past, row: Row, forecast: Forecast, until: datetime) -> Made:
    now, last = past.at.timestamp(), until.timestamp()
    ended = row.delivered <= last
    end = row.delivered if ended else np.fmin(row.over if np.isnan(row.delivered) else np.nan, last)
    took = (past.until - past.table.moments["opened"])[past.ended]
    left = max(float(np.median(took)) - (now - row.opened), 0.0) if len(took) else 0.0
    return Made(forecast, (float(end) - now) / DAY, bool(ended), left / DAY)
