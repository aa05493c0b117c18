"""What the rest of Kept asks: learn from pieces of work, and say when others are likely to be ready.

A forecast stands at the last step of its piece. Where time has passed since, it is what is left of it: the odds given
that the work has not ended yet. Work that is still open counts when learning, too: ended work stands for the open work
that has lasted as long (inverse probability of censoring, Robins and Rotnitzky 1992), or the past would look quicker
than it was, for what ended early is short.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import numpy as np

from kept.insight.forecast.board import Board
from kept.insight.forecast.errors import NoForecast, TooLittlePast
from kept.insight.forecast.events import DAY, STEP, Events, Floats, Ints
from kept.insight.forecast.learner import learn
from kept.insight.forecast.model import PrefixModel, Sight
from kept.insight.forecast.odds import Forecast, RestsOn, Scope
from kept.insight.forecast.pieces import Piece, Words, events_of_pieces, words_of
from kept.insight.forecast.protocol import days_to_end, prefixes
from kept.insight.forecast.scale import NOMINAL, days_at, levels_of

FORMAT: Final = b"kept-forecast-2\n"
FEWEST_ENDED: Final = 50
ENOUGH: Final = 20
HEAVIEST: Final = 5.0
"""No ended piece stands for more than so many."""


@dataclass(frozen=True)
class Forecaster:
    """A model with what it knows of all work: `words` are the codes of its columns, `begun` when ended work began."""

    model: PrefixModel
    words: Words
    begun: tuple[float, float]

    @classmethod
    def fit(cls, pieces: Sequence[Piece]) -> Forecaster:
        """Learn from the pieces that ended and, by their weight, from those still open.

        Raises TooLittlePast where fewer than 50 with a step before their end have ended.
        """
        events = events_of_pieces(pieces, {})
        rows = prefixes(events, np.flatnonzero(np.isfinite(events.end)), fewest=1)
        ended = np.unique(events.case[rows])
        if len(ended) < FEWEST_ENDED:
            raise TooLittlePast(
                f"{len(ended)} pieces of work have ended; learning takes at least {FEWEST_ENDED}. "
                "Until then, forecasts come from what like work took."
            )
        sight = Sight.of(events, ended)
        weights = _weights(events)[events.case[rows]]
        learned = learn(sight.table(events, rows), days_to_end(events, rows), weights if np.ptp(weights) else None)
        begun = events.began[ended]
        return cls(PrefixModel(sight, learned), words_of(events), (float(begun.min()), float(begun.max())))

    def knowing(self, pieces: Sequence[Piece]) -> Forecaster:
        """The same model, with newer work known: `pieces` is all of it, open and ended. Takes no learning."""
        events = events_of_pieces(pieces, self.words)
        vocabulary = self.model.sight.vocabulary
        board = Board.of(events, vocabulary.holders, vocabulary.ranked)
        sight = replace(self.model.sight, board=board)
        return replace(self, model=replace(self.model, sight=sight), words=words_of(events))

    def forecast(self, pieces: Sequence[Piece], now: datetime) -> tuple[Forecast, ...]:
        """When each of the open `pieces` is likely to end, as of `now`; none of their steps lies after it."""
        if not pieces:
            return ()
        events = events_of_pieces(pieces, self.words)
        last = events.start[1:] - 1
        passed = np.maximum((now.timestamp() - events.at[last]) / DAY, 0.0)
        days = still_left(self.model.days(events, last), passed)
        rests = self._rests_on(events, last)
        return tuple(
            Forecast(made_at=now, days=tuple(row), rests_on=on) for row, on in zip(days.tolist(), rests, strict=True)
        )

    def to_bytes(self) -> bytes:
        """The forecaster as bytes. Whoever stores them outside must sign them: reading runs what they say."""
        return FORMAT + pickle.dumps(self, protocol=5)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Forecaster:
        """The forecaster from bytes whose signature was checked. Raises NoForecast where another version wrote them."""
        if not stored.startswith(FORMAT):
            raise NoForecast("The stored forecasts are of another version of Kept. They are learned anew tonight.")
        try:
            found = pickle.loads(stored[len(FORMAT) :])  # noqa: S301 signed by whoever stored them
        except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, ValueError):
            found = None
        if not isinstance(found, cls):
            raise NoForecast("The stored forecasts can't be read. They are learned anew tonight.")
        return found

    def _rests_on(self, events: Events, rows: Ints) -> list[RestsOn]:
        """How many ended steps like each were known: of the same team where those are enough, else of all."""
        at, board = events.at[rows], self.model.sight.board
        wide = _known(board, STEP, events, rows, at)
        near = _known(board, f"{STEP} and team", events, rows, at) if f"{STEP} and team" in board.shown else wide * 0
        since, until = (datetime.fromtimestamp(moment, UTC) for moment in self.begun)
        return [
            RestsOn(int(own), Scope.PROVIDER, since, until)
            if own >= ENOUGH
            else RestsOn(int(all_), Scope.COMPANY, since, until)
            for own, all_ in zip(near, wide, strict=True)
        ]


def still_left(days: Floats, passed: Floats) -> Floats:
    """What is left of forecasts `days` (n × 99) when `passed` (n) days have gone by without an end."""
    reached = np.where(passed > 0, levels_of(days, passed)[1], 0.0)[:, None]
    levels = reached + NOMINAL[None, :] * (1.0 - reached)
    left = np.maximum(days_at(days, levels) - passed[:, None], 0.0)
    return np.asarray(np.maximum.accumulate(left, axis=1))


def _known(board: Board, name: str, events: Events, rows: Ints, at: Floats) -> Floats:
    return board.shown[name].happened.count(board.shown_key(name, events)[rows], at)


def _weights(events: Events) -> Floats:
    """(m) for how many pieces each ended one stands; 0 for those still open."""
    ended = np.isfinite(events.end)
    seen_until = float(np.nanmax(np.concatenate([events.at, events.end])))
    lasted = np.where(ended, events.end, seen_until) - events.began
    order = np.lexsort((~ended, lasted))
    at_risk = len(order) - np.arange(len(order))
    still_seen = np.cumprod(1.0 - (~ended)[order] / at_risk)
    # What counts is the chance of being seen until just before one's own end.
    before = np.concatenate([[1.0], still_seen[:-1]])
    weights = np.zeros(len(order))
    weights[order] = 1.0 / np.maximum(before, 1.0 / HEAVIEST)
    return np.where(ended, weights, 0.0)
