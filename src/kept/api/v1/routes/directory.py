"""Who works here, who is served, and what one looks for; my own desk."""
# ruff: noqa: ARG001 every call takes the request

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from ninja import Query, Router

from kept.api.v1.cursors import Order, page_of, text
from kept.api.v1.door import caller
from kept.api.v1.routes.named import PartyId
from kept.api.v1.shapes.base import Page
from kept.api.v1.shapes.parties import (
    LineOfSightOut,
    LineOut,
    Looked,
    MeOut,
    Named,
    OutsideOut,
    PartyRef,
    PeopleWanted,
    PersonOut,
    StepOut,
    TeamOut,
)
from kept.api.v1.shapes.promises import DeskItem, DeskList, DeskOut, Found, PromiseListed
from kept.core.errors import NotFound
from kept.customers.line_of_sight import line_of_sight
from kept.people.models import Membership, OutsideCustomer, Person, Team
from kept.people.queries import acting_for, parties_like
from kept.promises import queries
from kept.promises.desk import desk
from kept.promises.queries import Listing

router = Router(tags=["Who is who"])
mine = Router(tags=["Mine"])
BY_NAME: Order[str] = Order("name", "name", down=False, read=text)
MOST_FOUND = 30


@mine.get("/me", response=MeOut, operation_id="get_me", summary="Whose key this is")
def get_me(request: HttpRequest) -> MeOut:
    """The person whose key this is, what it may, and for whom the person may speak."""
    who = caller(request)
    person = _persons().get(pk=who.person.pk)
    parties = [PartyRef.of(party) for party in acting_for(who.person).order_by("name", "pk")]
    return MeOut(person=PersonOut.of(person), scope=who.token.scope, acts_for=parties)


@mine.get("/desk", response=DeskOut, operation_id="get_desk", summary="My desk")
def get_desk(request: HttpRequest) -> DeskOut:
    """What needs my answer, what I owe, what I await, what lies with the other side; what matters next comes first."""
    found = desk(caller(request).person, caller(request).at)
    return DeskOut(
        answers=_listed(found.answers), owed=_listed(found.owed), awaited=_listed(found.awaited),
        with_them=_listed(found.with_them),
    )  # fmt: skip


@mine.get("/search", response=Found, operation_id="search", summary="Search")
def search(request: HttpRequest, looked: Query[Looked]) -> Found:
    """Promises that you see and whose subject holds the words, and parties whose name does; the first of each."""
    who = caller(request)
    promises = queries.with_words(who.person, looked.words, who.at)
    parties = parties_like(looked.words).order_by("-kind", "name", "pk")[:MOST_FOUND]
    return Found(
        promises=[PromiseListed.of(item.promise, item.standing) for item in promises.items],
        promises_in_all=promises.total,
        parties=[PartyRef.of(party) for party in parties],
    )


# --- persons, teams, outside customers ----------------------------------------------------------------------------


@router.get("/people", response=Page[PersonOut], operation_id="list_people", summary="List people")
def list_people(request: HttpRequest, wanted: Query[PeopleWanted]) -> Page[PersonOut]:
    """Everybody who works here, by name."""
    rows = _persons().filter(is_active=True, name__icontains=wanted.words)
    if wanted.team is not None:
        rows = rows.filter(memberships__team=wanted.team)
    found, following = page_of(rows, BY_NAME, wanted.cursor, wanted.limit)
    return Page(items=[PersonOut.of(person) for person in found], next=following)


@router.get("/people/{int:party_id}", response=PersonOut, operation_id="get_person", summary="One person")
def get_person(request: HttpRequest, party_id: PartyId) -> PersonOut:
    """A person with their teams and whom they report to."""
    return PersonOut.of(_there(_persons().filter(pk=party_id).first(), "person"))


@router.get(
    "/people/{int:party_id}/line-of-sight", response=LineOfSightOut, operation_id="get_line_of_sight",
    summary="Whom somebody's work helps",
)  # fmt: skip
def get_line_of_sight(request: HttpRequest, party_id: PartyId) -> LineOfSightOut:
    """What somebody does, told by whom it helps: by way of each of their teams, down to the outside customer."""
    sight = line_of_sight(_there(Person.objects.filter(pk=party_id).first(), "person"))
    lines = [
        LineOut(outside=line.outside, steps=[StepOut(name=step.who.name, purpose=step.purpose) for step in line.steps])
        for line in sight.lines
    ]
    return LineOfSightOut(lines=lines, company=sight.company, mission=sight.mission)


@router.get("/teams", response=Page[TeamOut], operation_id="list_teams", summary="List teams")
def list_teams(request: HttpRequest, wanted: Query[Named]) -> Page[TeamOut]:
    """Every team, by name."""
    found, following = page_of(
        _teams().filter(name__icontains=wanted.words), BY_NAME, wanted.cursor, wanted.limit
    )  # fmt: skip
    return Page(items=[TeamOut.of(team) for team in found], next=following)


@router.get("/teams/{int:party_id}", response=TeamOut, operation_id="get_team", summary="One team")
def get_team(request: HttpRequest, party_id: PartyId) -> TeamOut:
    """A team with those who lead it, those who are in it, and the team above."""
    return TeamOut.of(_there(_teams().filter(pk=party_id).first(), "team"))


@router.get(
    "/outside-customers", response=Page[OutsideOut], operation_id="list_outside_customers",
    summary="List outside customers",
)  # fmt: skip
def list_outside_customers(request: HttpRequest, wanted: Query[Named]) -> Page[OutsideOut]:
    """Every customer outside the company, by name."""
    rows = OutsideCustomer.objects.select_related("looked_after_by").filter(name__icontains=wanted.words)
    found, following = page_of(rows, BY_NAME, wanted.cursor, wanted.limit)
    return Page(items=[OutsideOut.of(outside) for outside in found], next=following)


@router.get(
    "/outside-customers/{int:party_id}", response=OutsideOut, operation_id="get_outside_customer",
    summary="One outside customer",
)  # fmt: skip
def get_outside_customer(request: HttpRequest, party_id: PartyId) -> OutsideOut:
    """A customer outside the company, and who looks after them."""
    rows = OutsideCustomer.objects.select_related("looked_after_by").filter(pk=party_id)
    return OutsideOut.of(_there(rows.first(), "outside customer"))


def _persons() -> Any:
    teams = Prefetch("memberships", Membership.objects.select_related("team").order_by("-leads", "team__name", "pk"))
    return Person.objects.select_related("boss").prefetch_related(teams)


def _teams() -> Any:
    members = Membership.objects.filter(person__is_active=True).select_related("person")
    return Team.objects.select_related("parent").prefetch_related(
        Prefetch("memberships", members.order_by("person__name", "pk"))
    )


def _there(found: Any, what: str) -> Any:
    if found is None:
        raise NotFound(f"There is no such {what}.")
    return found


def _listed(listing: Listing) -> DeskList:
    return DeskList(items=[DeskItem.of_item(item) for item in listing.items], total=listing.total)
