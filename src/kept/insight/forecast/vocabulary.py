"""Which words count: learned from the past that a model is trained on, and kept with the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from kept.insight.forecast.events import NONE, ROLES, Events, Floats, Ints, Texts

COUNTED_STEPS: Final = 40
"""Of so many of the commonest steps it is counted how often and how long ago they were."""
MOSTLY: Final = 0.95
"""A column whose words are numbers (or moments) to this share is read as numbers (or moments)."""
FEW: Final = 3
MOMENT_FORMATS: Final = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d")


@dataclass(frozen=True)
class Vocabulary:
    """The words of each column by how common they are, and the columns that hold numbers or moments."""

    ranks: Mapping[str, Mapping[str, int]]
    ranked: tuple[str, ...]
    numbers: tuple[str, ...]
    moments: tuple[str, ...]

    @property
    def counted_steps(self) -> int:
        """How many steps are counted one by one."""
        return min(len(self.ranks["step"]), COUNTED_STEPS)

    def rank(self, name: str, texts: Texts) -> Ints:
        """Each event's word as its rank, 0 for the commonest; −1 for none, −2 for a word never met in training."""
        ranks = self.ranks[name]
        by_code = np.array([*(ranks.get(word, NONE - 1) for word in texts.words), NONE], dtype=np.int64)
        return by_code[texts.codes]

    def number(self, texts: Texts) -> Floats:
        """The number that each word is, NaN where it is none; one more NaN for "none"."""
        return np.array([*(_number(word) for word in texts.words), np.nan])

    def moment(self, name: str, texts: Texts) -> Floats:
        """The moment in seconds that each word is, NaN where it is none; one more NaN for "none"."""
        return np.array([*(_moment(word) for word in texts.words), np.nan])


def learned(events: Events, cases: Ints) -> Vocabulary:
    """The vocabulary of some cases of the past."""
    used = np.isin(events.case, cases)
    ranks = {"step": _ranks(steps(events), used)}
    ranked, numbers, moments = [], [], []
    for name, texts in events.texts.items():
        common = _ranks(texts, used)
        if name in ROLES:
            ranked += [name] if name not in ("activity", "lifecycle") else []
        elif _mostly(common, _number) and len(common) >= FEW:
            numbers.append(name)
            continue
        elif _mostly(common, _moment) and len(common) >= FEW:
            moments.append(name)
            continue
        else:
            ranked.append(name)
        ranks[name] = common
    return Vocabulary(ranks, tuple(ranked), tuple(numbers), tuple(moments))


def steps(events: Events) -> Texts:
    """What was done at each event: the activity, with its phase where that tells more."""
    activity, phase = events.text("activity"), events.text("lifecycle")
    width = len(phase.words)
    if width <= 1:
        return activity
    both = (activity.codes + 1) * (width + 1) + phase.codes + 1
    found, codes = np.unique(both, return_inverse=True)
    firsts, seconds = [*activity.words, ""], [*phase.words, ""]
    words = tuple(f"{firsts[code // (width + 1) - 1]} ({seconds[code % (width + 1) - 1]})" for code in found)
    return Texts(codes.astype(np.int64), words)


def filled(codes: Ints, events: Events) -> Ints:
    """The last code given in the case up to each event; −1 where there is none yet."""
    given = np.where(codes != NONE, np.arange(events.size), NONE)
    last = np.maximum.accumulate(given) if events.size else given
    return np.where(last >= events.start[events.case], codes[np.maximum(last, 0)], NONE)


def _ranks(texts: Texts, used: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> dict[str, int]:
    counts = np.bincount(texts.codes[used & (texts.codes != NONE)], minlength=len(texts.words))
    order = np.argsort(-counts, kind="stable")
    return {texts.words[code]: rank for rank, code in enumerate(order) if counts[code]}


def _mostly(words: Iterable[str], read: object) -> bool:
    values = [read(word) for word in words]  # type: ignore[operator]
    return bool(values) and float(np.mean(np.isfinite(values))) >= MOSTLY


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return np.nan


def _moment(word: str) -> float:
    for read in (datetime.fromisoformat, *(_by(pattern) for pattern in MOMENT_FORMATS)):
        try:
            found = read(word)
        except ValueError:
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return np.nan


def _by(pattern: str):  # type: ignore[no-untyped-def]
    return lambda word: datetime.strptime(word, pattern)  # noqa: DTZ007
