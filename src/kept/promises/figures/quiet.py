"""Silence: how long customers were owed word that did not come, in the provider's working time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kept.core.calendars import Calendar
from kept.core.silence import Stretch, silent_time
from kept.core.statistics import Share, wilson
from kept.people.calendars import calendars_of
from kept.people.models import Party
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import Scope
from kept.promises.models import WordOwed


@dataclass(frozen=True, slots=True)
class Quiet:
    """Promises in which word was owed during a period, those in which it always came, and the silence in all."""

    owed: int = 0
    never_silent: int = 0
    time: timedelta = timedelta(0)

    @property
    def share(self) -> Share:
        """The share of promises that never fell silent."""
        return wilson(self.never_silent, self.owed)

    @property
    def mean(self) -> timedelta | None:
        """Silence a promise."""
        return self.time / self.owed if self.owed else None

    def __add__(self, other: Quiet) -> Quiet:
        return Quiet(self.owed + other.owed, self.never_silent + other.never_silent, self.time + other.time)


@dataclass(slots=True)
class _Sum:
    promises: dict[int, timedelta] = field(default_factory=lambda: defaultdict(timedelta))

    def as_quiet(self) -> Quiet:
        times = self.promises.values()
        return Quiet(len(times), sum(not time for time in times), sum(times, timedelta(0)))


def quiet(scope: Scope, period: Period, now: datetime, *, by: str = "provider") -> dict[int, Quiet]:
    """Silence by provider (or `by` customer), in the part of the period that has passed. A handful of queries."""
    return {party: each.as_quiet() for party, each in _summed(scope, period, now, by).items()}


def silences(scope: Scope, period: Period, now: datetime) -> list[timedelta]:
    """The silence in each promise in which word was owed during the period. As many queries as `quiet`."""
    return [time for each in _summed(scope, period, now, "provider").values() for time in each.promises.values()]


def _summed(scope: Scope, period: Period, now: datetime, by: str) -> dict[int, _Sum]:
    end = min(period.end, now)
    rows = list(
        WordOwed.objects.filter(scope.given_by("provider", "promise__") & scope.narrowed("promise__"))
        .filter(since__lt=end)
        .exclude(until__lte=period.start)
        .values_list("promise_id", "promise__customer_id", "provider_id", "since", "until", "hear_by", "allowed")
    )
    calendars = calendars_of(Party.objects.filter(pk__in={row[2] for row in rows}))
    sums: dict[int, _Sum] = defaultdict(_Sum)
    for promise, customer, provider, since, until, hear_by, allowed in rows:
        said = Stretch(provider, since, until, hear_by, allowed)
        party = said.provider if by == "provider" else customer
        sums[party].promises[promise] += _silent(said, calendars, period.start, end)
    return sums


def _silent(stretch: Stretch, calendars: dict[int, Calendar], start: datetime, end: datetime) -> timedelta:
    return silent_time(stretch, calendars[stretch.provider], start, end)
