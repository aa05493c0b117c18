"""Where the play takes place: the clock, the company, the words and the queues that all processes share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from kept.example import company
from kept.example.clock import Clock
from kept.example.dice import Decks, Dice
from kept.example.engine import Engine, Wait
from kept.example.floor import HABITS, Floor
from kept.example.founding import Company

T = TypeVar("T")


class Stage:
    """What all processes share."""

    def __init__(self, engine: Engine, clock: Clock, founded: Company, seed: int) -> None:
        self.engine = engine
        self.clock = clock
        self.company = founded
        self.floors = {key: Floor(engine, habits.benches) for key, habits in HABITS.items()}
        self._decks = Decks(Dice(seed, "words"))
        self._seed = seed

    @property
    def now(self) -> datetime:
        """The moment on the simulation's clock."""
        return self.engine.now

    def dice(self, name: str) -> Dice:
        """Chance for one corner of the company."""
        return Dice(self._seed, name)

    def draw(self, cards: tuple[T, ...]) -> T:
        """The next card of a deck, such as the next words for a situation."""
        return self._decks.draw(cards)

    def say(self, moment: datetime) -> str:
        """A moment as people say it now."""
        return self.clock.say(moment, self.now)

    def after(self, hours: float, team: str = "") -> datetime:
        """The moment that is so many working hours of a team from now."""
        return self.clock.later(self.now, hours, team)

    def sleep(self, hours: float, team: str = "") -> Wait:
        """Wait for so many working hours of a team."""
        return Wait(self.after(hours, team))


def speakers_of(party: str) -> Sequence[str]:
    """The keys of the people who speak for a team, an outside customer (always the same), or (themselves) a person."""
    for place, row in enumerate(company.OUTSIDE_CUSTOMERS):
        if row.name == party:
            account = company.LOOKS_AFTER[row.team]
            return (account[place % len(account)],)
    return company.SPEAKERS.get(party, (party,))
