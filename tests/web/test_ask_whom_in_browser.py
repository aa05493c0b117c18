"""Asking without knowing whom, in a real browser: typed, proposed, chosen and asked, by keyboard alone too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browsers import fits, picture
from cast import Cast
from kept.customers import actions as customers
from kept.people.sign_in_links import token_for
from kept.promises.models import Promise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asking(live_server: LiveServer, page: Page, cast: Cast) -> Page:
    """The customer on the page that asks, where the workshop lists what may be asked for."""
    customers.add_result(
        cast.provider, owner=cast.workshop, kind="finished", name="Ladder", purpose="Lets people reach the top."
    )
    page.goto(f"{live_server.url}{reverse('web:sign-in-link', args=[token_for(cast.customer)])}")
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{live_server.url}{reverse('web:ask')}")
    return page


def soon() -> str:
    return f"{timezone.now() + timedelta(days=9):%Y-%m-%dT14:00}"


def test_what_is_typed_proposes_a_team_that_one_press_takes(asking: Page, cast: Cast) -> None:
    asking.get_by_label("What do you need?").press_sequentially("A ladder of oak")
    expect(asking.get_by_text("They list “Ladder”: Lets people reach the top.")).to_be_visible()
    expect(asking.get_by_label("What do you need?")).to_be_focused()
    assert fits(asking)
    picture(asking, "ask-whom")
    asking.get_by_label("By when?").fill(soon())
    asking.get_by_role("button", name="Choose Workshop").click()
    note = asking.get_by_text("You are asking Workshop.")
    expect(note).to_be_focused()
    expect(asking.get_by_label("Whom do you ask?")).to_have_value("Workshop")
    expect(asking.get_by_label("What do you need?")).to_have_value("A ladder of oak")
    assert not Promise.objects.exists()
    picture(asking, "ask-whom-chosen")
    asking.get_by_role("main").get_by_role("button", name="Ask", exact=True).click()
    expect(asking.get_by_role("heading", level=1)).to_contain_text("A ladder of oak")
    assert Promise.objects.get().provider_id == cast.workshop.pk


def test_by_keyboard_alone_and_enter_asks_rather_than_chooses(asking: Page, cast: Cast) -> None:
    asking.get_by_label("What do you need?").press_sequentially("A ladder of oak")
    expect(asking.get_by_role("button", name="Choose Workshop")).to_be_visible()
    asking.keyboard.press("Enter")  # asks, and is told what is missing
    expect(asking.get_by_role("alert")).to_contain_text("Say whom")
    assert not Promise.objects.exists()
    asking.get_by_label("What do you need?").focus()
    asking.keyboard.press("Tab")
    expect(asking.get_by_role("button", name="Who does this?")).to_be_focused()
    with asking.expect_response(lambda answer: answer.url.endswith(reverse("web:ask-whom"))):
        asking.keyboard.press("Enter")
    expect(asking.get_by_role("status").filter(has_text="This team may do it.")).to_be_visible()
    expect(asking.get_by_role("button", name="Who does this?")).to_be_focused()
    asking.keyboard.press("Tab")
    expect(asking.get_by_role("button", name="Choose Workshop")).to_be_focused()
    asking.keyboard.press("Enter")
    expect(asking.get_by_text("You are asking Workshop.")).to_be_focused()


def test_where_nothing_fits_it_says_so(asking: Page) -> None:
    asking.get_by_label("What do you need?").press_sequentially("Zeppelin")
    expect(asking.get_by_text("Nothing speaks for any team.")).to_be_visible()
    asking.get_by_label("Whom do you ask?").fill("Billing")
    asking.get_by_label("Whom do you ask?").blur()
    expect(asking.get_by_text("Nothing speaks for any team.")).to_be_hidden()
    assert fits(asking)
