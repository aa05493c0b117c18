"""The installation's own past for forecasts: how long its promises took, as it was known at a moment.

Read from the promises' rows in a fixed number of queries; private promises are not in it. A piece of work ends with its
delivery, be it accepted or not answered yet; what is open, or was given up, has taken at least so long. Where a company
or a provider has very many promises, a part of them is read that favours none: every n-th of the company's newest, and
the provider's newest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from django.db.models import F, Max, Q

from kept.core.calendars import Calendar
from kept.insight.forecast.pooled import Flags, Numbers
from kept.insight.forecast.worktime import WorkClock
from kept.people.calendars import calendars_of
from kept.people.models import Party
from kept.promises.models import Promise
from kept.promises.wording import stems

COMPANY = 300
"""Of so many of the company's newest promises' numbers, evenly spread, those that are promises are read."""
NEWEST = 20_000
"""Over how many of the newest numbers they are spread."""
PER_PROVIDER = 500
"""How many promises of a provider are read at most: the newest."""
LEAST_PROMISED = 2.0
"""Hours of work that a promised time counts as at least, where shares of it are taken."""
YEARS_BACK, YEARS_AHEAD = 10, 4
"""Between which years working time is reckoned, beside the present one."""
OUTSIDE = 0.05
"""How fast time counts outside a provider's working hours, beside the time within: some deliver then. Chosen by
measuring (docs/decisions/0022)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A promise as it stands. Moments are POSIX seconds, NaN where there is none; `kind` is its provider's."""

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
    reworks: int = 0


@dataclass(frozen=True, slots=True)
class Returned:
    """A delivery that was returned, or accepted and reopened: of which promise, and from when to when it stood."""

    key: int
    delivered: float
    returned: float


@dataclass(frozen=True)
class Table:
    """Promises, oldest number first, beside each other in arrays. `company`: those that stand for the whole company."""

    rows: Sequence[Row]
    company: Flags
    clocks: Mapping[int, WorkClock]
    returned: Sequence[Returned] = ()

    @cached_property
    def keys(self) -> npt.NDArray[np.int64]:
        """The promises' ids, rising."""
        return np.array([row.key for row in self.rows], dtype=np.int64)

    @cached_property
    def customer(self) -> npt.NDArray[np.int64]:
        """The customers' ids."""
        return np.array([row.customer for row in self.rows], dtype=np.int64)

    @cached_property
    def provider(self) -> npt.NDArray[np.int64]:
        """The providers' ids."""
        return np.array([row.provider for row in self.rows], dtype=np.int64)

    @cached_property
    def moments(self) -> dict[str, Numbers]:
        """`opened`, `promised`, `first_due`, `delivered` and `over` of each."""
        names = ("opened", "promised", "first_due", "delivered", "over")
        return {name: np.array([getattr(row, name) for row in self.rows], dtype=np.float64) for name in names}

    @cached_property
    def worked(self) -> dict[str, Numbers]:
        """What the provider's clock said at each of these moments."""
        return {name: self.clock_at(moments) for name, moments in self.moments.items() if name != "over"}

    @cached_property
    def came_back(self) -> Flags:
        """Whether a delivery of it was returned, or reopened."""
        return np.array([row.reworks > 0 for row in self.rows], dtype=bool)

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """What each is about."""
        return [words_of(row.what) for row in self.rows]

    @cached_property
    def _of_provider(self) -> list[tuple[WorkClock, npt.NDArray[np.intp]]]:
        order = np.argsort(self.provider, kind="stable")
        found, first = np.unique(self.provider[order], return_index=True)
        places = np.split(order, first[1:])
        return [(self.clocks[int(one)], its) for one, its in zip(found, places, strict=True)]

    def clock_at(self, moments: Numbers) -> Numbers:
        """What the clock of each promise's provider says at its one of `moments`, in hours."""
        found = np.full(len(self.rows), np.nan)
        for clock, its in self._of_provider if len(self.rows) else ():
            found[its] = clock.at(moments[its])
        return found

    def known_at(self, at: datetime) -> Past:
        """What was known of them at the moment `at`."""
        return Past(self, at)


