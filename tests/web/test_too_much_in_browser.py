"""Too much, in a real browser: help is asked for, two dates are renegotiated, one customer agrees, one refuses."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from browsers import fits, picture
from cast import DAY, HOUR, Cast, terms
from kept.core import acts
from kept.ledger.verifying import verify
from kept.people.capacity import say_capacity
from kept.people.models import Person
from kept.people.sign_in_links import token_for
from kept.promises.models import Promise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = "%Y-%m-%dT%H:%M"


def test_too_much_help_and_two_dates_renegotiated(live_server: LiveServer, page: Page, cast: Cast) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    say_capacity(cast.lead, cast.workshop, at_once=2, a_week=None, at=now)
    chairs = _promised(cast, "Six chairs for the hotel", now + 6 * DAY)
    table = _promised(cast, "The showroom table", now + 4 * DAY)
    shelves = _promised(cast, "Shelves for the office", now + 5 * DAY, for_billing=True)
    _promised(cast, "Much later", now + 60 * DAY)
    _relies_on(cast, chairs, due=now + 7 * DAY)
    people = _People(live_server.url, page)

    people.sign_in(cast.provider)
    page.get_by_role("link", name=re.compile("Six chairs")).first.click()
    page.get_by_role("link", name="I need help").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You need help")
    expect(page.locator(".k-big")).to_contain_text("Workshop carries 3 promises up to then.")
    expect(page.locator(".k-big")).to_contain_text("can carry 2 at once and has 4 in work: 2 would have to give")
    expect(page.locator(".k-help__pick b")).to_have_text(
        ["“Shelves for the office”", "“The showroom table”", "“Six chairs for the hotel”"]
    )
    expect(page.locator(".k-help__why").last).to_contain_text("a week later would push that one past its date")
    assert fits(page)
    picture(page, "too-much")

    page.get_by_role("button", name="Open these conversations").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a promise to renegotiate")
    page.get_by_label("What would help?").fill("Two hands on Thursday would do.")
    _tick(page, "Shelves for the office")
    _tick(page, "The showroom table").fill((now - DAY).strftime(TYPED))
    page.get_by_role("button", name="Open these conversations").click()
    expect(page.get_by_role("alert")).to_contain_text("“The showroom table” for Dispatch: That moment has passed")
    assert not Promise.objects.exclude(proposed_by="", needs_help=False).exists()  # all or none
    picture(page, "too-much-refused")
    _tick(page, "The showroom table").fill((now + 12 * DAY).strftime(TYPED))
    page.get_by_role("button", name="Open these conversations").click()
    said = page.get_by_role("status").first
    expect(said).to_contain_text("Your lead and your customer see that you need help.")
    expect(said).to_contain_text("2 customers have your proposal; until they agree, the old date stands.")
    expect(page.locator(".k-signs")).to_contain_text("Workshop has asked for help.")

    people.sign_in(cast.lead)
    asked = page.locator(".k-called")
    expect(asked).to_contain_text(re.compile("Provider asked for help.*nobody has answered"))
    expect(asked).to_contain_text("Two hands on Thursday would do.")
    picture(page, "asked-for-help")

    people.sign_in(cast.customer)
    expect(page.locator("section", has=page.locator("#answers"))).to_contain_text("They propose new terms")
    page.get_by_role("link", name=re.compile("The showroom table")).first.click()
    expect(page.locator(".k-story")).to_contain_text("We have taken on more than we can do well until then")
    people.choose("Agree to the new terms")
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_role("status").first).to_contain_text("The new terms are in force.")
    page.goto(f"{live_server.url}{reverse('web:promise', args=[chairs])}")
    expect(page.locator(".k-story")).to_contain_text("Two hands on Thursday would do.")

    people.sign_in(cast.outsider)
    page.get_by_role("link", name=re.compile("Shelves for the office")).first.click()
    people.choose("Refuse the new terms")
    page.get_by_label("A word with it").fill("The movers come that day.")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_role("status").first).to_contain_text("The old terms stand.")

    people.sign_in(cast.lead)
    page.locator(".k-called").get_by_role("link", name=re.compile("asked for help")).click()
    people.choose("Hand it to a colleague")
    page.get_by_label("To whom").select_option(label="Colleague")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("status").first).to_contain_text("Handed over")
    page.goto(live_server.url)
    expect(page.locator(".k-called")).to_have_count(0)

    people.sign_in(cast.provider)
    expect(page.get_by_role("link", name=re.compile("Shelves for the office"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Six chairs"))).to_have_count(0)
    dues = {one.pk: (one.due, one.first_due, one.needs_help) for one in Promise.objects.filter(pk__lte=shelves)}
    assert dues[table] == (now + 12 * DAY, now + 4 * DAY, False)
    assert dues[shelves] == (now + 5 * DAY, now + 5 * DAY, False)
    assert dues[chairs] == (now + 6 * DAY, now + 6 * DAY, False)
    assert Promise.objects.get(pk=chairs).responsible_id == cast.colleague.pk
    assert not verify().differences


def _promised(cast: Cast, what: str, due: datetime, *, for_billing: bool = False) -> int:
    by, customer = (cast.outsider, cast.billing) if for_billing else (cast.customer, cast.dispatch)
    opened = timezone.now() - DAY
    promise = cast.asked(by=by, customer=customer, at=opened, what=terms(what, due))
    cast.do(cast.provider, promise, acts.Promise(), at=opened + HOUR)
    return promise


def _relies_on(cast: Cast, promise: int, *, due: datetime) -> None:
    """Dispatch has promised its outside customer something that relies on `promise`."""
    opened = timezone.now() - timedelta(hours=20)
    relying = cast.asked(
        by=cast.caretaker, customer=cast.outside, provider=cast.dispatch, at=opened, what=terms("The opening", due)
    )
    cast.do(cast.customer, relying, acts.Promise(), at=opened)
    cast.do(cast.customer, relying, acts.Link(relies_on=promise), at=opened)


def _tick(page: Page, what: str) -> Locator:
    """Choose a promise of the list; gives the field of its new date."""
    row = page.locator(".k-help__one", has_text=what)
    row.get_by_role("checkbox").check()
    return row.get_by_label("New date")


class _People:
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
