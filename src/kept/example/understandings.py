"""What the example company has said of itself: results, customers, agreements, hours, capacity.

The warehouse is wrong about its customers on purpose: it names the drivers, who get nothing from it directly, and does
not think of billing, which asks it for stock counts every week. The page “Who is my customer?” finds that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from kept.core.agreement import Between
from kept.core.calendars import EVERY_DAY, MONDAY_TO_FRIDAY, Hours, same_hours
from kept.core.expectations import Channel, Expectations, Need, NeedKind, WhileOpen
from kept.customers import actions, agreeing
from kept.customers.models import Agreement
from kept.example import company
from kept.example.founding import Company
from kept.people.calendars import set_hours
from kept.people.capacity import say_capacity
from kept.people.models import Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORKING_DAY = timedelta(hours=8)

RESULTS: tuple[tuple[str, str, str, str], ...] = (
    ("sales", "finished", "Order with a date", "Turns a wish into an order so that the customer knows what is coming."),
    ("design", "intermediate", "Drawing", "Shows every measure and joint, so that the workshop builds it right."),
    ("purchasing", "intermediate", "Material at the bench", "Is there in time, so that nobody waits for wood."),
    ("workshop", "finished", "Furniture", "Is sound and square, so that it still stands in thirty years."),
    ("warehouse", "intermediate", "Picking list", "Says what is really there, so that dispatch can fill the van."),
    ("warehouse", "by-product", "Stock count", "Says how much lies where, so that the books are right."),
    ("dispatch", "intermediate", "Route sheet", "Names every stop and its papers, so that a driver leaves on time."),
    ("drivers", "finished", "Delivery at the door", "Brings it in and sets it up, so that it is used the same day."),
    ("billing", "finished", "Invoice", "Is right the first time, so that the customer can pay without asking back."),
    ("people", "finished", "Workplace that works", "Is ready on the first day, so that a newcomer can start."),
)  # fmt: skip

TIES: tuple[tuple[str, str, str, str], ...] = (
    ("design", "sales", "consumes", "confirmed"),
    ("design", "purchasing", "depends_on", "confirmed"),
    ("purchasing", "workshop", "depends_on", "confirmed"),
    ("workshop", "warehouse", "depends_on", "confirmed"),
    ("warehouse", "dispatch", "depends_on", "confirmed"),
    ("warehouse", "drivers", "depends_on", "declared"),
    ("dispatch", "drivers", "depends_on", "confirmed"),
    ("drivers", "billing", "adds_to", "confirmed"),
    ("people", "workshop", "consumes", "declared"),
)
"""Provider, customer, kind, and whether the customer has confirmed it. The warehouse's list is wrong on purpose."""

CAPACITY: dict[str, tuple[int, str]] = {
    "design": (6, "2"), "purchasing": (8, "2"), "workshop": (5, "1.5"), "warehouse": (12, "4"), "dispatch": (10, "3"),
}  # fmt: skip


def settle(founded: Company, at: datetime) -> None:
    """Say and agree on everything that stands from the first day of the play, `at`."""
    _hours(founded)
    for owner, kind, name, purpose in RESULTS:
        actions.add_result(_lead(founded, owner), owner=founded.teams[owner], kind=kind, name=name, purpose=purpose)
    for tie in TIES:
        _tie(founded, tie, at)
    for team, (at_once, a_week) in CAPACITY.items():
        say_capacity(_lead(founded, team), founded.teams[team], at_once=at_once, a_week=Decimal(a_week), at=at)
    _agreements(founded, at)


