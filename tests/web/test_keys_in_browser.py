"""A whole promise with keys alone: ask, other terms, yes, delivery, acceptance. No mouse from the desk to the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browsers import fits, picture
from cast import DAY, HOUR, Cast, terms
from kept.core import acts
from kept.ledger import book
from kept.people.models import Person
from kept.people.sign_in_links import token_for
from kept.promises.models import Promise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class _Hands:
    """Somebody at a keyboard."""

    def __init__(self, address: str, page: Page) -> None:
        self.address, self.page = address, page

    def sign_in(self, person: Person) -> None:
        """Sign in, and wait until the desk listens."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.address}{reverse('web:sign-in-link', args=[token_for(person)])}")
        self.page.get_by_role("button", name="Sign in").press("Enter")
        self.listens()

    def listens(self) -> None:
        """Wait until the page listens to keys."""
        expect(self.page.locator("[data-keys]")).not_to_have_attribute("hidden", "")

    def press(self, *keys: str) -> None:
        """Press them one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def opens_the_first(self) -> None:
        """From the desk to the first promise on it."""
        self.press("j")
        expect(self.page.locator("a[data-promise]").first).to_be_focused()
        self.press("Enter")
        expect(self.page.locator("#act")).to_be_attached()
        self.listens()

    def at(self, label: str) -> None:
        """The focus is in the field of that label."""
        expect(self.page.get_by_label(label)).to_be_focused()

    def tab_to(self, label: str, most: int = 12) -> None:
        """Go on with the tabulator until the field of that label has the focus."""
        wanted = self.page.get_by_label(label)
        for _ in range(most):
            if wanted.evaluate("field => field === document.activeElement"):
                return
            self.press("Tab")
        self.at(label)


def test_a_whole_promise_with_keys_alone(live_server: LiveServer, page: Page, cast: Cast) -> None:
    hands = _Hands(live_server.url, page)
    hands.sign_in(cast.customer)
    page.get_by_role("link", name="Ask").filter(visible=True).first.press("Enter")
    hands.tab_to("Whom do you ask?", 40)
    page.keyboard.type("Workshop")
    hands.tab_to("What do you need?")
    page.keyboard.type("Six chairs")
    page.get_by_label("By when?").fill((timezone.localtime() + 2 * DAY).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("By when?").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Six chairs")
    promise = Promise.objects.get().pk

    hands.sign_in(cast.provider)
    hands.opens_the_first()
    hands.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Answer with other terms")
    picture(page, "keys-of-a-promise")
    hands.press("Escape", "c")
    hands.at("What")
    page.keyboard.type("Six chairs, oiled")
    hands.press("Escape")
    expect(page.locator("#act form")).to_have_count(0)
    hands.press("c")
    hands.at("What")
    hands.press("Control+a")
    page.keyboard.type("Six chairs, oiled")
    hands.tab_to("Done when")
    page.keyboard.type("All six stand level.")
    hands.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("They have your answer.")

    hands.sign_in(cast.customer)
    hands.opens_the_first()
    expect(page.locator(".k-terms ins").first).to_have_text(", oiled")
    assert fits(page)
    hands.press("a")
    expect(page.get_by_role("heading", name="Accept")).to_be_visible()
    hands.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("promised")

    hands.sign_in(cast.provider)
    hands.opens_the_first()
    hands.press("d")
    expect(page.get_by_label("Yes, it makes it easier")).to_be_focused()
    hands.press("Space", "Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("delivered")

    hands.sign_in(cast.customer)
    hands.opens_the_first()
    hands.press("a")
    expect(page.get_by_label("Yes, it makes it easier")).to_be_focused()
    hands.press("Space", "Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("accepted")
    assert [event.name for event in book.read(promise)] == [
        "promise.asked", "promise.countered", "promise.terms_accepted", "promise.delivered", "promise.accepted",
    ]  # fmt: skip
    hands.press("Escape")
    expect(page.get_by_role("heading", level=1, name="My desk")).to_be_visible()


def test_passed_on_and_taken_back_with_keys(live_server: LiveServer, page: Page, cast: Cast) -> None:
    now = timezone.now()
    promise = cast.asked(at=now - HOUR, what=terms("A rack", now + timedelta(days=2)))
    cast.do(cast.provider, promise, acts.PassOn(to=cast.billing.pk, words="They have the wood."), at=now)
    hands = _Hands(live_server.url, page)
    hands.sign_in(cast.customer)
    hands.opens_the_first()
    expect(page.get_by_text("Billing has it; Workshop, who passed it on")).to_be_visible()
    hands.sign_in(cast.outsider)
    hands.opens_the_first()
    expect(page.get_by_text("Workshop passed this on to Billing")).to_be_visible()
    assert fits(page)
    picture(page, "passed-on-to-me")
    hands.sign_in(cast.provider)
    expect(page.get_by_role("heading", name="Passed on, not yet taken")).to_be_visible()
    hands.opens_the_first()
    picture(page, "passed-on-by-me")
    hands.press("t")
    expect(page.get_by_label("To whom")).to_have_value("Workshop")
    hands.tab_to("Why is it for them?")
    page.keyboard.type("We found some.")
    hands.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("It is with you again.")
    assert Promise.objects.get(pk=promise).provider_id == cast.workshop.pk
