"""Which prefixes are learned from, which say when to stop, and which are forecast: the two protocols of the literature.

Both put cases in order of their first event and take those of three events or more, one row for every prefix of 2 to
n − 1 events. **Holdout**: the first 64 % of the cases train, the next 16 % validate, the last 20 % test. **Strict**
(after Weytjens and De Weerdt): cases that train and validate ended before the moment that separates them from the
test, whose prefixes lie after it; and the open end of the log, where long cases would be missing, is cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from kept.insight.forecast.errors import TooLittlePast
from kept.insight.forecast.events import DAY, Events, Flags, Floats, Ints

FEWEST_EVENTS: Final = 3
FEWEST_CASES: Final = 50
TRAIN: Final = 0.64
TRAIN_AND_VALID: Final = 0.8
LONG: Final = 0.98
"""The open end that is cut off is as long as all but the longest 2 % of the cases that lie well before it."""
MOST_CUT: Final = 0.3
"""No more than this share of the log's span is cut off."""


@dataclass(frozen=True)
class Rows:
    """The prefixes of each part, as places of their last events."""

    train: Ints
    valid: Ints
    test: Ints

    def cases(self, events: Events) -> dict[str, int]:
        """How many cases each part has."""
        parts = {"train": self.train, "valid": self.valid, "test": self.test}
        return {name: len(np.unique(events.case[rows])) for name, rows in parts.items()}


def holdout(events: Events) -> Rows:
    """The parts of the hold-out protocol. Raises TooLittlePast below 50 cases of three events."""
    cases = _long_enough(events, np.arange(events.cases))
    first, second = int(len(cases) * TRAIN), int(len(cases) * TRAIN_AND_VALID)
    parts = (cases[:first], cases[first:second], cases[second:])
    return Rows(*(prefixes(events, part) for part in parts))


def strict(events: Events) -> Rows:
    """The parts of the strict protocol. Raises TooLittlePast where too few cases are left."""
    began, end = events.began, events.end
    cases = _long_enough(events, np.flatnonzero(began <= _closed_until(events)))
    separation = began[cases[int(len(cases) * TRAIN_AND_VALID)]]
    past = cases[end[cases] < separation]
    first = int(len(past) * TRAIN_AND_VALID)
    test = prefixes(events, cases[end[cases] >= separation])
    rows = Rows(prefixes(events, past[:first]), prefixes(events, past[first:]), test[events.at[test] >= separation])
    if min(len(rows.train), len(rows.valid), len(rows.test)) == 0:
        raise TooLittlePast(
            "Too few cases ended before others began for the strict protocol. Use --protocol holdout, or a longer log."
        )
    return rows


PROTOCOLS: Final[Mapping[str, Callable[[Events], Rows]]] = {"holdout": holdout, "strict": strict}


def prefixes(events: Events, cases: Ints, fewest: int = 2) -> Ints:
    """The places of the last events of every prefix of `fewest` to n − 1 events of the cases, in order of case."""
    chosen = np.zeros(events.cases, dtype=np.bool_)
    chosen[cases] = True
    place, length = events.place, events.lengths[events.case]
    wanted: Flags = chosen[events.case] & (place >= fewest - 1) & (place <= length - 2)
    return np.flatnonzero(wanted)


def days_left(events: Events, rows: Ints) -> Floats:
    """The days from each prefix to the last event of its case."""
    return (events.at[events.start[1:] - 1][events.case[rows]] - events.at[rows]) / DAY


def days_to_end(events: Events, rows: Ints) -> Floats:
    """The days from each prefix to the end of its case, which may lie after its last event; NaN where it is open."""
    return (events.end[events.case[rows]] - events.at[rows]) / DAY


def _long_enough(events: Events, cases: Ints) -> Ints:
    long = cases[events.lengths[cases] >= FEWEST_EVENTS]
    if len(long) < FEWEST_CASES:
        raise TooLittlePast(
            f"The log has {len(long)} cases of {FEWEST_EVENTS} events or more; to learn and to check a forecast takes "
            f"at least {FEWEST_CASES}. Bring in a longer log."
        )
    return long


def _closed_until(events: Events) -> float:
    """The last moment at which a case may begin so that even a long one ended within the log."""
    lasted = events.end - events.began
    first, last = float(events.began.min()), float(events.at.max())
    longest = float(np.quantile(lasted[np.isfinite(lasted)], LONG))
    return last - min(longest, MOST_CUT * (last - first))
