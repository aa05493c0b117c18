"""A return with reopen, in a real browser: what each side sees is right, and the figures count it right."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browsers import fits, picture
from cast import HOUR, Cast
from kept.core import acts
from kept.core.expectations import Expectations
from kept.core.terms import Terms
from kept.ledger.verifying import verify
from kept.people.models import Person
from kept.people.sign_in_links import token_for
from kept.promises.models import Impression, Promise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHECKLIST = ("all six stand", "the oil is dry")


def test_a_return_with_reopen(
    live_server: LiveServer, page: Page, cast: Cast, tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    settings.KEPT_HOME = tmp_path
    now = timezone.now()
    cast.agreed(Expectations(turnaround=16 * HOUR, checklist=CHECKLIST), at=now - 3 * HOUR)
    promise = cast.asked(at=now - 2 * HOUR, what=Terms("Six chairs for the hotel", now + timedelta(days=2)))
    cast.do(cast.provider, promise, acts.Promise(), at=now - HOUR)
    photo = tmp_path / "hall 2.png"
    photo.write_bytes(b"\x89PNG five chairs")
    story = _Story(live_server.url, page, promise)

    # The first delivery, with one thing open; the form comes back once and still has the file.
    story.open(cast.provider)
    story.choose("Deliver")
    page.get_by_label("all six stand").check()
    page.get_by_label("What they need to know").fill("They stand in hall 2.")
    page.get_by_label("Files").set_input_files(photo)
    page.get_by_role("button", name="Deliver").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose an answer.")
    expect(page.locator("#act")).to_contain_text("hall 2.png")
    assert fits(page)
    picture(page, "deliver-came-back")
    page.get_by_label("Yes, it makes it easier").check()
    page.get_by_role("button", name="Deliver").click()
    expect(page.get_by_role("status").first).to_contain_text("Delivered.")

    # The customer sees what was handed over, takes the file, and returns it with what is missing.
    story.open(cast.customer)
    handed_over = page.get_by_role("region", name="What was handed over")
    expect(handed_over).to_contain_text("the oil is dry: not done")
    picture(page, "handed-over")
    with page.expect_download() as started:
        handed_over.get_by_role("link", name="hall 2.png").click()
    assert started.value.suggested_filename == "hall 2.png"
    assert started.value.path().read_bytes() == photo.read_bytes()
    story.choose("Return it")
    page.get_by_label("Why does it go back?").fill("We wait for the oil.")
    page.get_by_label("the oil is dry").check()
    page.get_by_label("What else is missing?").fill("one chair")
    picture(page, "return")
    page.get_by_role("button", name="Return it").click()
    expect(page.locator(".k-story")).to_contain_text("Missing: the oil is dry, one chair")
    expect(handed_over).to_have_count(0)

    story.deliver(cast.provider)
    story.accept(cast.customer)
    assert story.stands() == ("accepted", "kept", 1)

    # Within the window it turns out not to be done.
    story.choose("Reopen it")
    page.get_by_label("Why?").fill("A leg came off.")
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("promised")
    assert story.stands() == ("promised", "", 2)
    assert not Impression.objects.exists()  # an answer given before it came back is not one
    picture(page, "reopened")

    story.deliver(cast.provider)
    expect(page.locator("aside .k-facts").first).to_contain_text("2 times")
    story.accept(cast.customer)
    assert story.stands() == ("accepted", "kept", 2)
    assert Impression.objects.count() == 1
    assert verify().clean
    picture(page, "accepted-again")

    story.sign_in(cast.lead)
    page.goto(f"{live_server.url}{reverse('web:team-figures', args=[cast.workshop.pk])}")
    assert fits(page)
    picture(page, "figures")


class _Story:
    def __init__(self, address: str, page: Page, promise: int) -> None:
        self.address, self.page, self.promise = address, page, promise

    def sign_in(self, person: Person) -> None:
        self.page.context.clear_cookies()
        self.page.goto(f"{self.address}{reverse('web:sign-in-link', args=[token_for(person)])}")
        self.page.get_by_role("button", name=re.compile("Sign in")).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("My desk")

    def open(self, person: Person) -> None:
        self.sign_in(person)
        self.page.goto(f"{self.address}{reverse('web:promise', args=[self.promise])}")
        assert fits(self.page)

    def choose(self, words: str) -> None:
        self.page.get_by_role("link", name=words, exact=True).click()
        expect(self.page.locator("#act form")).to_be_visible()
        assert fits(self.page)

    def deliver(self, person: Person) -> None:
        self.open(person)
        self.choose("Deliver")
        for item in CHECKLIST:
            self.page.get_by_label(item).check()
        self.page.get_by_label("Yes, it makes it easier").check()
        self.page.get_by_role("button", name="Deliver").click()
        expect(self.page.get_by_role("status").first).to_contain_text("Delivered.")

    def accept(self, person: Person) -> None:
        self.open(person)
        self.choose("Accept")
        self.page.get_by_label("Yes, it makes it easier").check()
        self.page.get_by_role("button", name="Accept").click()
        expect(self.page.get_by_role("status").first).to_contain_text("Accepted.")

    def stands(self) -> tuple[str, str, int]:
        found = Promise.objects.get(pk=self.promise)
        return found.state, found.outcome, found.reworks
