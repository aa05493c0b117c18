"""Chance that can be repeated: every draw is made from `Random.random`, which Python promises never to change."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Chance for one corner of the company: the same seed and name give the same draws, whatever others draw."""

    def __init__(self, seed: int, name: str) -> None:
        self._draw = random.Random(f"{seed}/{name}").random  # noqa: S311 a simulation, no secret

    def chance(self, odds: float) -> bool:
        """True with the probability `odds`, 0 to 1."""
        return self._draw() < odds

    def between(self, low: float, high: float) -> float:
        """A number from `low` to `high`, each as likely."""
        return low + (high - low) * self._draw()

    def usual(self, low: float, mode: float, high: float) -> float:
        """A number from `low` to `high`, most often near `mode` (triangular)."""
        drawn, turn = self._draw(), (mode - low) / (high - low)
        if drawn < turn:
            return float(low + ((high - low) * (mode - low) * drawn) ** 0.5)
        return float(high - ((high - low) * (high - mode) * (1 - drawn)) ** 0.5)

    def pick(self, choices: Sequence[T]) -> T:
        """One of `choices`, each as likely."""
        return choices[int(self._draw() * len(choices))]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        """`choices` in any order."""
        cards = list(choices)
        for last in range(len(cards) - 1, 0, -1):
            other = int(self._draw() * (last + 1))
            cards[last], cards[other] = cards[other], cards[last]
        return cards


class Decks:
    """Decks of words: each is gone through before one of its cards comes a second time."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._left: dict[tuple[object, ...], list[object]] = {}

    def draw(self, cards: tuple[T, ...]) -> T:
        """The next card of the deck that is made of `cards`."""
        left = self._left.setdefault(cards, [])
        if not left:
            left.extend(self._dice.shuffled(cards))
        return left.pop()  # type: ignore[return-value]
