"""What two sides expect of each other: read, begin, answer, agree, end."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from kept.api.v1.cursors import Order, number, page_of
from kept.api.v1.door import caller
from kept.api.v1.routes.named import AgreementId, VersionNumber
from kept.api.v1.shapes.acts import from_shape
from kept.api.v1.shapes.base import Page
from kept.api.v1.shapes.customers import (
    AgreeIn,
    AgreementIn,
    AgreementListed,
    AgreementOut,
    AgreementsWanted,
    ExpectIn,
    InAgreement,
    StatedOut,
    VersionOut,
    agreement_listed,
)
from kept.core.agreement import AgreementState, Between, open_acts
from kept.core.errors import NotFound
from kept.core.expectations import Expectations
from kept.core.terms import By, Side
from kept.customers import access, agreeing, agreements
from kept.people.models import Person

router = Router(tags=["Agreements"])
NEWEST: Order[int] = Order("newest", "pk", down=True, read=number)


@router.get("/agreements", response=Page[AgreementListed], operation_id="list_agreements", summary="List agreements")
def list_agreements(request: HttpRequest, wanted: Query[AgreementsWanted]) -> Page[AgreementListed]:
    """The agreements that you may read, newest first."""
    rows = access.agreements_visible_to(caller(request).person).select_related("customer", "provider")
    said = {name: getattr(wanted, name) for name in ("customer", "provider", "standing")}
    rows = rows.filter(**{name: value for name, value in said.items() if value is not None})
    found, following = page_of(rows, NEWEST, wanted.cursor, wanted.limit)
    return Page(items=[AgreementListed.of(row) for row in found], next=following)


@router.post(
    "/agreements", response={201: AgreementOut}, operation_id="begin_agreement", summary="Say what one side expects"
)  # fmt: skip
def begin_agreement(request: HttpRequest, response: HttpResponse, agreement: AgreementIn) -> AgreementOut:
    """The first word of an agreement. It is in force once somebody of the other side has agreed to exactly that."""
    who = caller(request)
    between = Between(**agreement.between.model_dump())
    done = agreeing.expect(
        who.person, between, from_shape(Expectations, agreement.expectations), at=who.at, words=agreement.words,
        side=_side(agreement.side),
    )  # fmt: skip
    response.headers["Location"] = f"/api/v1/agreements/{done.pk}"
    return _whole(request, done.pk)


@router.get(
    "/agreements/{int:agreement_id}", response=AgreementOut, operation_id="get_agreement", summary="One agreement"
)  # fmt: skip
def get_agreement(request: HttpRequest, agreement_id: AgreementId) -> AgreementOut:
    """What each side has on the table, what is in force, and every version."""
    return _whole(request, agreement_id)


@router.get(
    "/agreements/{int:agreement_id}/versions/{int:version}", response=VersionOut, operation_id="get_version",
    summary="One version",
)  # fmt: skip
def get_version(request: HttpRequest, agreement_id: AgreementId, version: VersionNumber) -> VersionOut:
    """One version by itself: what a promise that was made under it goes by."""
    found = next((each for each in _whole(request, agreement_id).versions if each.number == version), None)
    if found is None:
        raise NotFound("There is no such version of this agreement.")
    return found


@router.post(
    "/agreements/{int:agreement_id}/acts", response=AgreementOut, operation_id="act_in_agreement",
    summary="Expect, agree or end",
)  # fmt: skip
def act_in_agreement(request: HttpRequest, agreement_id: AgreementId, act: InAgreement) -> AgreementOut:
    """Write what one side expects now, agree to exactly what the other side wrote, or end it."""
    who, said = caller(request), act.root
    side = _side(said.side)
    if isinstance(said, ExpectIn):
        row = access.agreement_for_seeing(who.person, agreement_id).agreement
        between = Between(row.customer_id, row.provider_id, row.result_id)
        wanted = from_shape(Expectations, said.expectations)
        agreeing.expect(who.person, between, wanted, at=who.at, words=said.words, side=side)
    elif isinstance(said, AgreeIn):
        agreeing.agree(who.person, agreement_id, to=said.to, at=who.at, words=said.words, side=side)
    else:
        agreeing.end(who.person, agreement_id, words=said.words, at=who.at, side=side)
    return _whole(request, agreement_id)


def _side(name: str | None) -> Side | None:
    return Side(name) if name else None


def _whole(request: HttpRequest, agreement_id: int) -> AgreementOut:
    who = caller(request)
    seen = access.agreement_for_seeing(who.person, agreement_id)
    state, _ = agreements.standing_of(agreement_id)
    if state is None:
        raise NotFound("There is no such agreement, or it is not for you to see.")
    names = _names(state)
    possible = {act.name for side in seen.sides for act in open_acts(state, By(who.person.pk, side))}
    return AgreementOut(
        **agreement_listed(seen.agreement),
        customer_expects=StatedOut.of(state.customer, names),
        provider_expects=StatedOut.of(state.provider, names),
        versions=[VersionOut.of(version, names) for version in state.versions],
        sides=sorted(side.value for side in seen.sides),
        acts=sorted(possible),  # type: ignore[arg-type]
    )


def _names(state: AgreementState) -> dict[int, str]:
    ids: set[Any] = {person for each in state.versions for person in (each.written_by, each.agreed_by)}
    ids |= {stated.person for stated in (state.customer, state.provider) if stated}
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
