"""Four people, one promise, in a real browser: ask, counter, yes, delivery, return, delivery, acceptance."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browsers import fits, picture
from cast import Cast
from kept.core.promise import replay
from kept.ledger import book
from kept.ledger.verifying import verify
from kept.people.models import Person
from kept.people.sign_in_links import token_for
from kept.promises.models import Promise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_promise_from_ask_to_acceptance(live_server: LiveServer, page: Page, cast: Cast) -> None:
    story = _Story(live_server.url, page)
    story.sign_in(cast.customer)
    page.get_by_role("link", name="Ask").filter(visible=True).first.click()
    page.get_by_label("Whom do you ask?").fill("Worksh")
    page.get_by_role("button", name="Ask").filter(visible=True).last.click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    picture(page, "ask-refused")
    page.get_by_label("Whom do you ask?").fill("Workshop")
    page.get_by_label("What do you need?").fill("Six chairs for the hotel")
    page.get_by_label("By when?").fill(_in_days(2))
    page.get_by_role("button", name="Ask").filter(visible=True).last.click()
    expect(page.get_by_role("status").first).to_contain_text("Workshop has your ask.")

    story.sign_in(cast.provider)
    expect(page.get_by_role("heading", name="Needs my answer")).to_be_visible()
    page.get_by_role("link", name=re.compile("Six chairs")).click()
    story.choose("Answer with other terms")
    picture(page, "counter")
    page.get_by_label("By when").fill(_in_days(4))
    page.get_by_label("A word with it").fill("The glue has to dry over the weekend.")
    page.get_by_role("button", name="Send").click()

    story.sign_in(cast.customer)
    page.get_by_role("link", name=re.compile("Six chairs")).click()
    expect(page.locator("ins")).to_be_visible()
    story.choose("Accept")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("promised")

    story.sign_in(cast.lead)
    page.goto(f"{live_server.url}{reverse('web:team', args=[cast.workshop.pk])}")
    expect(page.get_by_role("link", name=re.compile("Six chairs"))).to_be_visible()
    picture(page, "team")

    story.deliver(cast.provider, "They stand in hall 2.")
    story.sign_in(cast.customer)
    page.get_by_role("link", name=re.compile("Six chairs")).click()
    story.choose("Return it")
    page.get_by_label("Why does it go back?").fill("Two are missing.")
    page.get_by_label("What is missing?").fill("two chairs")
    page.get_by_role("button", name="Return it").click()
    expect(page.locator(".k-story")).to_contain_text("Missing: two chairs")

    story.deliver(cast.provider, "Now all six.")
    story.sign_in(cast.customer)
    page.get_by_role("link", name=re.compile("Six chairs")).click()
    story.choose("Accept")
    page.get_by_label("Yes, it makes it easier").check()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You accepted", ignore_case=True)
    picture(page, "accepted")

    promise = Promise.objects.get()
    state = replay(book.read(promise.pk))
    assert (promise.state, promise.outcome, promise.reworks) == ("accepted", "kept", 1)
    assert state is not None
    assert state.sequence == 7
    assert not verify().differences

    story.sign_in(cast.outsider)
    answer = page.request.get(f"{live_server.url}{reverse('web:promise', args=[promise.pk])}")
    assert answer.status == 404


class _Story:
    def __init__(self, address: str, page: Page) -> None:
        self.address, self.page = address, page

    def sign_in(self, person: Person) -> None:
        """By the link and its button, as the demo's people do."""
        self.page.context.clear_cookies()
        self.page.goto(f"{self.address}{reverse('web:sign-in-link', args=[token_for(person)])}")
        self.page.get_by_role("button", name=re.compile("Sign in")).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("My desk")
        assert fits(self.page)

    def choose(self, words: str) -> None:
        """Press one of the acts that the page offers; its short form opens in place."""
        self.page.get_by_role("link", name=words, exact=True).click()
        expect(self.page.locator("#act form")).to_be_visible()
        assert fits(self.page)

    def deliver(self, person: Person, words: str) -> None:
        self.sign_in(person)
        self.page.get_by_role("link", name=re.compile("Six chairs")).click()
        self.choose("Deliver")
        self.page.get_by_label("Yes, it makes it easier").check()
        self.page.get_by_label("What they need to know").fill(words)
        self.page.get_by_role("button", name="Deliver").click()
        expect(self.page.get_by_role("status").first).to_contain_text("Delivered.")


def _in_days(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
