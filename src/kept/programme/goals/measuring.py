"""The figures that goals are about, before and after a day, and what can be said of the change."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from kept.complaints.models import Complaint
from kept.core.state import State
from kept.core.statistics import Better, Share
from kept.insight.change import Change, of_shares, of_values
from kept.people.models import Party
from kept.programme.goals.models import Figure, Goal
from kept.promises.figures import figures_of
from kept.promises.figures.periods import Period
from kept.promises.figures.quiet import silences
from kept.promises.figures.scope import Scope, with_teams_below
from kept.promises.models import Promise

LOOK_EVERY = timedelta(days=28)
"""How often a goal is looked at; the last look is on its day."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Shares = Callable[[Scope, Period, datetime], Share]
Values = Callable[[Scope, Period, datetime], list[float]]


@dataclass(frozen=True, slots=True)
class Measure:
    """How a figure is measured: as a share, or as one value a promise, in `unit`; and which way is better."""

    better: Better
    shares: Shares | None = None
    values: Values | None = None
    unit: str = "%"


def looks(since: datetime, until: datetime) -> int:
    """How often a goal is looked at between the two."""
    return max(1, math.ceil((until - since) / LOOK_EVERY))


def scope_of(goal: Goal) -> Scope:
    """Whose promises a goal is about."""
    customer = goal.customer_id
    if goal.team_id is None:
        return company()
    return Scope(with_teams_below({goal.team_id})[goal.team_id], customer)


def company() -> Scope:
    """Everybody's promises."""
    return Scope(frozenset(Party.objects.exclude(kind=Party.Kind.OUTSIDE).values_list("pk", flat=True)))


def compared(
    figure: Figure, scope: Scope, *, since: datetime, baseline: timedelta, now: datetime, looks: int
) -> Change:
    """The figure in the `baseline` before `since` and from then to `now`; `looks` are those planned in all."""
    measure = MEASURES[figure]
    before, after = _stretch(since - baseline, since), _stretch(since, now)
    if measure.shares is not None:
        old, new = measure.shares(scope, before, now), measure.shares(scope, after, now)
        return of_shares((old.count, old.n), (new.count, new.n), measure.better, looks=looks)
    assert measure.values is not None  # noqa: S101 a measure is one or the other
    return of_values(measure.values(scope, before, now), measure.values(scope, after, now), measure.better, looks=looks)


def _stretch(start: datetime, end: datetime) -> Period:
    return Period(start, end, "", "")


def _kept(scope: Scope, period: Period, now: datetime) -> Share:
    return figures_of(scope, period, now).kept


def _chased(scope: Scope, period: Period, now: datetime) -> Share:
    return _other(figures_of(scope, period, now).unchased)


def _easier(scope: Scope, period: Period, now: datetime) -> Share:
    return figures_of(scope, period, now).told.customers.share


def _returned(scope: Scope, period: Period, now: datetime) -> Share:
    return figures_of(scope, period, now).returned


def _other(share: Share) -> Share:
    return Share(share.n - share.count, share.n, 1 - share.high, 1 - share.low)


def _complained(scope: Scope, period: Period, _now: datetime) -> Share:
    ended = _ended(scope, period)
    about = Complaint.objects.filter(promise=OuterRef("pk"))
    return Share(ended.filter(Exists(about)).count(), ended.count(), 0.0, 1.0)


def _silence(scope: Scope, period: Period, now: datetime) -> list[float]:
    return [time / HOUR for time in silences(scope, period, now)]


def _lead_time(scope: Scope, period: Period, _now: datetime) -> list[float]:
    delivered = _ended(scope, period).filter(state=State.ACCEPTED, delivered_at__gte=F("promised_at"))
    took = delivered.annotate(took=F("delivered_at") - F("promised_at")).values_list("took", flat=True)
    return [time / DAY for time in took]


def _ended(scope: Scope, period: Period) -> QuerySet[Promise]:
    return Promise.objects.filter(scope.promises(), ended_at__gte=period.start, ended_at__lt=period.end)


MEASURES: dict[Figure, Measure] = {
    Figure.KEPT: Measure(Better.MORE, shares=_kept),
    Figure.CHASED: Measure(Better.LESS, shares=_chased),
    Figure.SILENCE: Measure(Better.LESS, values=_silence, unit="hours"),
    Figure.EASIER: Measure(Better.MORE, shares=_easier),
    Figure.RETURNED: Measure(Better.LESS, shares=_returned),
    Figure.LEAD_TIME: Measure(Better.LESS, values=_lead_time, unit="days"),
    Figure.COMPLAINTS: Measure(Better.LESS, shares=_complained),
}
