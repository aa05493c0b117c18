"""Reading complaints and thanks: those of a promise, and those that nobody has heard yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from kept.complaints.access import S, seen_by
from kept.complaints.models import Complaint, Thanks
from kept.people.models import Person
from kept.people.queries import acting_ids
from kept.promises.models import CustomerLink

MOST = 20
"""How many of each are read at a time."""


@dataclass(frozen=True, slots=True)
class Words:
    """Complaints and thanks, each the oldest first where they wait to be heard, else the newest first."""

    complaints: list[Complaint]
    thanks: list[Thanks]

    def __bool__(self) -> bool:
        return bool(self.complaints or self.thanks)


def about(person: Person, promise_id: int) -> Words:
    """What was said about a promise, as far as `person` sees it."""
    names = ("by", "customer", "acknowledged_by")
    return Words(
        list(seen_by(person, Complaint).filter(promise=promise_id).select_related(*names)[:MOST]),
        list(seen_by(person, Thanks).filter(promise=promise_id).select_related(*names)[:MOST]),
    )


def unheard(person: Person) -> Words:
    """What was said to those for whom `person` may act, and nobody has heard yet."""
    names = ("by", "customer", "promise")
    complaints = waiting(person, Complaint).order_by("hear_by", "at").select_related(*names)
    return Words(list(complaints[:MOST]), list(waiting(person, Thanks).order_by("at").select_related(*names)[:MOST]))


def waiting(person: Person, table: type[S]) -> QuerySet[S]:
    """The complaints, or the thanks, that `person` may hear now."""
    to_me = {"provider__in": acting_ids(person), "acknowledged_at": None}
    return seen_by(person, table).filter(**to_me).exclude(by=person)


def said_with(link: CustomerLink) -> Words:
    """What the outside customer of a link has said itself about its promise, or about nothing in particular, and what
    came back.
    """
    mine = {"promise": link.promise_id, "by": link.customer_id}
    of_nothing = {"promise": None, "by": link.customer_id, "provider": link.promise.provider_id}
    return Words(
        list(Complaint.objects.filter(Q(**mine) | Q(**of_nothing)).order_by("-at")[:MOST]),
        list(Thanks.objects.filter(**mine).order_by("-at")[:MOST]),
    )


def made_good_by(person: Person, promise_id: int) -> Complaint | None:
    """The complaint that a promise makes good again; as far as `person` sees it."""
    return seen_by(person, Complaint).filter(remedy=promise_id).select_related("customer").first()