def settle_lately(founded: Company, at: datetime) -> None:
    """What was agreed, or is being talked about, at the end of the play: a new version, and a talk that is open."""
    needs = (
        Need("Measures of the room", NeedKind.TEXT, "Length, width, height, and where the door is."),
        Need("Photo of the room", NeedKind.DOCUMENT, "Say where it lies."),
    )
    drawing = Expectations(
        turnaround=5 * WORKING_DAY, acknowledge_within=WORKING_DAY, needs=needs, update_every=2 * WORKING_DAY,
        checklist=("Every measure is on it", "The joints are drawn", "The customer has seen it"), channel=Channel.KEPT,
        share=60, review_on=(at + 90 * DAY).date(),
    )  # fmt: skip
    _agree(founded, "design", "sales", drawing, at - 3 * HOUR)
    between = _between(founded, "purchasing", "workshop")
    wants = Expectations(turnaround=3 * WORKING_DAY, update_every=WORKING_DAY, checklist=("The wood is dry",), share=90)
    offers = Expectations(
        turnaround=5 * WORKING_DAY, update_every=2 * WORKING_DAY, checklist=("The wood is dry",), share=80
    )
    _expect(founded, between, "purchasing", offers, at - 2 * DAY)
    _expect(founded, between, "workshop", wants, at - DAY)


def _agreements(founded: Company, at: datetime) -> None:
    weekly, daily = 5 * WORKING_DAY, WORKING_DAY
    drawing = Expectations(turnaround=weekly, update_every=2 * daily, checklist=("Every measure is on it",), share=60)
    pieces = Expectations(
        turnaround=2 * weekly, update_every=2 * daily, checklist=("Surface is cured", "Fittings are in the bag"),
        share=80, deliver_while_open=WhileOpen.REASON, tell=(founded.people["dana"].pk,),
    )  # fmt: skip
    picking = Expectations(turnaround=daily, update_every=daily, checklist=("Every piece was seen",), share=70)
    sheet = Expectations(
        turnaround=daily, acknowledge_within=2 * HOUR, update_every=daily, channel=Channel.PHONE, share=85,
        checklist=("Every stop has its address", "The delivery notes are in the folder"), reopen_window=7 * DAY,
    )  # fmt: skip
    for provider, customer, both in (
        ("design", "sales", drawing),
        ("workshop", "warehouse", pieces),
        ("warehouse", "dispatch", picking),
        ("dispatch", "drivers", sheet),
    ):
        _agree(founded, provider, customer, both, at)


def _hours(founded: Company) -> None:
    boss = founded.people["ruth"]
    week = same_hours(MONDAY_TO_FRIDAY, Hours.between("08:00", "12:00"), Hours.between("13:00", "17:00"))
    set_hours(boss, founded.teams["company"], zone="Europe/Berlin", week=week, country="DE", region="NI")
    early = same_hours([day for day in EVERY_DAY if day < 6], Hours.between("06:00", "14:00"))
    set_hours(boss, founded.teams["drivers"], zone="Europe/Berlin", week=early, country="DE", region="NI")


def _tie(founded: Company, row: tuple[str, str, str, str], at: datetime) -> None:
    provider, customer, kind, state = row
    tie = actions.declare_tie(
        _lead(founded, provider), provider=founded.teams[provider], customer=founded.teams[customer], kind=kind, at=at
    )
    if state == "confirmed":
        actions.confirm_tie(_lead(founded, customer), tie.pk, at=at + DAY)


def _agree(founded: Company, provider: str, customer: str, both: Expectations, at: datetime) -> None:
    """The provider writes it, the customer agrees an hour later."""
    agreement = _expect(founded, _between(founded, provider, customer), provider, both, at)
    agreeing.agree(_lead(founded, customer), agreement.pk, to=agreement.sequence, at=at + HOUR)


def _expect(founded: Company, between: Between, who: str, expectations: Expectations, at: datetime) -> Agreement:
    return agreeing.expect(_lead(founded, who), between, expectations, at=at)


def _between(founded: Company, provider: str, customer: str) -> Between:
    return Between(founded.teams[customer].pk, founded.teams[provider].pk)


def _lead(founded: Company, team: str) -> Person:
    row = next(row for row in company.PEOPLE if team in row.leads)
    return founded.people[row.key]
