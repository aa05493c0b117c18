"""Who reads a case: both sides while it is not approved, everybody who works here once both have approved it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from kept.core.errors import NotAllowed, NotFound
from kept.core.terms import Side
from kept.people.models import Person
from kept.people.queries import acting_ids, may_act_for
from kept.programme.cases.models import Approval, Case

NO_SUCH = "There is no such case, or it is not for you to read."


def approved() -> QuerySet[Case]:
    """The cases that both sides have approved as they stand, the newest first; never one of a private promise."""
    both = Q(_by(Side.CUSTOMER)) & Q(_by(Side.PROVIDER))
    return Case.objects.filter(both, dropped_at=None, promise__private=False).order_by("-changed_at", "-pk")


def between_us(person: Person) -> QuerySet[Case]:
    """The cases of promises in which `person` may act for a side, approved or not, the newest first."""
    mine = acting_ids(person)
    sides = Q(customer__in=mine) | Q(provider__in=mine)
    return Case.objects.filter(sides, dropped_at=None, promise__private=False).order_by("-changed_at", "-pk")


def case_read(person: Person, case_id: int) -> Case:
    """A case that `person` may read. Raises `NotFound`, for one that is not approved yet too."""
    found = approved().filter(pk=case_id).first() or between_us(person).filter(pk=case_id).first()
    if found is None:
        raise NotFound(NO_SUCH)
    return found


def case_to_change(person: Person, case_id: int) -> Case:
    """A case whose text `person` may change or approve. Raises `NotFound`, `NotAllowed` for a reader only."""
    found = case_read(person, case_id)
    if not sides_of(person, found):
        raise NotAllowed("Only the two sides of a case change it and approve it.")
    return found


def sides_of(person: Person, case: Case) -> list[Side]:
    """The sides of a case that `person` may act for, the customer's first."""
    parties = {Side.CUSTOMER: case.customer_id, Side.PROVIDER: case.provider_id}
    return [side for side, party in parties.items() if may_act_for(person, party)]


def is_approved(case: Case) -> bool:
    """Whether both sides have approved it as it stands."""
    return approved().filter(pk=case.pk).exists()


def _by(side: Side) -> Exists:
    return Exists(Approval.objects.filter(case=OuterRef("pk"), side=str(side), version=OuterRef("version")))
