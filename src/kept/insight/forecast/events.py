"""The past as arrays: what a forecast learns from and is made of.

Cases are numbered from 0 in the order of their first event, and their events lie together, in order of time. Texts are
codes: −1 is "none", others are places in the column's `words`. `end` is when a case is known to be over, NaN where it
still runs: nothing may ask whether a case is over before that moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NONE: Final = -1
DAY: Final = 86_400.0
ROLES: Final = ("activity", "lifecycle", "team", "person", "customer")
"""The columns of the shape that may be used beside the times; `ended` and `kept` may not."""


@dataclass(frozen=True)
class Texts:
    """One column of texts: a code an event, and the word of each code."""

    codes: Ints
    words: tuple[str, ...]


@dataclass(frozen=True)
class Events:
    """`n` events of `m` cases.

    `case` (n) is each event's case, `start` (m + 1) where each case's events begin, `at` and `due` (n) are seconds
    since 1970 (`due` NaN where there is none), `end` (m) likewise. `texts` holds the columns of `ROLES` and the listed
    attributes. `names` (m) are the cases' own names. `kept` (m) is 1, 0 or −1 (not said): an outcome, never a feature.
    """

    names: tuple[str, ...]
    case: Ints
    start: Ints
    at: Floats
    due: Floats
    end: Floats
    texts: Mapping[str, Texts]
    kept: Ints
    turned: Floats
    """(m) the moment of the first event of the case that says it isn't kept; NaN where none does."""

    @property
    def size(self) -> int:
        """The number of events."""
        return len(self.at)

    @property
    def cases(self) -> int:
        """The number of cases."""
        return len(self.names)

    @property
    def lengths(self) -> Ints:
        """(m) the number of events of each case."""
        return np.diff(self.start)

    @property
    def place(self) -> Ints:
        """(n) each event's place in its case, from 0."""
        return np.arange(self.size) - self.start[self.case]

    @property
    def began(self) -> Floats:
        """(m) when each case began."""
        return self.at[self.start[:-1]]

    def text(self, name: str) -> Texts:
        """The column of that name; all "none" where the log has none."""
        found = self.texts.get(name)
        return found if found is not None else Texts(np.full(self.size, NONE), ())
