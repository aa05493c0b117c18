"""Complaints and thanks: said about a promise or about nothing in particular, listed, and heard."""

from __future__ import annotations

from typing import Annotated, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from kept.api.v1.cursors import Order, number, page_of
from kept.api.v1.door import caller
from kept.api.v1.routes.named import PromiseId, party_named
from kept.api.v1.shapes.base import LARGEST_ID, Page
from kept.api.v1.shapes.said import AboutIn, ComplaintOut, HearIn, SaidWanted, SayAbout, SayTo, ThanksOut
from kept.complaints import access, actions, placing, queries
from kept.complaints.models import Complaint, Thanks

router = Router(tags=["Complaints and thanks"])
NEWEST: Order[int] = Order("newest", "pk", down=True, read=number)
SaidId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="What was said.")]
S = TypeVar("S", Complaint, Thanks)


@router.get("/complaints", response=Page[ComplaintOut], operation_id="list_complaints", summary="List complaints")
def list_complaints(request: HttpRequest, wanted: Query[SaidWanted]) -> Page[ComplaintOut]:
    """The complaints that you see, newest first: those about a promise, or those that wait for a word of yours."""
    found, following = page_of(_wanted(request, Complaint, wanted), NEWEST, wanted.cursor, wanted.limit)
    return Page(items=[ComplaintOut.of(row) for row in found], next=following)


@router.post(
    "/complaints", response={201: ComplaintOut}, operation_id="complain_to", summary="Complain to a provider"
)  # fmt: skip
def complain_to(request: HttpRequest, response: HttpResponse, saying: SayTo) -> ComplaintOut:
    """Complain for a customer, yourself or one you act for, about nothing in particular."""
    who = caller(request)
    customer, provider = party_named(saying.customer, "customer"), party_named(saying.provider, "provider")
    said = actions.complain_to(who.person, provider, saying.words, customer=customer, at=who.at)
    response.headers["Location"] = f"/api/v1/complaints/{said.pk}"
    return get_complaint(request, said.pk)


@router.post(
    "/promises/{int:promise_id}/complaints", response={201: ComplaintOut}, operation_id="complain_about",
    summary="Complain about a promise",
)  # fmt: skip
def complain_about(
    request: HttpRequest, response: HttpResponse, promise_id: PromiseId, saying: SayAbout
) -> ComplaintOut:  # fmt: skip
    """Complain about a promise; whoever acts for its customer does."""
    who = caller(request)
    said = actions.complain(who.person, promise_id, saying.words, at=who.at)
    response.headers["Location"] = f"/api/v1/complaints/{said.pk}"
    return get_complaint(request, said.pk)


@router.get("/complaints/{int:said_id}", response=ComplaintOut, operation_id="get_complaint", summary="One complaint")
def get_complaint(request: HttpRequest, said_id: SaidId) -> ComplaintOut:
    """A complaint, and what came of it."""
    return ComplaintOut.of(access.one_seen(caller(request).person, Complaint, said_id))


@router.post(
    "/complaints/{int:said_id}/hear", response=ComplaintOut, operation_id="hear_complaint", summary="Hear a complaint"
)  # fmt: skip
def hear_complaint(request: HttpRequest, said_id: SaidId, heard: HearIn) -> ComplaintOut:
    """Say that you have heard it, and what happens now; somebody of the provider's side does."""
    who = caller(request)
    actions.hear_complaint(who.person, said_id, heard.words, at=who.at)
    return get_complaint(request, said_id)


@router.post(
    "/complaints/{int:said_id}/about", response=ComplaintOut, operation_id="place_complaint",
    summary="Say which promise a complaint is about",
)  # fmt: skip
def place_complaint(request: HttpRequest, said_id: SaidId, about: AboutIn) -> ComplaintOut:
    """Say which promise a complaint about nothing in particular is about; either side does."""
    who = caller(request)
    placing.place(who.person, said_id, about.promise, at=who.at)
    return get_complaint(request, said_id)


# --- thanks -------------------------------------------------------------------------------------------------------


@router.get("/thanks", response=Page[ThanksOut], operation_id="list_thanks", summary="List thanks")
def list_thanks(request: HttpRequest, wanted: Query[SaidWanted]) -> Page[ThanksOut]:
    """The thanks that you see, newest first: those about a promise, or those that wait for a word of yours."""
    found, following = page_of(_wanted(request, Thanks, wanted), NEWEST, wanted.cursor, wanted.limit)
    return Page(items=[ThanksOut.of(row) for row in found], next=following)


@router.post(
    "/thanks", response={201: ThanksOut}, operation_id="thank_to", summary="Thank a provider"
)  # fmt: skip
def thank_to(request: HttpRequest, response: HttpResponse, saying: SayTo) -> ThanksOut:
    """Thank for a customer, yourself or one you act for, for nothing in particular."""
    who = caller(request)
    customer, provider = party_named(saying.customer, "customer"), party_named(saying.provider, "provider")
    said = actions.thank_to(who.person, provider, saying.words, customer=customer, at=who.at)
    response.headers["Location"] = f"/api/v1/thanks/{said.pk}"
    return get_thanks(request, said.pk)


@router.post(
    "/promises/{int:promise_id}/thanks", response={201: ThanksOut}, operation_id="thank_about",
    summary="Say thanks for a promise",
)  # fmt: skip
def thank_about(
    request: HttpRequest, response: HttpResponse, promise_id: PromiseId, saying: SayAbout
) -> ThanksOut:  # fmt: skip
    """Say thanks for a promise; whoever acts for its customer does."""
    who = caller(request)
    said = actions.thank(who.person, promise_id, saying.words, at=who.at)
    response.headers["Location"] = f"/api/v1/thanks/{said.pk}"
    return get_thanks(request, said.pk)


@router.get("/thanks/{int:said_id}", response=ThanksOut, operation_id="get_thanks", summary="One word of thanks")
def get_thanks(request: HttpRequest, said_id: SaidId) -> ThanksOut:
    """Thanks, and what came of them."""
    return ThanksOut.of(access.one_seen(caller(request).person, Thanks, said_id))


@router.post(
    "/thanks/{int:said_id}/hear", response=ThanksOut, operation_id="hear_thanks", summary="Hear thanks"
)  # fmt: skip
def hear_thanks(request: HttpRequest, said_id: SaidId, heard: HearIn) -> ThanksOut:
    """Say that you have heard it; words are welcome and not needed."""
    who = caller(request)
    actions.hear_thanks(who.person, said_id, heard.words, at=who.at)
    return get_thanks(request, said_id)


def _wanted(request: HttpRequest, table: type[S], wanted: SaidWanted) -> QuerySet[S]:
    person = caller(request).person
    rows = queries.waiting(person, table) if wanted.to_hear else access.seen_by(person, table)
    if wanted.promise is not None:
        rows = rows.filter(promise=wanted.promise)
    return rows.select_related(*access.NAMES)
