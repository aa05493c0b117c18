"""Who sees and does what here.

Ties and results are the company's map: everybody who is signed in reads them; those who act for one of the two parties
declare, answer and end them. An agreement is read by those who act for one of its sides and by those above them; a
stranger is told that there is no such agreement.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kept.core.errors import NotAllowed, NotFound
from kept.core.terms import Side
from kept.customers.models import Agreement
from kept.people.models import ACTING, Person, Reach


@dataclass(frozen=True, slots=True)
class SeenAgreement:
    """An agreement, and the sides that this person may act for."""

    agreement: Agreement
    sides: frozenset[Side]


def sides_of(person: Person, *, customer: int, provider: int) -> frozenset[Side]:
    """For which of the two sides `person` may speak."""
    parties = {customer: Side.CUSTOMER, provider: Side.PROVIDER}
    reached = Reach.objects.filter(person=person, party__in=parties, how__in=ACTING).values_list("party_id", flat=True)
    return frozenset(parties[party] for party in reached)


def sides_for_acting(person: Person, *, customer: int, provider: int) -> frozenset[Side]:
    """The same, for somebody who wants to do something; `NotAllowed` where it is none."""
    sides = sides_of(person, customer=customer, provider=provider)
    if not sides:
        raise NotAllowed("Only those who work on one of the two sides can say this.")
    return sides


def agreements_visible_to(person: Person) -> QuerySet[Agreement]:
    """The agreements that `person` may read."""
    mine = Reach.objects.filter(person=person).values("party")
    return Agreement.objects.filter(Q(customer__in=mine) | Q(provider__in=mine))


def may_read_between(person: Person, *, customer: int, provider: int) -> bool:
    """Whether `person` may read what these two expect of each other."""
    return Reach.objects.filter(person=person, party__in=[customer, provider]).exists()


def agreement_for_seeing(person: Person, agreement_id: int) -> SeenAgreement:
    """The agreement; `NotFound` for a stranger."""
    rows = agreements_visible_to(person).select_related("customer", "provider", "result")
    found = rows.filter(pk=agreement_id).first()
    if found is None:
        raise NotFound("There is no such agreement, or it is not for you to see.")
    return SeenAgreement(found, sides_of(person, customer=found.customer_id, provider=found.provider_id))
