"""The board: all the work that a moment could know of, open and ended, to be asked about any moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kept.insight.forecast.events import DAY, NONE, STEP, Events, Floats, Ints
from kept.insight.forecast.known import Happened, Shown, paired


@dataclass(frozen=True)
class Held:
    """Work held by someone or something: when each piece came to it, and when it left."""

    came_to: Happened
    left: Happened

    def count(self, keys: Ints, at: Floats) -> Floats:
        """How many pieces each key held just before `at`."""
        return self.came_to.count(keys, at) - self.left.count(keys, at)

    def came(self, keys: Ints, at: Floats, seconds: float) -> Floats:
        """How many pieces came to each key in so many seconds before `at`."""
        return self.came_to.lately(keys, at, seconds)


@dataclass(frozen=True)
class Board:
    """What was known at every moment, made from all cases once."""

    held: Mapping[str, Held]
    shown: Mapping[str, Shown]
    durations: Shown
    others: tuple[str, ...]

    @classmethod
    def of(cls, events: Events, holders: tuple[str, ...], others: tuple[str, ...]) -> Board:
        """From all events there are; `holders` are the columns that say who has the work.

        `others` are those by which ended cases are looked at besides.
        """
        zeros = np.zeros(events.cases, dtype=np.int64)
        board = cls(
            {name: _held(events.filled(name).codes, events) for name in holders},
            {},
            Shown.of(zeros, events.end, np.log1p((events.end - events.began) / DAY)),
            others,
        )
        until = events.end[events.case]
        left = np.log1p(np.maximum(until - events.at, 0.0) / DAY)
        is_last = np.zeros(events.size, dtype=np.bool_)
        is_last[events.start[1:] - 1] = np.isfinite(events.end)
        known_at = np.where(is_last, np.nan, until)
        shown = {
            name: Shown.of(board.shown_key(name, events), known_at, left)
            for name in ("step", "step and before", *(f"step and {other}" for other in others))
        }
        return cls(board.held, shown, board.durations, others)

    def key(self, name: str, events: Events) -> Ints:
        """The key of each event in `held[name]`."""
        return events.filled(name).codes

    def shown_key(self, name: str, events: Events) -> Ints:
        """The key of each event in `shown[name]`."""
        step = events.text(STEP).codes
        if name == STEP:
            return step
        if name == "step and before":
            before = np.concatenate([[NONE], step[:-1]])
            before[events.start[:-1]] = NONE
            return paired(step, before)
        return paired(step, events.filled(name.removeprefix("step and ")).codes)


def _held(codes: Ints, events: Events) -> Held:
    """Each event's holder holds the case until the next event, or until its end."""
    until = np.concatenate([events.at[1:], [np.nan]])
    until[events.start[1:] - 1] = events.end
    return Held(Happened.of(codes, events.at), Happened.of(codes, until))
