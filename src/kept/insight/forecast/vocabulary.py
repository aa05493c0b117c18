"""Which words count: learned from the past that a model is trained on, and kept with the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from kept.insight.forecast.events import NONE, ROLES, STEP, Events, Flags, Floats, Ints, Texts

COUNTED_STEPS: Final = 40
"""Of so many of the commonest steps it is counted how often and how long ago they were."""
MOSTLY: Final = 0.95
"""A column whose words are numbers (or moments) to this share is read as numbers (or moments)."""
FEW: Final = 3
HOLDERS: Final = ("activity", "team", "person", "customer")
MOMENT_FORMATS: Final = ("", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S")
"""How a moment may be written; the empty one stands for ISO 8601."""


@dataclass(frozen=True)
class Vocabulary:
    """The words of each column by how common they are, and the columns that hold numbers or moments."""

    ranks: Mapping[str, Mapping[str, int]]
    ranked: tuple[str, ...]
    numbers: tuple[str, ...]
    moments: tuple[str, ...]
    holders: tuple[str, ...]
    """The columns that say who or what has the work, of those that say anything."""
    has_due: bool

    @property
    def counted_steps(self) -> int:
        """How many steps are counted one by one."""
        return min(len(self.ranks.get(STEP, ())), COUNTED_STEPS)

    def rank(self, name: str, texts: Texts) -> Floats:
        """Each event's word as its rank, 0 for the commonest; −1 for none, −2 for a word never met in training."""
        ranks = self.ranks.get(name, {})
        return _by_word(texts, lambda word: ranks.get(word, NONE - 1), NONE)


def numbers_of(texts: Texts) -> Floats:
    """The number that each event's word is, NaN where it is none."""
    return _by_word(texts, _number, np.nan)


def moments_of(texts: Texts) -> Floats:
    """The moment in seconds that each event's word is, NaN where it is none; without a zone, in UTC."""
    return _by_word(texts, _moment, np.nan)


def learned(events: Events, cases: Ints) -> Vocabulary:
    """The vocabulary of some cases of the past."""
    used = np.isin(events.case, cases)
    ranks: dict[str, dict[str, int]] = {}
    ranked, numbers, moments = [], [], []
    for name, texts in events.texts.items():
        common = _ranks(texts, used)
        if name in (STEP, *ROLES):
            ranked += [name] if name not in ("activity", "lifecycle", STEP) else []
        elif _mostly(common, _number) and len(common) >= FEW:
            numbers.append(name)
            continue
        elif _mostly(common, _moment) and len(common) >= FEW:
            moments.append(name)
            continue
        else:
            ranked.append(name)
        ranks[name] = common
    holders = tuple(name for name in HOLDERS if len(events.text(name).words) > 1)
    return Vocabulary(
        ranks, tuple(ranked), tuple(numbers), tuple(moments), holders, bool(np.isfinite(events.due[used]).any())
    )


def _by_word(texts: Texts, read: Callable[[str], float], none: float) -> Floats:
    """What is read from each event's word; only words that occur are read."""
    found, place = np.unique(texts.codes, return_inverse=True)
    values = [none if code == NONE else read(texts.words[code]) for code in found]
    return np.array(values, dtype=np.float64)[place]


def _ranks(texts: Texts, used: Flags) -> dict[str, int]:
    counts = np.bincount(texts.codes[used & (texts.codes != NONE)], minlength=len(texts.words))
    order = np.argsort(-counts, kind="stable")
    return {texts.words[code]: rank for rank, code in enumerate(order) if counts[code]}


def _mostly(words: Iterable[str], read: Callable[[str], float]) -> bool:
    values = [read(word) for word in words]
    return bool(values) and float(np.mean(np.isfinite(values))) >= MOSTLY


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")


def _moment(word: str) -> float:
    for pattern in MOMENT_FORMATS:
        try:
            found = datetime.strptime(word, pattern) if pattern else datetime.fromisoformat(word)  # noqa: DTZ007
        except ValueError:
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return float("nan")
