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
STEP: Final = "step"
"""The column of `texts` that says what was done: the activity, with its phase where that tells more."""
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

    def only(self, case: int, place: int) -> tuple[Events, int]:
        """The case alone, as it was at its event of that place: nothing after it; and where that event stands."""
        first, last = int(self.start[case]), int(self.start[case]) + place + 1
        texts = {name: Texts(column.codes[first:last], column.words) for name, column in self.texts.items()}
        alone = Events(
            names=(self.names[case],),
            case=np.zeros(place + 1, dtype=np.int64),
            start=np.array([0, place + 1]),
            at=self.at[first:last],
            due=self.due[first:last],
            end=np.array([np.nan]),
            texts=texts,
            kept=np.array([NONE]),
            turned=np.array([np.nan]),
        )
        return alone, place

    def filled(self, name: str) -> Texts:
        """The column of that name, where nothing is given with what was given last in the case."""
        texts = self.text(name)
        given = np.where(texts.codes != NONE, np.arange(self.size), NONE)
        last = np.maximum.accumulate(given) if self.size else given
        inside = last >= self.start[self.case]
        return Texts(np.where(inside, texts.codes[np.maximum(last, 0)], NONE), texts.words)

    def text(self, name: str) -> Texts:
        """The column of that name; all "none" where the log has none."""
        found = self.texts.get(name)
        return found if found is not None else Texts(np.full(self.size, NONE), ())


def step_word(activity: str | None, phase: str | None) -> str | None:
    """What was done, in one word."""
    return f"{activity or ''} ({phase})" if phase else activity


def with_steps(texts: Mapping[str, Texts], *, size: int) -> dict[str, Texts]:
    """The columns with `STEP` beside them; the phase counts where a log has more than one."""
    activity = texts.get("activity", Texts(np.full(size, NONE), ()))
    phase = texts.get("lifecycle")
    if phase is None or len(phase.words) < 2:
        return {**texts, STEP: activity}
    width = len(phase.words) + 1
    found, codes = np.unique((activity.codes + 1) * width + phase.codes + 1, return_inverse=True)
    activities, phases = (None, *activity.words), (None, *phase.words)
    words = tuple(step_word(activities[both // width], phases[both % width]) or "" for both in found)
    return {**texts, STEP: Texts(codes.astype(np.int64), words)}
