"""When a team works, what it can carry, and whom it should meet."""
# ruff: noqa: ARG001 every call takes the request

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from kept.api.v1.door import caller
from kept.api.v1.problems import field_problem
from kept.api.v1.routes.named import TeamId
from kept.api.v1.routes.promises import whole
from kept.api.v1.shapes.base import Day, Page
from kept.api.v1.shapes.parties import PartyRef, PersonRef
from kept.api.v1.shapes.promises import PromiseOut
from kept.api.v1.shapes.teams import (
    CapacityIn,
    CapacityOut,
    DayOff,
    HoursIn,
    HoursOut,
    SpecialDayIn,
    SpecialDayOut,
    StrangerOut,
    VisitIn,
)
from kept.core.calendars import CalendarError
from kept.core.errors import NotFound
from kept.customers.agreements import agreed_shares
from kept.people import calendars
from kept.people.capacity import capacity_of, say_capacity
from kept.people.models import Party, Team
from kept.promises import meeting
from kept.promises.carrying import carried
from kept.promises.meeting import strangers

router = Router(tags=["Teams at work"])
A_YEAR = timedelta(days=365)
OneDay = Annotated[Day, Path(description="The day, as year-month-day.")]


@router.get("/teams/{int:party_id}/hours", response=HoursOut, operation_id="get_hours", summary="When a team works")
def get_hours(request: HttpRequest, party_id: TeamId) -> HoursOut:
    """A team's hours, its special days and public holidays of the coming year."""
    who, team = caller(request), _team(party_id)
    kept, today = calendars.hours_of(team), who.at.date()
    special = kept.source.special_days.filter(day__gte=today) if kept.source else ()
    return HoursOut(
        zone=kept.calendar.zone,
        week=[calendars.hours_in_words(day) for day in kept.calendar.week],
        country=kept.country,
        region=kept.region,
        words=kept.words,
        source=PartyRef.of(kept.source) if kept.source else None,
        special_days=[SpecialDayOut.of(row) for row in special],
        days_off=[DayOff(day=day, name=name) for day, name in calendars.days_off(kept, today, today + A_YEAR)],
        may_change=calendars.may_change(who.person, team),
    )


@router.put("/teams/{int:party_id}/hours", response=HoursOut, operation_id="set_hours", summary="Say when a team works")
def set_hours(request: HttpRequest, party_id: TeamId, hours: HoursIn) -> HoursOut:
    """From now on the team works so; those who lead it say this."""
    try:
        week = calendars.week_from_words(list(hours.week))
        calendars.set_hours(
            caller(request).person, _team(party_id), zone=hours.zone, week=week, country=hours.country,
            region=hours.region,
        )  # fmt: skip
    except CalendarError as error:
        raise field_problem("week", str(error)) from error
    return get_hours(request, party_id)


@router.put(
    "/teams/{int:party_id}/days/{day}", response=HoursOut, operation_id="set_special_day", summary="A special day"
)  # fmt: skip
def set_special_day(request: HttpRequest, party_id: TeamId, day: OneDay, special: SpecialDayIn) -> HoursOut:
    """On that day the team is closed, or works at other hours."""
    try:
        hours = calendars.hours_from_words(special.hours, "That day")
        calendars.set_special_day(caller(request).person, _team(party_id), day, hours=hours, words=special.words)
    except CalendarError as error:
        raise field_problem("hours", str(error)) from error
    return get_hours(request, party_id)


@router.delete(
    "/teams/{int:party_id}/days/{day}", response={204: None}, operation_id="forget_special_day",
    summary="A day like any other",
)  # fmt: skip
def forget_special_day(request: HttpRequest, party_id: TeamId, day: OneDay) -> None:
    """On that day the team works as on any other day of its kind."""
    calendars.forget_special_day(caller(request).person, _team(party_id), day)


@router.get(
    "/teams/{int:party_id}/capacity", response=CapacityOut, operation_id="get_capacity", summary="What a team carries"
)  # fmt: skip
def get_capacity(request: HttpRequest, party_id: TeamId) -> CapacityOut:
    """What a team says that it can carry, beside what it does, by customer."""
    team = _team(party_id)
    says, found = capacity_of(team), carried(team.pk, caller(request).at, agreed_shares(team.pk))
    return CapacityOut(
        at_once=says.at_once if says else None,
        a_week=float(says.a_week) if says and says.a_week is not None else None,
        said_by=PersonRef.of(says.said_by) if says else None,
        said_at=says.said_at if says else None,
        waiting=found.waiting, in_work=found.in_work, late=found.late, delivered_a_week=found.a_week,
        customers=CapacityOut.customers_of(found),
    )  # fmt: skip


@router.put(
    "/teams/{int:party_id}/capacity", response=CapacityOut, operation_id="say_capacity", summary="Say what it can carry"
)  # fmt: skip
def set_capacity(request: HttpRequest, party_id: TeamId, capacity: CapacityIn) -> CapacityOut:
    """Say what a team can carry; those who lead it say this."""
    who = caller(request)
    a_week = Decimal(str(capacity.a_week)) if capacity.a_week is not None else None
    say_capacity(who.person, _team(party_id), at_once=capacity.at_once, a_week=a_week, at=who.at)
    return get_capacity(request, party_id)


@router.get(
    "/teams/{int:party_id}/strangers", response=Page[StrangerOut], operation_id="list_strangers",
    summary="Whom a team should meet",
)  # fmt: skip
def list_strangers(request: HttpRequest, party_id: TeamId) -> Page[StrangerOut]:
    """The three most affected by a team's work that it has never talked to."""
    return Page(items=[StrangerOut.of(one) for one in strangers(_team(party_id))], next=None)


@router.post(
    "/teams/{int:party_id}/visits", response={201: PromiseOut}, operation_id="ask_visit", summary="Ask for a visit"
)  # fmt: skip
def ask_visit(request: HttpRequest, response: HttpResponse, party_id: TeamId, visit: VisitIn) -> PromiseOut:
    """Ask for a short visit in the team's name: a promise like any other, due in two weeks."""
    who = caller(request)
    other = Party.objects.filter(pk=visit.other).first()
    if other is None:
        raise field_problem("other", "There is no such person, team or outside customer.")
    asked = meeting.ask_visit(who.person, _team(party_id), other, at=who.at)
    response.headers["Location"] = f"/api/v1/promises/{asked.pk}"
    return whole(request, asked.pk)


def _team(party_id: int) -> Team:
    found = Team.objects.select_related("parent").filter(pk=party_id).first()
    if found is None:
        raise NotFound("There is no such team.")
    return found
