"""A value chain: stations through which work flows, what they take, carry and cost, and what the result earns.

Times are in hours of work where a person states them (`Hours`), and in days of 24 hours everywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean
from typing import Final

HOURS_A_DAY: Final = 24
DAYS_A_WEEK: Final = 7


class Spread(StrEnum):
    """How far single pieces of work lie around a stated mean."""

    RANDOM = "random"
    """Exponential: most are short, a few are very long; the next one is never foreseeable."""
    EVEN = "even"
    """Every piece takes the mean."""


class Order(StrEnum):
    """Which of the waiting pieces of work a station takes next."""

    FIRST_COME = "first come"
    LAST_COME = "last come"
    SHORTEST = "shortest first"
    OLDEST = "oldest first"
    """The one that came into the chain first, wherever it has been since."""
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Hours:
    """How many hours one piece of work takes.

    Either `seen`: hours that were observed, all equally likely; or a `mean_stated` with its `spread`.
    """

    mean_stated: float | None = None
    spread: Spread = Spread.RANDOM
    seen: tuple[float, ...] = ()

    @property
    def mean(self) -> float:
        """The mean, in hours."""
        return fmean(self.seen) if self.mean_stated is None else self.mean_stated


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a station: to the station named `to`, or (None) out of the chain, done.

    `share` of the work that leaves the station takes it, and took `hours` there.
    """

    to: str | None
    share: float
    hours: Hours


@dataclass(frozen=True, slots=True)
class Station:
    """One step of the chain, as a rule a team.

    `servers` pieces of work can be in hand at the same time; None: any number, the time there does not depend on how
    much lies there (it waits for others, or for its turn in a world that the record doesn't show). Work is done
    `hours_per_day` on `days_per_week` days. Costs are money an hour of one server, and money a day for each piece of
    work that lies there, waiting or in hand. `speed` divides the hours that a piece takes (1.2: 20 % faster).
    """

    name: str
    ways: tuple[Way, ...]
    servers: int | None = 1
    hours_per_day: float = HOURS_A_DAY
    days_per_week: int = DAYS_A_WEEK
    cost_per_hour: float = 0.0
    storage_cost_per_day: float = 0.0
    order: Order = Order.FIRST_COME
    speed: float = 1.0

    @property
    def mean_hours(self) -> float:
        """Mean hours of work that one visit takes."""
        return sum(way.share * way.hours.mean for way in self.ways) / self.speed

    @property
    def staffed_hours_per_day(self) -> float:
        """Hours a calendar day that its servers are there, all together; 0.0 where they are not counted."""
        return 0.0 if self.servers is None else self.servers * self.hours_per_day * self.days_per_week / DAYS_A_WEEK

    @property
    def capacity_per_day(self) -> float:
        """Visits a calendar day that it can do at most; infinite where servers are not counted."""
        if self.servers is None or self.mean_hours == 0:
            return float("inf")
        return self.staffed_hours_per_day / self.mean_hours


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How work comes in: `per_day`, at random moments or evenly, at the stations of `start` by share."""

    per_day: float
    start: tuple[tuple[str, float], ...]
    spread: Spread = Spread.RANDOM


@dataclass(frozen=True, slots=True)
class Money:
    """What one finished piece of work earns and uses up, and what its delay loses.

    Each day beyond `promised_days` loses `loss_per_day_late` of its price, down to nothing earned.
    """

    price: float = 0.0
    material_cost: float = 0.0
    promised_days: float = 0.0
    loss_per_day_late: float = 0.0


@dataclass(frozen=True, slots=True)
class Chain:
    """The whole chain. `unit` is the word for one piece of work."""

    stations: tuple[Station, ...]
    arrivals: Arrivals
    money: Money = field(default_factory=Money)
    name: str = "the chain"
    unit: str = "piece of work"

    def place(self, name: str) -> int:
        """The place of the station of that name among `stations`."""
        return next(place for place, station in enumerate(self.stations) if station.name == name)


@dataclass(frozen=True, slots=True)
class Run:
    """How long is simulated: `days` are counted after `warm_up_days`, `replications` times, from `seed`."""

    days: float = 250.0
    warm_up_days: float = 50.0
    replications: int = 20
    seed: int = 1
