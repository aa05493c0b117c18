"""Working time by the table: how much lies between many moments, and when so much will have passed.

For arrays of moments within one stretch of time. With `outside` 0 it is what `core.calendars.working_time` and
`add_working_time` give.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

import numpy as np

from kept.core.calendars import Calendar, working_intervals
from kept.insight.forecast.pooled import Numbers

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class WorkClock:
    """A clock that runs while a party works: `worked` hours have passed at each of the `moments` (POSIX seconds)."""

    moments: Numbers
    worked: Numbers

    @classmethod
    def between(cls, calendar: Calendar, first: datetime, last: datetime, *, outside: float = 0.0) -> Self:
        """The clock for the time from `first` to `last`; before it stands still, after it too.

        Outside working hours it runs at the speed `outside`: 0 stands still, 1 is the plain clock.
        """
        spans = working_intervals(calendar, first, last)
        bounds = np.array([[span.start.timestamp(), span.end.timestamp()] for span in spans]).reshape(-1, 2)
        passed = np.cumsum(bounds[:, 1] - bounds[:, 0]) / HOUR
        begun = np.concatenate([[0.0], passed])[: len(passed)]
        moments = np.concatenate([[first.timestamp()], bounds.ravel(), [last.timestamp()]])
        worked = np.concatenate(
            [[0.0], np.stack([begun, passed], axis=1).ravel(), passed[-1:] if len(passed) else [0.0]]
        )
        return cls(moments, worked + outside * ((moments - moments[0]) / HOUR - worked))

    def at(self, moments: Numbers) -> Numbers:
        """The hours that have passed at each of `moments` (POSIX seconds)."""
        return np.asarray(np.interp(moments, self.moments, self.worked), dtype=np.float64)

    def when(self, worked: Numbers) -> Numbers:
        """The earliest moment (POSIX seconds) at which so many hours have passed; `inf` beyond the end of the table."""
        place = np.searchsorted(self.worked, worked, side="left")
        inside = np.clip(place, 1, len(self.worked) - 1)
        high, low = self.worked[inside], self.worked[inside - 1]
        share = np.divide(worked - low, high - low, out=np.ones_like(high), where=high > low)
        found = self.moments[inside - 1] + share * (self.moments[inside] - self.moments[inside - 1])
        return np.where(place >= len(self.worked), np.inf, found)
