"""Who is my customer, in a real browser: one press, an agreement by both sides, an ask that knows what it needs."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browsers import fits, picture
from cast import Cast
from kept.customers.agreements import agreement_in_force
from kept.customers.models import Tie
from kept.customers.observing import Observed, take_in_observed
from kept.ledger.verifying import verify
from kept.outlook import observed
from kept.outlook.models import SourceSeen
from kept.people.models import Person
from kept.people.sign_in_links import token_for
from kept.promises.models import Promise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_what_the_work_shows_to_an_ask_that_lacks_nothing(live_server: LiveServer, page: Page, cast: Cast) -> None:
    observed.up_to_date(timezone.now())
    take_in_observed("orders", [Observed("handoff", "Workshop", "Dispatch", 1204, 30)])
    SourceSeen.objects.create(name="orders", files=[])
    url = live_server.url

    _sign_in(page, url, cast.provider)
    page.get_by_role("link", name="Customers").filter(visible=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Who is our customer?")
    picture(page, "customers")
    page.get_by_role("button", name="They are our customer").click()
    expect(page.get_by_role("status").first).to_contain_text("Dispatch is a customer of Workshop")
    page.get_by_role("link", name="Say what you expect").click()
    page.get_by_label("From ask to delivery").fill("16")
    page.locator("#id_need_0_name").fill("Address")
    page.locator("#id_need_0_hint").fill("street, door, floor")
    picture(page, "agreement-expect")
    page.get_by_role("button", name="Say so").click()
    expect(page.locator("main")).to_contain_text("Nothing is in force yet")

    _sign_in(page, url, cast.customer)
    page.goto(f"{url}{reverse('web:providers-of', args=[cast.dispatch.pk])}")
    page.get_by_role("button", name="Yes, it is so").click()
    page.get_by_role("link", name="Agreement, not in force yet").click()
    picture(page, "agreement-beside")
    page.get_by_role("button", name="Agree to what Workshop expects").click()
    expect(page.locator("main")).to_contain_text("Version 1 is in force")
    assert Tie.objects.get().state == Tie.State.CONFIRMED
    assert agreement_in_force(cast.dispatch.pk, cast.workshop.pk) is not None

    page.goto(f"{url}{reverse('web:ask')}")
    page.get_by_label("For whom").select_option("Dispatch")
    page.get_by_label("Whom do you ask?").fill("Workshop")
    page.get_by_label("Whom do you ask?").press("Tab")
    expect(page.get_by_label("Address")).to_be_visible()
    page.get_by_label("Address").fill("Oak Lane 3")
    page.get_by_label("What do you need?").fill("Six chairs for the hotel")
    page.get_by_label("By when?").fill(f"{timezone.now().year + 1}-03-04T12:00")
    page.get_by_role("button", name="Ask").filter(visible=True).last.click()
    expect(page.get_by_role("status").first).to_contain_text("Workshop has your ask.")
    expect(page.locator(".k-story")).to_contain_text("Oak Lane 3")
    assert Promise.objects.get().agreement_version == 1
    for name in ("web:customers-of", "web:providers-of"):
        page.goto(f"{url}{reverse(name, args=[cast.workshop.pk])}")
        assert fits(page)
    assert not verify().differences


def _sign_in(page: Page, url: str, person: Person) -> None:
    page.goto(f"{url}{reverse('web:sign-in-link', args=[token_for(person)])}")
    page.locator("main").get_by_role("button").click()
