"""When a team works: its own hours or those of the team above, public holidays, special days, and who may say so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from cast import START, Cast
from kept.core.calendars import CalendarError, add_working_time, is_open, working_time
from kept.core.errors import Incomplete, NotAllowed
from kept.people.calendars import calendar_of, hours_of, set_hours, set_special_day, week_from_words
from kept.people.capacity import capacity_of, say_capacity
from kept.promises.carrying import carried

NINE_TO_FIVE = week_from_words(["08:00-12:00, 13:00-17:00"] * 5 + ["", ""])


def test_a_team_without_hours_works_as_the_one_above(cast: Cast) -> None:
    set_hours(cast.boss, cast.company, zone="Europe/Berlin", week=NINE_TO_FIVE, country="DE", region="BY")
    kept = hours_of(cast.workshop)
    assert kept.source == cast.company
    assert calendar_of(cast.provider) == calendar_of(cast.workshop) == calendar_of(cast.company)
    assert not is_open(kept.calendar, datetime(2026, 1, 6, 10, tzinfo=UTC)), "Epiphany is a holiday in Bavaria"
    assert is_open(kept.calendar, datetime(2026, 1, 7, 10, tzinfo=UTC))


def test_where_nobody_has_said_anything_it_is_the_usual_week(cast: Cast) -> None:
    kept = hours_of(cast.workshop)
    assert kept.source is None
    assert working_time(kept.calendar, START, START + timedelta(days=7)) == timedelta(hours=40)
    assert calendar_of(cast.outside) == kept.calendar


def test_a_special_day_is_the_teams_own_and_leaves_the_others_alone(cast: Cast) -> None:
    set_hours(cast.boss, cast.company, zone="UTC", week=NINE_TO_FIVE)
    set_special_day(cast.lead, cast.workshop, date(2026, 5, 5), words="Stocktaking")
    monday_noon = datetime(2026, 5, 4, 16, tzinfo=UTC)
    assert add_working_time(calendar_of(cast.workshop), monday_noon, timedelta(hours=2)).date() == date(2026, 5, 6)
    assert add_working_time(calendar_of(cast.dispatch), monday_noon, timedelta(hours=2)).date() == date(2026, 5, 5)


def test_only_those_who_lead_say_so(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        set_hours(cast.provider, cast.workshop, zone="UTC", week=NINE_TO_FIVE)
    with pytest.raises(NotAllowed):
        say_capacity(cast.outsider, cast.workshop, at_once=3, a_week=None, at=START)
    assert capacity_of(cast.workshop) is None


@pytest.mark.parametrize(
    ("zone", "country", "region", "error"),
    [("Mars/Olympus", "", "", CalendarError), ("UTC", "XX", "", Incomplete), ("UTC", "DE", "ZZ", Incomplete)],
)
def test_refuses_what_cannot_be(cast: Cast, zone: str, country: str, region: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        set_hours(cast.lead, cast.workshop, zone=zone, week=NINE_TO_FIVE, country=country, region=region)
    assert hours_of(cast.workshop).source is None


@pytest.mark.parametrize("line", ["8-12-3", "nine to five", "08:00-07:00", "08:00-12:00, 11:00-13:00", "25:00-26:00"])
def test_the_page_says_what_is_wrong_with_hours_and_keeps_nothing(cast: Cast, client: Client, line: str) -> None:
    client.force_login(cast.lead, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("web:team-hours", args=[cast.workshop.pk]), {"zone": "UTC", "day0": line})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert hours_of(cast.workshop).source is None


def test_what_a_team_carries_stands_beside_what_it_says(cast: Cast, client: Client) -> None:
    say_capacity(cast.lead, cast.workshop, at_once=1, a_week=Decimal("2.5"), at=START)
    for _ in range(12):
        cast.accepted()
    cast.promised()
    cast.promised()
    cast.asked()
    found = carried(cast.workshop.pk, START + timedelta(days=5), {cast.dispatch.pk: 0.3, cast.sales.pk: 0.7})
    assert (found.waiting, found.in_work, found.delivered, found.a_week) == (1, 2, 12, 1.5)
    verdicts = {row.name: row.verdict for row in found.customers}
    assert verdicts == {"Dispatch": "more than agreed"}, "a customer who never asked is no row"
    client.force_login(cast.lead, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("web:team-capacity", args=[cast.workshop.pk])).content.decode()
    assert "more in work than it says it can carry" in page
