"""A model: what was learned of a history, and the forecasts that it makes of prefixes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kept.insight.forecast.board import Board
from kept.insight.forecast.events import Events, Floats, Ints
from kept.insight.forecast.features import Table, features
from kept.insight.forecast.learner import Learned, learn
from kept.insight.forecast.protocol import days_left
from kept.insight.forecast.vocabulary import Vocabulary, learned


@dataclass(frozen=True)
class Sight:
    """How prefixes are looked at: the words that count, learned from a part of the past, over all that was known."""

    vocabulary: Vocabulary
    board: Board

    @classmethod
    def of(cls, events: Events, cases: Ints) -> Sight:
        """Over all `events`, with the words of some cases. The board answers for each moment what was known then."""
        vocabulary = learned(events, cases)
        return cls(vocabulary, Board.of(events, vocabulary.holders, vocabulary.ranked))

    def table(self, events: Events, rows: Ints) -> Table:
        """(n × f) the features of the prefixes that end with the events `rows`."""
        return features(events, rows, self.board, self.vocabulary).table


@dataclass(frozen=True)
class PrefixModel:
    """What was learned from prefixes, to be asked about others."""

    sight: Sight
    learned: Learned

    @classmethod
    def fit(cls, events: Events, rows: Ints) -> PrefixModel:
        """Learn from the prefixes `rows` of cases that ended."""
        sight = Sight.of(events, np.unique(events.case[rows]))
        return cls(sight, learn(sight.table(events, rows), days_left(events, rows)))

    def days(self, events: Events, rows: Ints) -> Floats:
        """(n × 99) the quantiles of the days left after each prefix, at 1 % to 99 %."""
        return self.learned.quantiles(self.sight.table(events, rows))
