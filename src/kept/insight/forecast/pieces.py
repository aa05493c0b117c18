"""Pieces of work as the rest of Kept knows them, and how they become `Events`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

import numpy as np

from kept.insight.forecast.events import NONE, STEP, Events, Floats, Texts, step_word

Words = Mapping[str, Mapping[str, int]]
"""The code of each word of each column."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a piece of work: when, what, who had it; `attributes` as known at that moment."""

    at: datetime
    activity: str
    team: str | None = None
    person: str | None = None
    customer: str | None = None
    due: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    def words(self) -> dict[str, str | None]:
        """The step's columns, as `Events.texts` calls them."""
        return {
            STEP: step_word(self.activity, None),
            "activity": self.activity,
            "team": self.team,
            "person": self.person,
            "customer": self.customer,
            **{f"event.{name}": value for name, value in self.attributes.items()},
        }


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of work so far: its steps in order of time, one at least, and when it ended, if it has."""

    name: str
    steps: tuple[Step, ...]
    ended: datetime | None = None


def events_of_pieces(pieces: Sequence[Piece], words: Words) -> Events:
    """The pieces as events, numbered as they are given. Words keep the codes of `words`; new ones come after."""
    steps = [step for piece in pieces for step in piece.steps]
    lengths = np.array([len(piece.steps) for piece in pieces], dtype=np.int64)
    rows = [step.words() for step in steps]
    columns = dict.fromkeys([*words, *chain.from_iterable(rows)])
    return Events(
        names=tuple(piece.name for piece in pieces),
        case=np.repeat(np.arange(len(pieces)), lengths),
        start=np.concatenate([[0], np.cumsum(lengths)]),
        at=_seconds(step.at for step in steps),
        due=_seconds(step.due for step in steps),
        end=_seconds(piece.ended for piece in pieces),
        texts={name: _coded([row.get(name) for row in rows], words.get(name, {})) for name in columns},
        kept=np.full(len(pieces), NONE),
        turned=np.full(len(pieces), np.nan),
    )


def words_of(events: Events) -> dict[str, dict[str, int]]:
    """The code of each word of each column."""
    return {name: {word: code for code, word in enumerate(texts.words)} for name, texts in events.texts.items()}


def _seconds(moments: Iterable[datetime | None]) -> Floats:
    return np.array([np.nan if moment is None else moment.timestamp() for moment in moments], dtype=np.float64)


def _coded(values: Sequence[str | None], known: Mapping[str, int]) -> Texts:
    new: dict[str, int] = {}
    codes = [
        NONE if value is None else known[value] if value in known else new.setdefault(value, len(known) + len(new))
        for value in values
    ]
    return Texts(np.array(codes, dtype=np.int64), (*known, *new))
