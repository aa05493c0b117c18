"""An order, from the wish of an outside customer to the door and the invoice: a chain of promises through all teams.

Each promise relies on the one that it cannot be kept without:
order → delivery → route sheet → picking list → build → materials → cutting list, and invoice → signed note → delivery.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from kept.core.state import State
from kept.example import company
from kept.example.conversation import Conversation, Subject, Work, asks
from kept.example.customer import awaits
from kept.example.dice import Dice
from kept.example.engine import Process, Wait
from kept.example.informing import keeps_informed
from kept.example.products import Product
from kept.example.provider import answers, carries_out, provides
from kept.example.stage import Stage
from kept.example.words import Topic
from kept.example.words.making import BUILD, CUTTING_LIST, DRAWING, IRONWORK, MATERIALS
from kept.example.words.moving import DELIVERY, DELIVERY_NOTE, PICKING_LIST, ROUTE_SHEET
from kept.example.words.serving import INVOICE, ORDER

HOURS_A_DAY = 9
BENCH_HOURS = 2.05
"""How many hours a job stands on a bench for each hour of work in it: glue and oil have to dry."""
AT_HOME = frozenset(row.name for row in company.OUTSIDE_CUSTOMERS if row.kind == "home")
SHORT = {row.name: row.short for row in company.OUTSIDE_CUSTOMERS}


@dataclass(eq=False)
class Order:
    """One order under way: all its promises, by what they are about, in the order in which they were asked for."""

    stage: Stage
    product: Product
    customer: str
    dice: Dice
    promises: dict[str, Conversation] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.product.item, self.product.piece, SHORT[self.customer])

    @property
    def main(self) -> Conversation:
        """The promise to the customer."""
        return self.promises["order"]

    @property
    def built(self) -> frozenset[str]:
        """Empty where it comes from stock."""
        return self.product.needs & {"build"}

    @property
    def goes_on(self) -> bool:
        """Whether anybody still works on it."""
        return not self.main.stands(State.CANCELLED, State.DECLINED, State.WITHDRAWN, State.BROKEN)

    def asks(
        self,
        name: str,
        work: Work,
        *,
        customer: str,
        provider: str,
        due: datetime,
        asker: str = "",
        unnamed: int = 0,
    ) -> Conversation:
        """One more promise of this order; its customer's side goes its way from here on.

        `unnamed` is how many promises it needs that will be asked for later.
        """
        earliest = self.stage.clock.day(self.stage.now, 1, 15)
        conversation = asks(self.stage, work, customer=customer, provider=provider, due=max(due, earliest), asker=asker)
        conversation.unnamed = unnamed
        self.promises[name] = conversation
        self.stage.engine.spawn(awaits(conversation))
        return conversation

    def work(self, topic: Topic, low: float, high: float, lead: float | None = None) -> Work:
        """Work of `low` to `high` hours, begun `lead` hours before its date."""
        return Work(topic, self.subject, self.dice.between(low, high), lead)

    def relies(self, one: str, on: str) -> None:
        """One of its promises relies on another."""
        self.promises[one].relies_on(self.promises[on])


Twist = Callable[[Order], Process]
"""Something that happens to an order; it is started when the order has been promised."""


def order(stage: Stage, product: Product, customer: str, name: str, twist: Twist | None) -> Process:
    """One order from the ask to the end."""
    it = Order(stage, product, customer, stage.dice(f"order {name}"))
    wish = stage.clock.day(stage.now, int(it.dice.between(33, 43) if it.built else it.dice.between(9, 16)))
    if customer in AT_HOME and it.dice.chance(0.5):
        wish = stage.clock.saturday(wish)
    it.asks("order", it.work(ORDER, 0.5, 2), customer=customer, provider="sales", due=wish, unnamed=1)
    yield from _settles(it)
    if not it.main.stands(State.PROMISED):
        return
    stage.engine.spawn(keeps_informed(it.main))
    stage.engine.spawn(_to_the_door(it))
    stage.engine.spawn(_to_the_invoice(it))
    if it.built:
        stage.engine.spawn(_to_the_store(it))
    if twist is not None:
        stage.engine.spawn(twist(it))
    yield from carries_out(it.main)


def _settles(it: Order) -> Process:
    """Draw it where the customer wants to see it, then come to terms."""
    if "drawing" in it.product.needs:
        yield it.stage.sleep(it.dice.between(1, 6))
        due = it.stage.clock.day(it.stage.now, 5)
        asker = it.main.speaker
        drawing = it.asks("drawing", it.work(DRAWING, 8, 24), customer="sales", provider="design", due=due, asker=asker)
        it.stage.engine.spawn(provides(drawing))
        while not drawing.state.state.ended and it.main.stands(State.ASKED):
            yield Wait(signal=drawing.news)
    if it.main.stands(State.ASKED):
        yield from answers(it.main)
    if "drawing" in it.promises and it.main.stands(State.PROMISED):
        it.main.unnamed += 1
        it.relies("order", "drawing")


# --- the three branches -------------------------------------------------------------------------------------------


def _to_the_door(it: Order) -> Process:
    """Delivery, route sheet, picking list: asked for the nearer the day comes."""
    yield it.stage.sleep(it.dice.between(1, 8))
    if not it.goes_on:
        return
    at_the_door = it.stage.clock.at(it.stage.clock.day(it.main.due, -2), 11 if it.dice.chance(0.5) else 14)
    delivery = it.asks(
        "delivery",
        it.work(DELIVERY, 0.6, 1.6, 3),
        customer=it.customer,
        provider="drivers",
        due=at_the_door,
        unnamed=1,
    )
    it.stage.engine.spawn(provides(delivery))
    it.relies("order", "delivery")
    yield from _until_days_before(it, 9)
    if it.goes_on:
        yield from _picked(it)
    yield from _until_days_before(it, 6)
    if it.goes_on:
        _routed(it)


def _picked(it: Order) -> Process:
    due = it.stage.clock.day(it.promises["delivery"].said, -2, 15)
    work = it.work(PICKING_LIST, 1, 4, 11)
    picking = it.asks("picking", work, customer="dispatch", provider="warehouse", due=due, unnamed=len(it.built))
    it.stage.engine.spawn(provides(picking))
    while it.goes_on and it.built and "build" not in it.promises:
        yield it.stage.sleep(2)
    if "build" in it.promises:
        it.relies("picking", "build")


def _routed(it: Order) -> None:
    due = it.stage.clock.day(it.promises["delivery"].said, -1, 15)
    route = it.asks("route", it.work(ROUTE_SHEET, 1, 3, 8), customer="drivers", provider="dispatch", due=due)
    it.stage.engine.spawn(provides(route))
    it.relies("route", "picking")
    it.relies("delivery", "route")


def _to_the_invoice(it: Order) -> Process:
    """Billing waits for the signed note, the customer for the invoice."""
    while it.goes_on and "delivery" not in it.promises:
        yield it.stage.sleep(4)
    yield from _until_days_before(it, 1)
    if not it.goes_on:
        return
    due = it.stage.clock.day(it.promises["delivery"].said, 2, 12)
    note = it.asks("note", it.work(DELIVERY_NOTE, 0.5, 3), customer="billing", provider="drivers", due=due)
    it.stage.engine.spawn(provides(note))
    it.relies("note", "delivery")
    yield it.stage.sleep(it.dice.between(2, 9))
    due = it.stage.clock.day(note.said, 4, 17)
    invoice = it.asks("invoice", it.work(INVOICE, 1, 5), customer=it.customer, provider="billing", due=due)
    it.stage.engine.spawn(provides(invoice))
    it.relies("invoice", "note")


def _to_the_store(it: Order) -> Process:
    """Build, materials, cutting list, iron parts."""
    yield it.stage.sleep(it.dice.between(2, 7))
    if not it.goes_on:
        return
    hours = it.product.hours * BENCH_HOURS
    in_store = it.stage.clock.day(it.main.due, -10, 15)
    work, needed = Work(BUILD, it.subject, hours), 2 if "iron" in it.product.needs else 1
    build = it.asks("build", work, customer="warehouse", provider="workshop", due=in_store, unnamed=needed)
    it.stage.engine.spawn(provides(build))
    yield it.stage.sleep(it.dice.between(3, 8))
    if it.goes_on:
        yield from _supplied(it, it.stage.clock.day(in_store, -round(hours / HOURS_A_DAY) - 3, 12))


def _supplied(it: Order, on_the_rack: datetime) -> Process:
    work, drawn = it.work(MATERIALS, 30, 60), "drawing" in it.product.needs
    materials = it.asks(
        "materials", work, customer="workshop", provider="purchasing", due=on_the_rack, unnamed=int(drawn)
    )
    it.stage.engine.spawn(provides(materials))
    it.relies("build", "materials")
    if "iron" in it.product.needs:
        due = it.stage.clock.day(on_the_rack, 3, 15)
        iron = it.asks("iron", it.work(IRONWORK, 12, 30), customer="joinery", provider="smithy", due=due)
        it.stage.engine.spawn(provides(iron))
        it.relies("build", "iron")
    yield it.stage.sleep(it.dice.between(2, 6))
    if it.goes_on and drawn:
        due = it.stage.clock.day(it.stage.now, 3)
        work = it.work(CUTTING_LIST, 4, 12)
        cutting = it.asks("cutting", work, customer="purchasing", provider="design", due=due)
        it.stage.engine.spawn(provides(cutting))
        it.relies("materials", "cutting")


def _until_days_before(it: Order, days: int) -> Process:
    """Wait until so many working days before the day on which the delivery is expected, wherever that moves."""
    while it.goes_on:
        moment = it.stage.clock.day(it.promises["delivery"].said, -days, 9)
        if moment <= it.stage.now:
            return
        yield Wait(moment, it.promises["delivery"].news)
