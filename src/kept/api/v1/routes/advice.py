"""Which date is safe. Nothing is recorded."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from kept.api.v1.door import caller
from kept.api.v1.problems import field_problem
from kept.api.v1.routes.named import PromiseId
from kept.api.v1.shapes.advice import AdviceOut, AdviceWanted, DateWanted
from kept.core.errors import NotAllowed
from kept.outlook.advising import advise
from kept.people.models import Party
from kept.promises import access

router = Router(tags=["Promises"])


@router.get("/advice", response=AdviceOut, operation_id="get_advice", summary="Which date is safe")
def get_advice(request: HttpRequest, wanted: Query[AdviceWanted]) -> AdviceOut:
    """Which date is safe for what somebody is about to ask for or to offer, for those who act for one of the two."""
    who = caller(request)
    customer, provider = (_party(getattr(wanted, field), field) for field in ("customer", "provider"))
    if not access.sides_of(who.person, customer=customer.pk, provider=provider.pk):
        raise NotAllowed("Only those who act for one of the two see which date is safe between them.")
    return AdviceOut.of(advise(who.person, customer, provider, at=who.at, what=wanted.what), wanted.by)


@router.get(
    "/promises/{int:promise_id}/advice", response=AdviceOut, operation_id="get_advice_in",
    summary="Which date is safe in a promise",
)  # fmt: skip
def get_advice_in(request: HttpRequest, promise_id: PromiseId, wanted: Query[DateWanted]) -> AdviceOut:
    """Which date is safe for new terms of a promise, for its two sides."""
    who = caller(request)
    seen = access.promise_for_seeing(who.person, promise_id)
    if not seen.sides:
        raise NotAllowed("You can see this promise, but only the two sides give dates in it.")
    promise = seen.promise
    return AdviceOut.of(advise(who.person, promise.customer, promise.provider, at=who.at, promise=promise), wanted.by)


def _party(party_id: int, field: str) -> Party:
    found = Party.objects.filter(pk=party_id).first()
    if found is None:
        raise field_problem(field, "There is no such person, team or outside customer.", where="query")
    return found
