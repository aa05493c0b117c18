"""The leader's page: what stands on it, for whom, and that it costs the same however much is led."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.expectations import Expectations
from kept.programme.leading import Over, leads_somebody, over

pytestmark = pytest.mark.django_db
NOW = START + 4 * DAY


def subjects(cast: Cast) -> tuple[int, int, int]:
    """A promise past its date, an ask without an answer, one whose provider asked for help."""
    late, asked = cast.promised(), cast.asked(at=START + HOUR)
    helped = cast.promised(at=START + 3 * DAY)
    cast.do(cast.provider, helped, acts.AskHelp(words="Two hands."), at=NOW - HOUR)
    return late, asked, helped


def keys(looked: Over) -> tuple[list[int], list[int], list[int]]:
    return (
        [item.promise.pk for item in looked.late.items],
        [item.promise.pk for item in looked.unanswered.items],
        [one.promise.pk for one in looked.unhelped],
    )


def test_it_shows_where_customers_wait_and_who_asked_for_help(cast: Cast) -> None:
    late, asked, helped = subjects(cast)
    for leader in (cast.lead, cast.boss):
        assert keys(over(leader, NOW)) == ([late], [asked], [helped])
    assert over(cast.lead, NOW).waiting == 2
    cast.do(cast.lead, helped, acts.Note(words="I come at two."), at=NOW)
    assert over(cast.lead, NOW).unhelped == ()


def test_my_own_come_first_and_what_is_private_is_left_out(cast: Cast) -> None:
    mine = cast.asked(customer=cast.customer, provider=cast.lead)
    cast.do(cast.lead, mine, acts.Promise(), at=START + HOUR)
    cast.asked(private=True, customer=cast.customer, provider=cast.provider)
    looked = over(cast.lead, NOW)
    assert [item.promise.pk for item in looked.own.items] == [mine]
    assert keys(over(cast.boss, NOW)) == ([mine], [], [])


def test_silence_is_that_of_an_agreed_rhythm(cast: Cast) -> None:
    cast.agreed(Expectations(turnaround=16 * HOUR, update_every=8 * HOUR))
    quiet = cast.promised(at=START + 2 * HOUR)
    assert [item.promise.pk for item in over(cast.boss, NOW + 3 * DAY).silent.items] == [quiet]
    cast.do(cast.provider, quiet, acts.Update(words="Half of it."), at=NOW + 3 * DAY)
    assert over(cast.boss, NOW + 3 * DAY).silent.items == []


def test_it_is_for_those_who_lead(client: Client, cast: Cast) -> None:
    subjects(cast)
    assert [leads_somebody(each) for each in (cast.lead, cast.boss, cast.provider)] == [True, True, False]
    client.force_login(cast.boss)
    page = client.get(reverse("web:leading")).content.decode()
    assert "Who is the customer in this situation, and what do they need from us?" in page
    assert page.index("First, my own promises") < page.index("Where customers wait past the date")
    client.force_login(cast.provider)
    assert client.get(reverse("web:leading")).status_code == 403


def test_it_costs_no_more_where_more_is_led(cast: Cast) -> None:
    subjects(cast)
    counts = []
    for _ in range(2):
        over(cast.boss, NOW)
        with CaptureQueriesContext(connection) as captured:
            over(cast.boss, NOW)
        counts.append(len(captured))
        for _ in range(6):
            subjects(cast)
    assert counts[0] == counts[1]
