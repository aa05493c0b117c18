"""Who is my customer: results, ties, what the work shows."""
# ruff: noqa: ARG001 every call takes the request

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from kept.api.v1.door import caller
from kept.api.v1.problems import field_problem
from kept.api.v1.routes.named import PartyId, ResultId, TieId, party_named
from kept.api.v1.shapes.base import Page
from kept.api.v1.shapes.customers import (
    ComparisonOut,
    ResultIn,
    ResultOut,
    RowOut,
    TieAnswer,
    TieIn,
    TieOut,
    WayOut,
    WaysOut,
    WaysWanted,
)
from kept.core.errors import NotFound
from kept.core.network import Reached
from kept.core.terms import Side
from kept.customers import actions, network, queries
from kept.customers.models import Result, Tie
from kept.customers.network import Node
from kept.customers.queries import Row
from kept.outlook import observed
from kept.people.models import Party
from kept.people.queries import acting_for

router = Router(tags=["Customers"])


@router.get(
    "/parties/{int:party_id}/customers", response=ComparisonOut, operation_id="get_customers",
    summary="Whom a party serves",
)  # fmt: skip
def get_customers(request: HttpRequest, party_id: PartyId) -> ComparisonOut:
    """The customers of a party: what people say beside what the work shows."""
    return _compared(request, party_id, Side.PROVIDER)


@router.get(
    "/parties/{int:party_id}/providers", response=ComparisonOut, operation_id="get_providers",
    summary="On whom a party depends",
)  # fmt: skip
def get_providers(request: HttpRequest, party_id: PartyId) -> ComparisonOut:
    """The providers of a party: the same, looking up the line."""
    return _compared(request, party_id, Side.CUSTOMER)


@router.get(
    "/parties/{int:party_id}/indirect-customers", response=WaysOut, operation_id="list_indirect_customers",
    summary="Who would notice if a party stopped tomorrow",
)  # fmt: skip
def list_indirect_customers(request: HttpRequest, party_id: PartyId, wanted: Query[WaysWanted]) -> WaysOut:
    """Everybody down the line, nearest first, each with the path that shows why."""
    return _ways(network.customers_of(_party(party_id).pk), wanted.limit)


@router.get(
    "/parties/{int:party_id}/indirect-providers", response=WaysOut, operation_id="list_indirect_providers",
    summary="Whose stopping a party would notice",
)  # fmt: skip
def list_indirect_providers(request: HttpRequest, party_id: PartyId, wanted: Query[WaysWanted]) -> WaysOut:
    """Everybody up the line, nearest first, each with the path that shows why."""
    return _ways(network.providers_of(_party(party_id).pk), wanted.limit)


# --- results ------------------------------------------------------------------------------------------------------


@router.get(
    "/parties/{int:party_id}/results", response=Page[ResultOut], operation_id="list_results", summary="List results"
)  # fmt: skip
def list_results(request: HttpRequest, party_id: PartyId) -> Page[ResultOut]:
    """What a party's work produces now, and what for."""
    found = queries.results_of(_party(party_id).pk)
    return Page(items=[ResultOut.of(result) for result in found], next=None)


@router.post(
    "/parties/{int:party_id}/results", response={201: ResultOut}, operation_id="add_result", summary="Add a result"
)  # fmt: skip
def add_result(request: HttpRequest, response: HttpResponse, party_id: PartyId, result: ResultIn) -> ResultOut:
    """Say what a party's work produces, and whom it helps to do what."""
    added = actions.add_result(caller(request).person, owner=_party(party_id), **result.model_dump())
    response.headers["Location"] = f"/api/v1/results/{added.pk}"
    return ResultOut.of(added)


@router.get("/results/{int:result_id}", response=ResultOut, operation_id="get_result", summary="One result")
def get_result(request: HttpRequest, result_id: ResultId) -> ResultOut:
    """A result, also one that is made no more."""
    found = Result.objects.filter(pk=result_id).first()
    if found is None:
        raise NotFound("There is no such result.")
    return ResultOut.of(found)


@router.put("/results/{int:result_id}", response=ResultOut, operation_id="change_result", summary="Say it better")
def change_result(request: HttpRequest, result_id: ResultId, result: ResultIn) -> ResultOut:
    """Say a result better; its ties and agreements stay."""
    return ResultOut.of(actions.change_result(caller(request).person, result_id, **result.model_dump()))


