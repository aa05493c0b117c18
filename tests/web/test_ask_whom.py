"""Asking without knowing whom: teams are proposed with reasons, one press takes one, and nothing is sent before."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cast import DAY, START, Cast
from kept.core import acts
from kept.customers import actions as customers
from kept.ledger.models import Event
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
ASK, WHOM = reverse("web:ask"), reverse("web:ask-whom")


@pytest.fixture
def asking(cast: Cast, client: Client) -> Client:
    """The customer, signed in, where the workshop lists what may be asked for."""
    customers.add_result(
        cast.provider, owner=cast.workshop, kind="finished", name="Ladder", purpose="Lets people reach the top."
    )
    client.force_login(cast.customer)
    return client


def typed(cast: Cast, **more: object) -> dict[str, object]:
    return {"own": cast.dispatch.pk, "other": "", "what": "A ladder of oak", "due": "2099-05-06T14:00"} | more


def test_the_button_shows_who_may_do_it_and_why_and_sends_nothing(cast: Cast, asking: Client) -> None:
    page = asking.post(ASK, typed(cast, whom="yes"))
    assert page.status_code == 200
    html = page.content.decode()
    assert "They list “Ladder”: Lets people reach the top." in html
    assert f'name="choose" value="{cast.workshop.pk}"' in html
    assert 'value="A ladder of oak"' in html
    assert 'value="2099-05-06T14:00"' in html
    assert "There is a problem" not in html
    assert not Event.objects.exists()


def test_choosing_one_names_it_keeps_what_was_typed_and_sends_nothing(cast: Cast, asking: Client) -> None:
    html = asking.post(ASK, typed(cast, choose=cast.workshop.pk, private="on")).content.decode()
    assert "You are asking Workshop. Nothing is sent until you press “Ask”." in html
    assert 'value="Workshop"' in html
    assert 'value="A ladder of oak"' in html
    assert "Which of their results is it about?" in html
    assert re.search(r'<input[^>]*name="private"[^>]*\schecked', html)
    assert 'name="choose"' not in html
    assert not Event.objects.exists()


def test_what_was_chosen_is_then_asked(cast: Cast, asking: Client) -> None:
    asking.post(ASK, typed(cast, other="Workshop"))
    assert Promise.objects.get().provider_id == cast.workshop.pk


def test_an_ask_of_nobody_is_refused_beside_who_may_do_it(cast: Cast, asking: Client) -> None:
    page = asking.post(ASK, typed(cast))
    assert page.status_code == 422
    html = page.content.decode()
    assert "Say whom" in html
    assert "They list “Ladder”" in html
    assert not Event.objects.exists()


@pytest.mark.parametrize("choose", ["0", "x", "999999", "²", "9" * 40])
def test_a_choice_that_is_no_team_shows_the_proposals_again(cast: Cast, asking: Client, choose: str) -> None:
    html = asking.post(ASK, typed(cast, choose=choose)).content.decode()
    assert "They list “Ladder”" in html


def test_as_one_types_the_part_comes_alone_and_only_while_nobody_is_named(cast: Cast, asking: Client) -> None:
    part = asking.post(WHOM, typed(cast)).content.decode()
    assert "<html" not in part
    assert "They list “Ladder”" in part
    assert "They list" not in asking.post(WHOM, typed(cast, other="Billing")).content.decode()
    assert "They list" in asking.post(WHOM, typed(cast, other="Billing", whom="yes")).content.decode()


def test_where_nothing_fits_it_says_so_and_offers_the_teams_and_the_search(cast: Cast, asking: Client) -> None:
    part = asking.post(WHOM, typed(cast, what="Zeppelin")).content.decode()
    assert "Nothing speaks for any team." in part
    assert reverse("web:teams") in part
    assert reverse("web:search") in part
    assert 'name="choose"' not in part


def test_without_words_it_asks_for_them(cast: Cast, asking: Client) -> None:
    part = asking.post(WHOM, typed(cast, what="", whom="yes")).content.decode()
    assert "Say first what you need" in part


def test_files_that_were_chosen_stay(cast: Cast, asking: Client) -> None:
    drawing = SimpleUploadedFile("drawing.txt", b"oak", content_type="text/plain")
    html = asking.post(ASK, typed(cast, choose=cast.workshop.pk, files=drawing)).content.decode()
    assert "drawing.txt" in html


def test_looking_changes_nothing_and_only_a_post_proposes(cast: Cast, asking: Client) -> None:
    assert asking.get(WHOM).status_code == 405
    assert "They list" not in asking.get(ASK, {"whom": "yes", "what": "A ladder"}).content.decode()


def test_it_costs_as_many_queries_beside_many_promises(cast: Cast, asking: Client) -> None:
    counts = []
    for times in (0, 20):
        for number in range(times):
            cast.accepted(at=START + number * DAY)
        with CaptureQueriesContext(connection) as queries:
            asking.post(WHOM, typed(cast))
        counts.append(len(queries))
    assert counts[0] == counts[1] < 20


def test_what_a_promise_needs_is_proposed_and_chosen_alike(cast: Cast, asking: Client) -> None:
    promise = cast.asked(by=cast.outsider, customer=cast.billing, provider=cast.dispatch)
    cast.do(cast.customer, promise, acts.Promise(), at=START)
    events, where = Event.objects.count(), reverse("web:needs", args=[promise])
    assert "They list “Ladder”" in asking.post(where, typed(cast, whom="yes")).content.decode()
    html = asking.post(where, typed(cast, choose=cast.workshop.pk)).content.decode()
    assert "You are asking Workshop. Nothing is sent until you press “Ask for it”." in html
    assert 'value="A ladder of oak"' in html
    assert Event.objects.count() == events
