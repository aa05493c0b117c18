"""Who sees a complaint or thanks: about a promise, who sees that in full; otherwise the sides and those above them."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Q, QuerySet

from kept.complaints.models import Complaint, Thanks
from kept.core.errors import NotAllowed, NotFound
from kept.people.models import Person, Reach
from kept.people.queries import may_act_for
from kept.promises.access import visible_to
from kept.promises.models import CustomerLink

S = TypeVar("S", Complaint, Thanks)
NAMES = ("customer", "provider", "by", "acknowledged_by", "promise")


def seen_by(person: Person, table: type[S]) -> QuerySet[S]:
    """The complaints, or the thanks, that `person` sees."""
    mine = Reach.objects.filter(person=person).values("party")
    of_mine = Q(customer__in=mine) | Q(provider__in=mine)
    return table.objects.filter(Q(promise__in=visible_to(person)) | Q(promise=None) & of_mine)


def one_seen(person: Person, table: type[S], said_id: int) -> S:
    """One that `person` sees, with its parties; `NotFound` for a stranger."""
    row = seen_by(person, table).filter(pk=said_id).select_related(*NAMES).first()
    if row is None:
        raise NotFound("There is no such word, or it is not for you to see.")
    return row


def to_hear(person: Person, table: type[S], said_id: int) -> S:
    """One that `person` may hear for the provider; `NotFound` for a stranger, `NotAllowed` for who may only look."""
    row = one_seen(person, table, said_id)
    if not may_act_for(person, row.provider_id):
        raise NotAllowed("Only those to whom it was said answer it.")
    return row


def may_hear(person: Person, said: Complaint | Thanks) -> bool:
    """Whether `person`, who sees it, may hear it for the provider."""
    return said.by_id != person.pk and may_act_for(person, said.provider_id)


def own_of(link: CustomerLink, said_id: int) -> Complaint:
    """A complaint about nothing in particular that the outside customer of a good link made itself, to the provider of
    that link's promise; `NotFound` for any other.
    """
    own = {"customer": link.customer_id, "by": link.customer_id, "provider": link.promise.provider_id, "promise": None}
    row = Complaint.objects.filter(pk=said_id, **own).first()
    if row is None:
        raise NotFound("There is no such word, or it is not for you to see.")
    return row
