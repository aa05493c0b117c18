"""Six months of work at the example company, played through the real actions by a simulation with its own clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kept.example import company
from kept.example.founding import found
from kept.ledger.models import Event
from kept.people.models import OutsideCustomer, Person, Team
from kept.promises.models import Promise, Reliance


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
    with transaction.atomic():
        founded = found()
        if on_progress is not None:
            on_progress(1.0)
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