@router.post(
    "/results/{int:result_id}/retire", response=ResultOut, operation_id="retire_result", summary="Retire a result"
)  # fmt: skip
def retire_result(request: HttpRequest, result_id: ResultId) -> ResultOut:
    """This result is made no more; refused while somebody still is its customer."""
    actions.retire_result(caller(request).person, result_id, at=caller(request).at)
    return get_result(request, result_id)


# --- ties ---------------------------------------------------------------------------------------------------------


@router.post("/ties", response=TieOut, operation_id="declare_tie", summary="Declare a tie")
def declare_tie(request: HttpRequest, tie: TieIn) -> TieOut:
    """Say who is whose customer. What the other side declared already is confirmed by this."""
    provider, customer = party_named(tie.provider, "provider"), party_named(tie.customer, "customer")
    result = Result.objects.filter(pk=tie.result).first() if tie.result is not None else None
    if tie.result is not None and result is None:
        raise field_problem("result", "There is no such result; choose another, or leave it out.")
    who = caller(request)
    said = actions.declare_tie(
        who.person, provider=provider, customer=customer, kind=tie.kind, result=result, at=who.at
    )  # fmt: skip
    return _tie(said.pk)


@router.get("/ties/to-answer", response=Page[TieOut], operation_id="list_ties_to_answer", summary="Ties to answer")
def list_ties_to_answer(request: HttpRequest) -> Page[TieOut]:
    """The ties that others declared, and that wait for a word from you; oldest first."""
    own = list(acting_for(caller(request).person).values_list("pk", flat=True))
    return Page(items=[TieOut.of(tie) for tie in queries.to_answer(own)], next=None)


@router.get("/ties/{int:tie_id}", response=TieOut, operation_id="get_tie", summary="One tie")
def get_tie(request: HttpRequest, tie_id: TieId) -> TieOut:
    """A declared tie."""
    return _tie(tie_id)


@router.post(
    "/ties/{int:tie_id}/answers", response=TieOut, operation_id="answer_tie", summary="Confirm, refuse or end a tie"
)  # fmt: skip
def answer_tie(request: HttpRequest, tie_id: TieId, answer: TieAnswer) -> TieOut:
    """Say yes or no to what the other side declared, or end what was."""
    who = caller(request)
    match answer.answer:
        case "confirm":
            actions.confirm_tie(who.person, tie_id, at=who.at)
        case "refuse":
            actions.refuse_tie(who.person, tie_id, at=who.at, words=answer.words)
        case "end":
            actions.end_tie(who.person, tie_id, at=who.at, words=answer.words)
    return _tie(tie_id)


@router.put(
    "/parties/{int:party_id}/no-customers/{int:other_id}", response={204: None}, operation_id="mark_no_customer",
    summary="It only looks like a customer",
)  # fmt: skip
def mark_no_customer(request: HttpRequest, party_id: PartyId, other_id: PartyId) -> None:
    """The work shows a tie, and one side says: that is no customer of this provider."""
    who = caller(request)
    actions.mark_not_a_customer(who.person, provider=_party(party_id), customer=_party(other_id), at=who.at)


@router.delete(
    "/parties/{int:party_id}/no-customers/{int:other_id}", response={204: None}, operation_id="unmark_no_customer",
    summary="They may be a customer after all",
)  # fmt: skip
def unmark_no_customer(request: HttpRequest, party_id: PartyId, other_id: PartyId) -> None:
    """Take it back that they are no customer."""
    actions.take_mark_back(caller(request).person, provider=_party(party_id), customer=_party(other_id))


def _compared(request: HttpRequest, party_id: int, side: Side) -> ComparisonOut:
    party = _party(party_id)
    observed.up_to_date(caller(request).at)
    found = queries.comparison(party, side)
    return ComparisonOut(
        both=_rows(found.both), only_said=_rows(found.only_said), only_seen=_rows(found.only_seen),
        marked=_rows(found.marked), reporting=_rows(found.reporting),
    )  # fmt: skip


def _rows(rows: Iterable[Row]) -> list[RowOut]:
    return [RowOut.of(row) for row in rows]


def _ways(reached: tuple[Reached[Node], ...], most: int) -> WaysOut:
    return WaysOut(items=[WayOut.of(way) for way in network.ways(reached[:most])], total=len(reached))


def _tie(tie_id: int) -> TieOut:
    found = Tie.objects.select_related("provider", "customer").filter(pk=tie_id).first()
    if found is None:
        raise NotFound("There is no such tie.")
    return TieOut.of(found)


def _party(party_id: int) -> Party:
    found = Party.objects.filter(pk=party_id).first()
    if found is None:
        raise NotFound("There is no such person, team or outside customer.")
    return found
