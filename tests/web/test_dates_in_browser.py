"""Which date is safe, in a real browser: a press and a key fill the date, and its odds change with it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from browsers import fits, picture
from cast import DAY, HOUR, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.people.models import Person
from kept.people.sign_in_links import token_for
from kept.promises.models import Promise
from kept.web.dates import TYPED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ENDED = 22


@pytest.fixture
def past(cast: Cast) -> Cast:
    """The workshop has delivered route sheets before, each some days after the ask."""
    now = timezone.now()
    for number in range(ENDED):
        at = now - (3 * ENDED - 2 * number) * DAY
        promise = cast.asked(at=at, what=terms(due=at + 20 * DAY))
        cast.do(cast.provider, promise, acts.Promise(), at=at + HOUR)
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=at + (1 + number % 11) * DAY)
    return cast


def sign_in(page: Page, live_server: LiveServer, person: Person) -> None:
    page.goto(f"{live_server.url}{reverse('web:sign-in-link', args=[token_for(person)])}")
    page.get_by_role("button", name="Sign in").click()


def test_a_press_and_a_key_fill_the_date_and_its_odds_change_with_it(
    live_server: LiveServer, page: Page, past: Cast
) -> None:
    sign_in(page, live_server, past.customer)
    page.goto(f"{live_server.url}{reverse('web:ask')}?to={past.workshop.pk}")
    due = page.get_by_label("By when?")
    page.get_by_role("button", name=re.compile("^Tight")).click()
    expect(due).not_to_have_value("")
    said = page.locator("[data-chosen]")
    expect(said).to_contain_text("is tight")
    expect(said).to_contain_text("You can ask for it all the same")
    expect(page.locator("[data-dates-said]")).to_contain_text("is tight")
    assert fits(page)
    picture(page, "dates")
    safe = page.get_by_role("button", name=re.compile("^Safe"))
    safe.focus()
    page.keyboard.press("Enter")
    expect(said).to_contain_text("is safe: about 95 of 100")
    expect(safe).to_be_focused()
    far = timezone.now() + timedelta(days=200)
    due.fill(far.strftime(TYPED))
    expect(said).to_contain_text(f"{far.day} {far:%b} {far.year}")
    assert Promise.objects.count() == ENDED


def test_without_scripts_a_press_fills_the_date_and_sends_nothing(
    live_server: LiveServer, browser: Browser, past: Cast
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, past.customer)
    page.goto(f"{live_server.url}{reverse('web:ask')}")
    page.get_by_label("Whom do you ask?").fill("Workshop")
    page.get_by_label("What do you need?").fill("The route sheet")
    page.get_by_role("button", name="Which date is safe?").click()
    page.get_by_role("button", name=re.compile("^Safe")).click()
    expect(page.get_by_label("By when?")).not_to_have_value("")
    expect(page.get_by_label("What do you need?")).to_have_value("The route sheet")
    expect(page.locator("[data-chosen]")).to_contain_text("is safe: about 95 of 100")
    assert Promise.objects.count() == ENDED
    context.close()
