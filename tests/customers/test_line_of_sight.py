"""Whom somebody's work helps, and whom a team should meet."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cast import START, Cast
from kept.core.errors import NotAllowed
from kept.customers.actions import add_result, declare_tie
from kept.customers.line_of_sight import line_of_sight
from kept.people.models import Party, Person
from kept.promises.meeting import ask_visit, strangers


def _tie(actor: Person, provider: Party, customer: Party) -> None:
    declare_tie(actor, provider=provider, customer=customer, kind="depends_on", at=START)


@pytest.fixture
def chain(cast: Cast) -> Cast:
    """workshop → dispatch → sales → the outside customer, each step declared."""
    _tie(cast.lead, cast.workshop, cast.dispatch)
    _tie(cast.customer, cast.dispatch, cast.sales)
    _tie(cast.caretaker, cast.sales, cast.outside)
    purpose = "Builds chairs so that dispatch can send them whole."
    add_result(cast.lead, owner=cast.workshop, kind="finished", name="Chairs", purpose=purpose)
    return cast


def test_the_line_leads_to_the_outside_customer_by_the_purposes_on_the_way(chain: Cast, client: Client) -> None:
    sight = line_of_sight(chain.provider)
    (line,) = sight.lines
    assert [step.who.name for step in line.steps] == ["Workshop", "Dispatch", "Sales", "Outside customer"]
    assert line.outside
    assert line.steps[0].purpose == "Builds chairs so that dispatch can send them whole."
    assert sight.company == "The company"
    client.force_login(chain.provider, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("web:line-of-sight", args=[chain.provider.pk])).content.decode()
    assert "You help <em>Outside customer</em>" in page


def test_where_no_line_leads_outside_it_ends_where_it_ends(cast: Cast) -> None:
    assert line_of_sight(cast.provider).lines == ()
    _tie(cast.lead, cast.workshop, cast.dispatch)
    (line,) = line_of_sight(cast.provider).lines
    assert (line.end.name, line.outside) == ("Dispatch", False)


def test_a_team_meets_those_it_reaches_and_never_talked_to(chain: Cast) -> None:
    assert [each.party.name for each in strangers(chain.workshop)] == ["Dispatch", "Sales", "Outside customer"]
    chain.asked()  # dispatch asks the workshop: they talk
    found = strangers(chain.workshop)
    assert [each.party.name for each in found] == ["Sales", "Outside customer"]
    assert [who.name for who in found[0].way.path] == ["Workshop", "Dispatch", "Sales"]


def test_one_press_asks_for_a_visit_which_is_a_promise_like_any_other(chain: Cast, client: Client) -> None:
    client.force_login(chain.lead, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("web:visit", args=[chain.workshop.pk, chain.sales.pk]), follow=True)
    assert "A short visit" in answer.content.decode()
    assert "Sales" not in [each.party.name for each in strangers(chain.workshop)]
    with pytest.raises(NotAllowed):
        ask_visit(chain.outsider, chain.workshop, chain.sales, at=START)
