"""The work that comes round by itself: counts, figures, plans, reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kept.example.conversation import Work, asks
from kept.example.customer import awaits
from kept.example.engine import Process, Wait
from kept.example.provider import provides
from kept.example.stage import Stage
from kept.example.words import Topic
from kept.example.words.inside import GOODS_IN, HOUSE, REPORT, REVENUE, STOCK_COUNT, TOUR_PLAN


@dataclass(frozen=True, slots=True)
class Round:
    """Work that `customer` asks of `provider` every `every` working days, first on day `first`, due `days` later."""

    topic: Topic
    customer: str
    provider: str
    every: int
    first: int
    days: int
    hours: tuple[float, float]


ROUNDS = (
    Round(STOCK_COUNT, "billing", "warehouse", 5, 1, 2, (2, 6)),
    Round(TOUR_PLAN, "drivers", "dispatch", 10, 2, 2, (2, 5)),
    Round(GOODS_IN, "purchasing", "warehouse", 13, 6, 2, (1, 4)),
    Round(REVENUE, "sales", "leila", 21, 4, 3, (4, 10)),
    Round(REPORT, "ruth", "tomas", 21, 3, 4, (4, 9)),
    Round(REPORT, "ruth", "petra", 21, 3, 4, (4, 9)),
    Round(REPORT, "ruth", "nora", 21, 5, 4, (4, 9)),
)


def comes_round(stage: Stage, turn: Round) -> Process:
    """One kind of work, again and again."""
    dice = stage.dice(f"round {turn.topic.name} {turn.provider}")
    day = turn.first
    while True:
        yield Wait(_morning(stage, day, dice.between(0, 5)))
        work = Work(turn.topic, HOUSE, dice.between(*turn.hours))
        due = stage.clock.day(stage.now, turn.days, 15)
        conversation = asks(stage, work, customer=turn.customer, provider=turn.provider, due=due)
        stage.engine.spawn(awaits(conversation))
        stage.engine.spawn(provides(conversation))
        day += turn.every


def _morning(stage: Stage, day: int, hours: float) -> datetime:
    return stage.clock.later(stage.clock.day(stage.engine.start, day, 8), hours)
