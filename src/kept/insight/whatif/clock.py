"""The clock of a station that does not work day and night: working days done by a moment, and back.

A day begins at midnight, a week on Monday; work begins at 8:00, or earlier where the hours would not fit otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from kept.insight.whatif.chain import DAYS_A_WEEK, HOURS_A_DAY, Station
from kept.insight.whatif.draws import Floats

BEGINS: Final = 8.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Works `length` of a day, from `opens` on, both as a share of the day, on the first `days` days of each week."""

    opens: float
    length: float
    days: int

    @classmethod
    def of(cls, station: Station) -> Clock | None:
        """The station's clock; None where it works day and night."""
        if station.hours_per_day == HOURS_A_DAY and station.days_per_week == DAYS_A_WEEK:
            return None
        opens = min(BEGINS, HOURS_A_DAY - station.hours_per_day)
        return cls(opens / HOURS_A_DAY, station.hours_per_day / HOURS_A_DAY, station.days_per_week)

    def after(self, begun: float, work: float) -> float:
        """When `work` (days of working time) is done that was begun at the moment `begun` (days)."""
        goal = self.worked(begun) + work
        if work == 0:
            return begun
        windows = max(1, math.ceil(goal / self.length - 1e-12))
        week, day = divmod(windows - 1, self.days)
        return week * DAYS_A_WEEK + day + self.opens + goal - (windows - 1) * self.length

    def worked(self, moment: float) -> float:
        """Working time (days) from 0 to the moment (days)."""
        week, rest = divmod(moment, DAYS_A_WEEK)
        day = int(rest)
        if day >= self.days:
            return (week + 1) * self.days * self.length
        return (week * self.days + day) * self.length + min(max(rest - day - self.opens, 0.0), self.length)

    def worked_by(self, moments: Floats) -> Floats:
        """The same for many moments."""
        week, rest = np.divmod(moments, DAYS_A_WEEK)
        day = np.minimum(np.floor(rest), self.days)
        within = np.where(day < self.days, np.clip(rest - day - self.opens, 0.0, self.length), 0.0)
        done: Floats = (week * self.days + day) * self.length + within
        return done
