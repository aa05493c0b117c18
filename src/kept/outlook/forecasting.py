"""The forecasts of open promises, along their chains: each from its own past, and from those that it relies on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from graphlib import TopologicalSorter

from kept.core.chains import AWAITED
from kept.core.warnings import LEAST_LIKE
from kept.insight.forecast.chain import NO_CHAINS, ChainCalibration, combined
from kept.insight.forecast.odds import Forecast
from kept.insight.forecast.pooled import backed, outlived
from kept.outlook.chains import taught
from kept.outlook.keeping import forecast_of
from kept.outlook.models import Outlook
from kept.outlook.own import forecasts, own_work
from kept.promises.models import Promise, Reliance

MIDDLE = 50


@dataclass(frozen=True, slots=True)
class Foretold:
    """The forecast of a promise, and which of those that it relies on decides it; None where its own work does."""

    promise: Promise
    forecast: Forecast
    through: int | None = None

    @property
    def likely(self) -> datetime | None:
        """When it is ready with even odds; None where so few are like it, or took so long, that nobody can say."""
        return backed(self.forecast, MIDDLE)

    @property
    def tells(self) -> bool:
        """Whether it says anything: a date, or that nothing like it has taken this long."""
        return self.likely is not None or outlived(self.forecast)


def foretell(promises: Collection[Promise], at: datetime) -> dict[int, Foretold]:
    """What is forecast of each of `promises` at `at`, by id; those of which nothing is known are left out.

    Of what they rely on and is not among them, the forecast that was kept last counts. A fixed number of queries.
    """
    given = {one.pk: one for one in promises}
    own = forecasts(promises, at)
    links = _links(own)
    known = _kept({on for others in links.values() for on in others} - set(given))
    dues = _dues({on for others in links.values() for on in others})
    calibration = taught() if links else NO_CHAINS
    found: dict[int, Foretold] = {}
    for key in TopologicalSorter({one: links.get(one, []) for one in own}).static_order():
        if key in own:
            relied = {on: known[on] for on in links.get(key, []) if on in known and _says(known[on])}
            found[key] = _along(given[key], own[key], relied, [dues[on] for on in relied], calibration)
            known[key] = found[key].forecast
    return found


def _along(
    promise: Promise, own: Forecast, relied: Mapping[int, Forecast], dues: Sequence[datetime],
    calibration: ChainCalibration,
) -> Foretold:  # fmt: skip
    if not relied:
        return Foretold(promise, own)
    alone = own_work(own, promise.due, dues)
    whole = combined(alone, list(relied.values()), calibration)
    last = max(relied, key=lambda on: relied[on].date(MIDDLE))
    waits = relied[last].date(MIDDLE) > alone.date(MIDDLE)
    return Foretold(promise, replace(whole, slower=own.slower), last if waits else None)


def _says(forecast: Forecast) -> bool:
    """Whether enough are like it for those that rely on it to reckon with it."""
    return backed(forecast, MIDDLE) is not None or endangered(forecast)


def endangered(forecast: Forecast) -> bool:
    """Whether it has taken longer than all of enough like it: no odds can be given, and no date is in more danger."""
    return outlived(forecast) and forecast.rests_on.like >= LEAST_LIKE


def _links(keys: Collection[int]) -> dict[int, list[int]]:
    """What each promise relies on that nothing has been delivered of, by id; what is private delays nothing for others,
    who all read the same forecast.
    """
    awaited = {"on__state__in": AWAITED, "on__private": False}
    rows = Reliance.objects.filter(promise__in=list(keys), **awaited).order_by("promise_id", "on_id")
    links: dict[int, list[int]] = {}
    for one, other in rows.values_list("promise_id", "on_id"):
        links.setdefault(one, []).append(other)
    return links


def _kept(keys: Collection[int]) -> dict[int, Forecast]:
    return {row.pk: forecast_of(row) for row in Outlook.objects.filter(promise__in=list(keys))} if keys else {}


def _dues(keys: Collection[int]) -> dict[int, datetime]:
    return dict(Promise.objects.filter(pk__in=list(keys)).values_list("pk", "due")) if keys else {}
