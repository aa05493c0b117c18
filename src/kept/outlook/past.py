"""The installation's own past for forecasts: how long its promises took, as it was known at a moment.

Read from the promises' rows in a fixed number of queries. Private promises are not in it. A piece of work ends with its
delivery, be it accepted or not answered yet; what is open, or was given up, has taken at least so long. Where a
company or a provider has very many promises, a part of them is read that leaves none out on purpose: every n-th of
the company's newest, and the provider's newest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

import numpy as np
from django.db.models import Max, Q

from kept.core.calendars import Calendar
from kept.insight.forecast.pooled import Flags, Numbers
from kept.insight.forecast.worktime import HOUR, WorkClock
from kept.people.calendars import calendars_of
from kept.people.models import Party
from kept.promises.models import Promise
from kept.promises.wording import stems

COMPANY = 600
"""Of so many of the company's newest promises' numbers, evenly spread, those that are promises are read."""
NEWEST = 20_000
"""Over how many of the newest numbers they are spread."""
PER_PROVIDER = 1000
"""How many promises of a provider are read at most: the newest."""
LEAST_PROMISED = 2.0
"""Hours of work that a promised time counts as at least, where shares of it are taken."""
YEARS_AHEAD = 4
"""How many years of working time are reckoned beyond the present one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A promise of the past; moments are POSIX seconds, NaN where there is none. `links`: see `Past.read`."""

    key: int
    customer: int
    provider: int
    opened: float
    promised: float
    first_due: float
    delivered: float
    over: float
    what: str
    kind: str


@dataclass(frozen=True)
class Past:
    """What was known at `at` of promises that were opened before. Arrays of one length, newest last.

    `hours`: working time from the opening to the delivery, or for as long as it was watched where it has not `ended`;
    `shares`: the same from the promise on, as a share of the time that was promised first (NaN: never promised).
    `company`: those that stand for the whole company.
    """

    at: datetime
    rows: Sequence[Row]
    company: Flags
    clocks: Mapping[int, WorkClock]

    @classmethod
    def read(cls, providers: Collection[int], at: datetime) -> Past:
        """The past of these providers, and of the company, as known at `at`; a fixed number of queries."""
        spread = _spread()
        sample = set(_rows(Q(pk__in=spread), at)) if spread else set()
        near = set(_rows(Q(pk__in=_newest(providers)), at))
        rows = sorted(sample | near, key=lambda row: row.key)
        return cls.of(rows, np.array([row in sample for row in rows], dtype=bool), at, providers)

    @classmethod
    def of(cls, rows: Sequence[Row], company: Flags, at: datetime, providers: Collection[int] = ()) -> Past:
        """The past that consists of `rows`."""
        kinds = {row.provider: row.kind for row in rows}
        return cls(at, rows, company, clocks_of(kinds, providers, at))

    @cached_property
    def customer(self) -> Numbers:
        """The customers' ids."""
        return np.array([row.customer for row in self.rows], dtype=np.float64)

    @cached_property
    def provider(self) -> Numbers:
        """The providers' ids."""
        return np.array([row.provider for row in self.rows], dtype=np.float64)

    @cached_property
    def opened(self) -> Numbers:
        """When each was asked for or offered."""
        return np.array([row.opened for row in self.rows], dtype=np.float64)

    @cached_property
    def ended(self) -> Flags:
        """Whether it was delivered by then."""
        return np.array([row.delivered <= self.at.timestamp() for row in self.rows], dtype=bool)

    @cached_property
    def until(self) -> Numbers:
        """Until when each was watched: its delivery, the moment at which it was given up, or now."""
        delivered = np.array([row.delivered for row in self.rows], dtype=np.float64)
        over = np.array([row.over for row in self.rows], dtype=np.float64)
        return np.fmin(np.fmin(delivered, over), self.at.timestamp())

    @cached_property
    def hours(self) -> Numbers:
        """Working time from the opening on."""
        return self._worked(self.opened, self.until)

    @cached_property
    def shares(self) -> Numbers:
        """Working time from the promise on, as a share of what was promised."""
        promised = np.array([row.promised for row in self.rows], dtype=np.float64)
        promised[promised > self.until] = np.nan
        due = np.array([row.first_due for row in self.rows], dtype=np.float64)
        return self._worked(promised, self.until) / np.maximum(self._worked(promised, due), LEAST_PROMISED)

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """What each is about."""
        return [words_of(row.what) for row in self.rows]

    def _worked(self, start: Numbers, end: Numbers) -> Numbers:
        found = np.full(len(self.rows), np.nan)
        for provider in np.unique(self.provider):
            its, clock = self.provider == provider, self.clocks[int(provider)]
            found[its] = clock.at(end[its]) - clock.at(start[its])
        return found


def clocks_of(kinds: Mapping[int, str], providers: Collection[int], at: datetime) -> dict[int, WorkClock]:
    """The clock of each party: of those whose kind is known, and of `providers`."""
    missing = [key for key in providers if key not in kinds]
    known = [Party(pk=key, kind=kind) for key, kind in kinds.items()]
    calendars = calendars_of([*known, *(Party.objects.filter(pk__in=missing) if missing else [])])
    return {key: _clock(calendar, at.year) for key, calendar in calendars.items()}


@lru_cache(maxsize=512)
def _clock(calendar: Calendar, year: int) -> WorkClock:
    first, last = datetime(year - 10, 1, 1, tzinfo=UTC), datetime(year + YEARS_AHEAD, 1, 1, tzinfo=UTC)
    clock = WorkClock.between(calendar, first, last)
    if clock.worked[-1] > 0:
        return clock
    always = np.array([first.timestamp(), last.timestamp()])  # whoever never works is reckoned by the plain clock
    return WorkClock(always, (always - always[0]) / HOUR)


@lru_cache(maxsize=50_000)
def words_of(what: str) -> frozenset[str]:
    """The words that say what a piece of work is about."""
    return frozenset(stems(what))


def _spread() -> list[int]:
    last = Promise.objects.aggregate(last=Max("pk"))["last"] or 0
    return list(range(last, max(last - NEWEST, 0), -max(1, min(last, NEWEST) // COMPANY)))


def _newest(providers: Collection[int]) -> list[int]:
    most = PER_PROVIDER * len(providers)
    keys = Promise.objects.filter(provider__in=providers).order_by().values_list("pk", flat=True)
    return sorted(keys)[-most:]


_COLUMNS = (
    "pk", "customer_id", "provider_id", "opened_at", "promised_at", "first_due", "delivered_at", "ended_at", "what",
    "provider__kind",
)  # fmt: skip


def _rows(which: Q, at: datetime) -> list[Row]:
    found = Promise.objects.filter(which, private=False, opened_at__lt=at).order_by().values_list(*_COLUMNS)
    return [Row(*row[:3], *map(_seconds, row[3:8]), *row[8:]) for row in found]


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else float("nan")
