"""What happens to some orders: a cancellation, wood that is gone, a delivery note that vanishes, a door that sticks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kept.core import acts
from kept.core.state import State
from kept.example.conversation import Conversation, Work, asks
from kept.example.customer import awaits
from kept.example.engine import Process, Wait
from kept.example.orders import Order
from kept.example.provider import provides
from kept.example.words import Fault, Topic, talk
from kept.example.words.making import MATERIALS
from kept.example.words.serving import REPAIR

SECOND_NOTE = Topic(
    what=("Second delivery note for {who}, counted again",),
    name="the second delivery note",
    done_when="Every parcel counted at the gate, note printed and signed by the warehouse.",
    checklist=("Parcels counted again", "Note is signed"),
    asks=("The first note did not arrive at the van. Please count the parcels again and print a new one.",),
    progress=("Counting.",),
    causes=("The printer at the gate has no paper; I get some from the office.",),
    delivers=("Counted again, all parcels are there. New note is signed.",),
    faults=(),
)
A_QUICK_JOB = 1.0
"""Working hours."""
NOTE_MISSING = Fault(
    "The sheet is here, the delivery note is not. I cannot load without it.",
    "New note is in the folder, counted again by the warehouse. The first one has not turned up.",
    "Delivery note is in the folder",
)


def cancelled(it: Order) -> Process:
    """The customer needs it no more; everybody down the line is told."""
    yield it.stage.sleep(it.dice.between(60, 100))
    if not it.main.stands(State.PROMISED):
        return
    it.main.customer_does(acts.Cancel(words=it.main.draw(talk.CANCELS)))
    for conversation in list(it.promises.values()):
        yield it.stage.sleep(it.dice.between(0.2, 1.5))
        if conversation.stands(State.PROMISED):
            conversation.customer_does(acts.Cancel(words=it.main.draw(talk.CALLS_OFF)))
        elif conversation.stands(State.ASKED, State.COUNTERED):
            conversation.customer_does(acts.Withdraw(words=it.main.draw(talk.CALLS_OFF)))


def material_gone(it: Order) -> Process:
    """Purchasing has to give its promise up, and a second source is asked for."""
    while it.goes_on and "materials" not in it.promises:
        yield it.stage.sleep(4)
    materials = it.promises["materials"]
    while materials.stands(State.ASKED, State.COUNTERED):
        yield Wait(signal=materials.news)
    yield it.stage.sleep(it.dice.between(12, 20))
    if not materials.stands(State.PROMISED):
        return
    words = "The mill has sold the last boards of this grade and cuts no new ones this season. I looked at two others."
    materials.provider_does(acts.Renege(words=words))
    again = it.asks(
        "materials again",
        Work(MATERIALS, it.subject, 24),
        customer="workshop",
        provider="purchasing",
        due=it.stage.clock.day(max(materials.due, it.stage.now), 4, 12),
        asker=materials.asker,
    )
    it.promises["build"].relies_on(again)
    it.stage.engine.spawn(provides(again))


def lost_note(it: Order) -> Process:
    """The delivery note vanishes between dispatch and the drivers; the van stays at the gate.

    All before it goes well, so that the end is late for this one reason.
    """
    while it.goes_on and "picking" not in it.promises:
        yield it.stage.sleep(1)
    if it.goes_on:
        _goes_well(it.promises["picking"])
    while it.goes_on and "route" not in it.promises:
        yield it.stage.sleep(4)
    if it.goes_on:
        it.promises["route"].fault = NOTE_MISSING
        it.promises["route"].mending = _searches


def _goes_well(it: Conversation) -> None:
    it.hours = A_QUICK_JOB
    it.work = replace(it.work, topic=replace(it.work.topic, faults=()), hours=A_QUICK_JOB)


def _searches(route: Conversation) -> Process:
    stage = route.stage
    yield stage.sleep(1, "dispatch")
    words = "It went into the blue folder with the sheet. It is not in the box and not in the office."
    route.provider_does(acts.Update(words=f"{words} We go on looking.", expected=stage.clock.day(stage.now, 1, 14)))
    yield stage.sleep(3, "dispatch")
    route.provider_does(acts.AskHelp(words="Has anybody seen a blue folder at gate 2, or in one of the other vans?"))
    yield stage.sleep(7, "dispatch")
    second = asks(
        stage,
        Work(SECOND_NOTE, route.work.subject, A_QUICK_JOB),
        customer="dispatch",
        provider="warehouse",
        due=stage.clock.day(stage.now, 1, 16),
        asker=route.speaker,
    )
    route.relies_on(second)
    stage.engine.spawn(awaits(second))
    stage.engine.spawn(provides(second))
    while not second.state.state.ended:
        yield Wait(signal=second.news)


def reopened(it: Order) -> Process:
    """A week after it was accepted the customer finds that it is not done."""
    while not it.main.stands(State.ACCEPTED):
        yield Wait(signal=it.main.news)
        if not it.goes_on:
            return
    yield Wait(it.stage.clock.later(it.stage.now + timedelta(days=it.dice.between(5, 9)), 1))
    words = it.main.draw(talk.REOPENS)
    it.main.fault = Fault(words, "A joiner was there and put it right; they have tried it.")
    it.main.mending = lambda main: _visits(it, main)
    it.main.customer_does(acts.Reopen(words=words))


def _visits(it: Order, main: Conversation) -> Process:
    yield it.stage.sleep(it.dice.between(1, 4))
    due = it.stage.clock.day(it.stage.now, 4)
    work = it.work(REPAIR, 3, 8)
    visit = it.asks("visit", work, customer="sales", provider="joinery", due=due, asker=main.speaker)
    main.relies_on(visit)
    it.stage.engine.spawn(provides(visit))
    while not visit.state.state.ended:
        yield Wait(signal=visit.news)
