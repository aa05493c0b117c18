"""My desk in a real browser: what others do appears by itself, focus stays, and the keys walk through it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browsers import fits, picture
from cast import DAY, HOUR, Cast, terms
from kept.people.sign_in_links import token_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_others_do_appears_within_five_seconds(live_server: LiveServer, page: Page, cast: Cast) -> None:
    now = timezone.now()
    cast.asked(at=now - HOUR, what=terms("First", now + DAY))
    page.goto(f"{live_server.url}{reverse('web:sign-in-link', args=[token_for(cast.provider)])}")
    page.get_by_role("button", name="Sign in").click()
    first = page.get_by_role("link", name="First")
    expect(first).to_be_visible()
    expect(page.locator("[data-keys]")).not_to_have_attribute("hidden", "")  # the script takes it off once it listens
    page.keyboard.press("j")
    expect(first).to_be_focused()
    cast.asked(at=now, what=terms("Second", now + 2 * DAY))
    expect(page.get_by_role("link", name="Second")).to_be_visible(timeout=5000)
    expect(page.get_by_role("link", name="First")).to_be_focused()
    expect(page.locator("#desk-news")).to_have_text("Your desk has changed.")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Second")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    assert fits(page)
    picture(page, "desk-live")
    page.get_by_role("link", name="Second").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Second")
