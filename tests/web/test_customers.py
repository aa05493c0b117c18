"""The pages of "who is my customer?": what is said beside what is seen, one press, and everybody who would notice."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import START, Cast
from kept.customers import actions
from kept.customers.models import NotACustomer, Result, Tie
from kept.customers.observing import Observed, take_in_observed
from kept.outlook import observed
from kept.outlook.models import SourceSeen
from kept.people.models import Person

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _seen(cast: Cast) -> None:
    """Work has gone from the workshop to dispatch and billing, and to a place that nobody knows."""
    observed.up_to_date(timezone.now())
    take_in_observed(
        "orders",
        [
            Observed("handoff", "Workshop", "Dispatch", 1204, 30, START, START, 7200.0, 9000.0, 2),
            Observed("handoff", "Workshop", "Billing", 7, 7, START, START, 60.0, 90.0),
            Observed("serves", "Dispatch", "Location 12", 5, 5, START, START),
        ],
    )
    SourceSeen.objects.create(name="orders", files=[])


def page(client: Client, person: Person, name: str, *args: object) -> str:
    client.force_login(person, backend=BACKEND)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, person: Person, name: str, /, *args: object, **data: object) -> int:
    client.force_login(person, backend=BACKEND)
    return client.post(reverse(name, args=args), data).status_code


def test_my_page_is_that_of_the_team_i_work_in(cast: Cast, client: Client) -> None:
    said = page(client, cast.provider, "web:customers")
    assert "Who is our customer?" in said
    assert "People say 0. The work says 2." in said
    assert "1,204 hand-offs" in said
    assert "usual wait 2 hours" in said
    assert "They are our customer" in said


def test_a_stranger_reads_it_and_may_only_say_what_is_theirs(cast: Cast, client: Client) -> None:
    said = page(client, cast.caretaker, "web:customers-of", cast.workshop.pk)
    assert "Who is the customer of Workshop?" in said
    assert "They are our customer" not in said
    assert "Are you a customer?" in said
    assert press(client, cast.caretaker, "web:declare-tie", cast.workshop.pk, "down", cast.dispatch.pk) == 403
    assert press(client, cast.caretaker, "web:not-a-customer", cast.workshop.pk, "down", cast.dispatch.pk) == 403
    assert not Tie.objects.exists()
    assert (
        press(client, cast.caretaker, "web:become-customer", cast.workshop.pk, own=cast.sales.pk, kind="consumes")
        == 302
    )
    assert Tie.objects.get().customer_id == cast.sales.pk
    assert (
        press(client, cast.caretaker, "web:become-customer", cast.workshop.pk, own=cast.billing.pk, kind="consumes")
        == 422
    )


def test_one_press_declares_what_the_work_shows(cast: Cast, client: Client) -> None:
    assert press(client, cast.provider, "web:declare-tie", cast.workshop.pk, "down", cast.dispatch.pk) == 302
    tie = Tie.objects.get()
    assert (tie.provider_id, tie.customer_id, tie.state) == (cast.workshop.pk, cast.dispatch.pk, "declared")
    said = page(client, cast.provider, "web:customers-of", cast.workshop.pk)
    assert "Both say so" in said
    assert "not confirmed yet" in said


def test_one_press_says_that_it_only_looks_so_and_one_takes_that_back(cast: Cast, client: Client) -> None:
    args = (cast.workshop.pk, "down", cast.billing.pk)
    assert press(client, cast.provider, "web:not-a-customer", *args) == 302
    assert NotACustomer.objects.count() == 1
    assert "Not customers" in page(client, cast.provider, "web:customers-of", cast.workshop.pk)
    assert press(client, cast.provider, "web:after-all", *args) == 302
    assert not NotACustomer.objects.exists()


def test_the_customer_can_press_it_from_its_side(cast: Cast, client: Client) -> None:
    assert "We depend on them" in page(client, cast.customer, "web:providers-of", cast.dispatch.pk)
    assert press(client, cast.customer, "web:declare-tie", cast.dispatch.pk, "up", cast.workshop.pk) == 302
    tie = Tie.objects.get()
    assert (tie.provider_id, tie.declared_side) == (cast.workshop.pk, "customer")


def test_what_the_other_side_said_waits_for_an_answer(cast: Cast, client: Client) -> None:
    tie = actions.declare_tie(cast.provider, provider=cast.workshop, customer=cast.dispatch, kind="consumes", at=START)
    said = page(client, cast.customer, "web:customers")
    assert "Others say this of you" in said
    assert "Yes, it is so" in said
    assert "Others say this of you" not in page(client, cast.provider, "web:customers")
    assert press(client, cast.provider, "web:answer-tie", tie.pk, "confirm") == 403
    assert press(client, cast.customer, "web:answer-tie", tie.pk, "confirm") == 302
    tie.refresh_from_db()
    assert tie.state == Tie.State.CONFIRMED
    assert press(client, cast.customer, "web:answer-tie", tie.pk, "shrug") == 404
    assert press(client, cast.customer, "web:answer-tie", tie.pk, "end") == 302


def test_a_form_says_who_else_and_what_is_wrong_beside_the_field(cast: Cast, client: Client) -> None:
    add = ("web:add-tie", cast.workshop.pk, "down")
    assert press(client, cast.provider, *add, other="Sales", kind="adds_to") == 302
    assert Tie.objects.get().kind == "adds_to"
    for other in ("Nobody at all", "Workshop", ""):
        assert press(client, cast.provider, *add, other=other, kind="adds_to") == 422
    assert press(client, cast.provider, *add, other="Sales", kind="adds_to") == 422
    assert Tie.objects.count() == 1


def test_everybody_who_would_notice_is_there_with_the_way(cast: Cast, client: Client) -> None:
    said = " ".join(page(client, cast.provider, "web:customers").split())
    assert "3 in all, the nearest first." in said
    assert "we → Dispatch → Location 12" in said
    up = " ".join(page(client, cast.customer, "web:providers-of", cast.dispatch.pk).split())
    assert "1 in all" in up


def test_the_boss_and_the_reports_are_in_the_same_lists(cast: Cast, client: Client) -> None:
    said = page(client, cast.lead, "web:customers-of", cast.lead.pk)
    assert "Because of “reports to”" in said
    assert "direction, decisions" in said


def test_results_are_added_by_those_who_make_them(cast: Cast, client: Client) -> None:
    sound = {"name": "Tables", "purpose": "Tables, so that families sit together.", "kind": "finished"}
    assert press(client, cast.outsider, "web:results", cast.workshop.pk, **sound) == 403
    assert press(client, cast.provider, "web:results", cast.workshop.pk, **sound) == 302
    assert press(client, cast.provider, "web:results", cast.workshop.pk, **sound) == 422
    said = page(client, cast.provider, "web:results", cast.workshop.pk)
    assert "so that families sit together" in said
    assert "We no longer make it" in said
    result = Result.objects.get()
    assert (
        press(
            client,
            cast.provider,
            "web:add-tie",
            cast.workshop.pk,
            "down",
            other="Dispatch",
            kind="consumes",
            result=result.pk,
        )
        == 302
    )
    assert press(client, cast.provider, "web:retire-result", cast.workshop.pk, result.pk) == 302
    assert Result.objects.filter(retired_at=None).exists(), "it still has a customer"
    assert press(client, cast.outsider, "web:retire-result", cast.workshop.pk, result.pk) == 403


def test_no_get_says_anything(cast: Cast, client: Client) -> None:
    client.force_login(cast.provider, backend=BACKEND)
    for name, args in (
        ("web:declare-tie", (cast.workshop.pk, "down", cast.dispatch.pk)),
        ("web:not-a-customer", (cast.workshop.pk, "down", cast.dispatch.pk)),
        ("web:add-tie", (cast.workshop.pk, "down")),
    ):
        assert client.get(reverse(name, args=args)).status_code == 405
    assert not Tie.objects.exists()
    assert not NotACustomer.objects.exists()


def test_an_outside_customer_has_providers_and_no_results(cast: Cast, client: Client) -> None:
    said = page(client, cast.caretaker, "web:customers-of", cast.outside.pk)
    assert "What we make" not in said
    assert press(client, cast.caretaker, "web:results", cast.outside.pk, name="A", purpose="B", kind="finished") == 404
