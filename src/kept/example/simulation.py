"""Six months of work at the example company, played through the real actions by a simulation with its own clock."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kept.example import company
from kept.example.clock import Clock
from kept.example.engine import Engine, Process, Wait
from kept.example.founding import Company, found
from kept.example.orders import Twist, order
from kept.example.products import MADE, STOCK, Product
from kept.example.routine import ROUNDS, comes_round
from kept.example.stage import Stage
from kept.example.stories.desks import DESKS
from kept.example.stories.inside import INSIDE
from kept.example.storyteller import before_the_end, in_the_half_year
from kept.example.twists import cancelled, lost_note, material_gone, reopened
from kept.example.understandings import settle, settle_lately
from kept.ledger.models import Event
from kept.people.models import OutsideCustomer, Person, Team
from kept.promises.models import Promise, Reliance

WORKING_DAYS = 130
WEEK = timedelta(weeks=1)
MADE_A_WEEK = (1, 1, 1, 0, 1, 1, 1, 0, 1, 2, 2, 1, 1, 0, 1, 0, 1, 2, 2, 1, 1, 0, 1, 0, 1, 1)
STOCK_A_WEEK = (1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1)
TWISTS: dict[tuple[str, int], Twist] = {
    ("made", 2): reopened,
    ("made", 7): material_gone,
    ("made", 14): cancelled,
    ("stock", 4): reopened,
    ("stock", 9): lost_note,
}
"""What happens to the n-th order of pieces that are made, or come from stock."""


@dataclass(frozen=True)
class Laid:
    """What `lay` laid: counts, and the four people whom a visitor signs in as."""

    persons: int
    teams: int
    outside_customers: int
    promises: int
    acts: int
    links: int
    until: datetime
    driver: Person
    dispatcher: Person
    lead: Person
    boss: Person


def lay(*, seed: int = 7, until: datetime, on_progress: Callable[[float], None] | None = None) -> Laid:
    """Lay the example company into an empty installation, with its promises of the six months up to `until`.

    `until` is an aware moment, best now, rounded to the hour. The same seed and the same `until` give the same ledger,
    ids included. `on_progress` is called with the share done, 0 to 1. One transaction: all of it or nothing. Raises
    `Refused` where the installation is not empty.
    """
    with transaction.atomic(), _without_collecting():
        founded = found()
        _play(founded, seed, until, on_progress or (lambda _share: None))
        return _laid(founded, until)


def _play(founded: Company, seed: int, until: datetime, on_progress: Callable[[float], None]) -> None:
    clock = Clock(timezone.get_default_timezone_name())
    engine = Engine(clock.day(until, -WORKING_DAYS, 8), until)
    settle(founded, engine.start - WEEK)
    stage = Stage(engine, clock, founded, seed)
    engine.spawn(_orders_come(stage, "made", MADE_A_WEEK))
    engine.spawn(_orders_come(stage, "stock", STOCK_A_WEEK))
    for turn in ROUNDS:
        engine.spawn(comes_round(stage, turn))
    for story in INSIDE:
        engine.spawn(in_the_half_year(stage, story))
    for story in DESKS:
        engine.spawn(before_the_end(stage, story))
    engine.run(on_progress)
    settle_lately(founded, until)
    on_progress(1.0)


def _orders_come(stage: Stage, kind: str, a_week: tuple[int, ...]) -> Process:
    """The orders of one kind: so many each week, at any hour of it, each for a customer whose turn has not been."""
    dice = stage.dice(f"orders {kind}")
    products = {"made": MADE, "stock": STOCK}[kind]
    number = 0
    for week, count in enumerate(a_week):
        for hour in sorted(dice.between(0, 44) for _ in range(count)):
            yield Wait(stage.clock.later(stage.clock.day(stage.engine.start, 5 * week, 8), hour))
            product = stage.draw(products)
            customer = _customer_for(stage, product)
            stage.engine.spawn(order(stage, product, customer, f"{kind} {number}", TWISTS.get((kind, number))))
            number += 1


def _customer_for(stage: Stage, product: Product) -> str:
    """Whose turn it is, of those who would buy such a thing."""
    while True:
        row = stage.draw(company.OUTSIDE_CUSTOMERS)
        if row.kind == "trade" or "trade" not in product.needs:
            return row.name


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Spare Python looking for garbage among what stays: it doubles the time that an act takes."""
    collected = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if collected:
            gc.enable()


def _laid(founded: Company, until: datetime) -> Laid:
    cast = {role: founded.people[key] for role, key in company.CAST.items()}
    return Laid(
        persons=Person.objects.count(),
        teams=Team.objects.count(),
        outside_customers=OutsideCustomer.objects.count(),
        promises=Promise.objects.count(),
        acts=Event.objects.count(),
        links=Reliance.objects.count(),
        until=until,
        **cast,
    )