@dataclass(frozen=True)
class Past:
    """What was known of the promises of `table` at the moment `at`. Arrays as long as the table."""

    table: Table
    at: datetime

    @cached_property
    def there(self) -> Flags:
        """Whether it was asked for, or offered, by then."""
        return self.table.moments["opened"] < self.at.timestamp()

    @cached_property
    def _deliveries(self) -> Numbers:
        """The delivery that stood at that moment; NaN where none did."""
        now = self.at.timestamp()
        found = np.where(self.table.moments["delivered"] <= now, self.table.moments["delivered"], np.nan)
        for one in self.table.returned:
            if one.delivered <= now < one.returned:
                found[np.searchsorted(self.table.keys, one.key)] = one.delivered
        return found

    @cached_property
    def ended(self) -> Flags:
        """Whether it was delivered by then, and not returned by then."""
        return ~np.isnan(self._deliveries) & self.there

    @cached_property
    def until(self) -> Numbers:
        """Until when each was watched: its delivery, the moment at which it was given up, or now."""
        delivered = self.table.moments["delivered"]
        given_up = np.where(np.isnan(delivered), self.table.moments["over"], np.nan)
        return np.fmin(np.fmin(self._deliveries, given_up), self.at.timestamp())

    @cached_property
    def _until_worked(self) -> Numbers:
        return self.table.clock_at(self.until)

    @cached_property
    def hours(self) -> Numbers:
        """Working time from the opening on."""
        return self._until_worked - self.table.worked["opened"]

    @cached_property
    def shares(self) -> Numbers:
        """Working time from the promise on, as a share of what was promised first; NaN where nothing was by then."""
        worked = self.table.worked
        promised = np.maximum(worked["first_due"] - worked["promised"], LEAST_PROMISED)
        by_then = self.table.moments["promised"] <= self.until
        return np.where(by_then, (self._until_worked - worked["promised"]) / promised, np.nan)


def read(providers: Collection[int]) -> Table:
    """The promises of these providers, and those that stand for the company; a fixed number of queries."""
    sample = {row.key: row for row in rows_of(Q(pk__in=_spread()))}
    near = {row.key: row for row in rows_of(Q(pk__in=_newest(providers)))}
    return table_of(sorted((sample | near).items()), sample, providers)


def table_of(found: Iterable[tuple[int, Row]], company: Collection[int], providers: Collection[int]) -> Table:
    """The table of the rows that were found; those with a number in `company` stand for the whole company."""
    rows = [row for _, row in found]
    clocks = clocks_of({row.provider: row.kind for row in rows}, providers)
    return Table(rows, np.array([row.key in company for row in rows], dtype=bool), clocks)


def clocks_of(kinds: Mapping[int, str], providers: Iterable[int] = ()) -> dict[int, WorkClock]:
    """The clock of each party: of those whose kind is known, and of `providers`."""
    missing = [key for key in providers if key not in kinds]
    known = [Party(pk=key, kind=kind) for key, kind in kinds.items()]
    calendars = calendars_of([*known, *(Party.objects.filter(pk__in=missing) if missing else [])])
    year = datetime.now(UTC).year
    return {key: _clock(calendar, year) for key, calendar in calendars.items()}


@lru_cache(maxsize=512)
def _clock(calendar: Calendar, year: int) -> WorkClock:
    first, last = datetime(year - YEARS_BACK, 1, 1, tzinfo=UTC), datetime(year + YEARS_AHEAD, 1, 1, tzinfo=UTC)
    return WorkClock.between(calendar, first, last, outside=OUTSIDE)


@lru_cache(maxsize=50_000)
def words_of(what: str) -> frozenset[str]:
    """The words that say what a piece of work is about."""
    return frozenset(stems(what))


def _spread() -> list[int]:
    last = Promise.objects.aggregate(last=Max("pk"))["last"] or 0
    return list(range(last, max(last - NEWEST, 0), -max(1, min(last, NEWEST) // COMPANY)))


def _newest(providers: Collection[int]) -> list[int]:
    newest_first = -F("pk")  # as an expression: SQLite would walk all promises for the column itself
    keys = Promise.objects.filter(provider__in=providers).order_by(newest_first).values_list("pk", flat=True)
    return list(keys[: PER_PROVIDER * len(providers)])


_COLUMNS = (
    "pk", "customer_id", "provider_id", "opened_at", "promised_at", "first_due", "delivered_at", "ended_at", "what",
    "provider__kind", "reworks",
)  # fmt: skip


def rows_of(which: Q) -> list[Row]:
    """The promises of that description as rows, private ones left out."""
    found = Promise.objects.filter(which, private=False).order_by().values_list(*_COLUMNS)
    return [Row(*row[:3], *map(_seconds, row[3:8]), *row[8:]) for row in found]


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else float("nan")
