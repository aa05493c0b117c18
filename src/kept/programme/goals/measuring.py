"""The figures that goals are about, before and after a day, and what can be said of the change."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from kept.complaints.models import Complaint
from kept.core.state import State
from kept.core.statistics import Better, Share, wilson
from kept.insight.change import Change, of_shares, of_values
from kept.people.models import Party
from kept.programme.goals.models import Figure, Goal
from kept.promises.figures import Figures, figures_of
from kept.promises.figures.periods import Period
from kept.promises.figures.quiet import silences
from kept.promises.figures.scope import Scope, with_teams_below
from kept.promises.models import Promise

LOOK_EVERY = timedelta(days=28)
"""How often a goal is looked at; the last look is on its day."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """Some promises in some time; what several figures need of it is read once."""

    scope: Scope
    period: Period
    now: datetime

    @cached_property
    def figures(self) -> Figures:
        """The figures of `promises.figures`."""
        return figures_of(self.scope, self.period, self.now)

    @property
    def ended(self) -> QuerySet[Promise]:
        """The promises that ended in it."""
        rows = Promise.objects.filter(self.scope.promises())
        return rows.filter(ended_at__gte=self.period.start, ended_at__lt=self.period.end)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a figure is measured: as a share, or as one value a promise, in `unit`; and which way is better."""

    better: Better
    shares: Callable[[Stretch], Share] | None = None
    values: Callable[[Stretch], list[float]] | None = None
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
    figures: Iterable[Figure], scope: Scope, *, since: datetime, baseline: timedelta, now: datetime, looks: int
) -> dict[Figure, Change]:
    """Each figure in the `baseline` before `since` and from then to `now`; `looks` are all that share the odds."""
    before = Stretch(scope, Period(since - baseline, since, "", ""), now)
    after = Stretch(scope, Period(since, now, "", ""), now)
    return {figure: _compared(MEASURES[figure], before, after, looks) for figure in figures}


def _compared(measure: Measure, before: Stretch, after: Stretch, looks: int) -> Change:
    if measure.shares is not None:
        old, new = measure.shares(before), measure.shares(after)
        return of_shares((old.count, old.n), (new.count, new.n), measure.better, looks=looks)
    assert measure.values is not None  # noqa: S101 a measure is one or the other
    return of_values(measure.values(before), measure.values(after), measure.better, looks=looks)


def _chased(stretch: Stretch) -> Share:
    never = stretch.figures.unchased
    return Share(never.n - never.count, never.n, 1 - never.high, 1 - never.low)


def _complained(stretch: Stretch) -> Share:
    about = Complaint.objects.filter(promise=OuterRef("pk"))
    counts = stretch.ended.aggregate(n=Count("pk"), with_one=Count("pk", filter=Exists(about)))
    return wilson(counts["with_one"], counts["n"])


def _silence(stretch: Stretch) -> list[float]:
    return [time / HOUR for time in silences(stretch.scope, stretch.period, stretch.now)]


def _lead_time(stretch: Stretch) -> list[float]:
    delivered = stretch.ended.filter(state=State.ACCEPTED, delivered_at__gte=F("promised_at"))
    took = delivered.annotate(took=F("delivered_at") - F("promised_at")).values_list("took", flat=True)
    return [time / DAY for time in took]


MEASURES: dict[Figure, Measure] = {
    Figure.KEPT: Measure(Better.MORE, shares=lambda stretch: stretch.figures.kept),
    Figure.CHASED: Measure(Better.LESS, shares=_chased),
    Figure.SILENCE: Measure(Better.LESS, values=_silence, unit="hours"),
    Figure.EASIER: Measure(Better.MORE, shares=lambda stretch: stretch.figures.told.customers.share),
    Figure.RETURNED: Measure(Better.LESS, shares=lambda stretch: stretch.figures.returned),
    Figure.LEAD_TIME: Measure(Better.LESS, values=_lead_time, unit="days"),
    Figure.COMPLAINTS: Measure(Better.LESS, shares=_complained),
}
