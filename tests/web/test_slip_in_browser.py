"""A slip that travels two links down, in a real browser: who waits at the end sees it before their own date is missed.

The outside customer's order relies on the workshop's frame, and that on a board from billing. Billing gives word of
delay; the workshop, and sales at the end of the line, see the new date and why: on the desk and on the promise, live.
"""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from browsers import fits, picture
from cast import DAY, HOUR, Cast, terms
from kept.core import acts
from kept.ledger.verifying import verify
from kept.people.models import Person
from kept.people.sign_in_links import token_for
from kept.promises import actions
from kept.promises.models import Promise

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIVE = 5000
"""ms: what somebody else does appears within five seconds, without loading the page again."""
BUSY = 20_000
"""ms: how long it may take where the machine has much else to do."""


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_slip_travels_two_links_down(live_server: LiveServer, page: Page, cast: Cast, look: str) -> None:
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    now = timezone.now()
    order, frame, board = _chain(cast, now)
    sign_in(page, live_server.url, cast.caretaker)
    end_of_the_line = page.locator("li", has=page.get_by_role("link", name=re.compile("The garden bench")))
    expect(end_of_the_line.locator(".k-state")).to_have_text("Waiting on", ignore_case=True)

    cast.do(cast.outsider, board, acts.Update(words="The saw is broken.", expected=now + 5 * DAY), at=timezone.now())
    expect(end_of_the_line.locator(".k-state")).to_have_text("At risk", ignore_case=True, timeout=BUSY)
    expect(end_of_the_line).to_contain_text("It waits for “The frame” from Workshop, which is likely 2 days late")
    expect(end_of_the_line).to_contain_text("it began with Billing")
    assert fits(page)
    picture(page, f"slip-desk-{look}")

    page.get_by_role("link", name=re.compile("The garden bench")).first.click()
    expect(page.locator(".k-signs")).to_contain_text("it began with Billing")
    expected = page.locator(".k-facts div, .k-facts", has_text="Expected").first
    expect(expected).to_be_visible()
    assert fits(page)
    picture(page, f"slip-promise-{look}")
    told = page.locator("dt", has_text="Expected").locator("xpath=following-sibling::dd[1]")
    before = told.inner_text()

    cast.do(cast.outsider, board, acts.Update(words="A part is missing.", expected=now + 6 * DAY), at=timezone.now())
    expect(told).not_to_have_text(before, timeout=BUSY)
    expect(page.locator("#live-news")).to_have_text("This promise has changed.")

    sign_in(page, live_server.url, cast.provider)
    middle = page.locator("li", has=page.get_by_role("link", name=re.compile("The frame"))).first
    expect(middle).to_contain_text("which is likely 3 days late")
    page.get_by_role("link", name=re.compile("The frame")).first.click()
    expect(page.locator(".k-signs")).to_contain_text(
        "It waits for “The board” from Billing, which is likely 3 days late"
    )
    expect(page.locator(".k-line")).to_contain_text("The board")
    picture(page, f"slip-middle-{look}")
    for promise in (order, frame):
        assert Promise.objects.get(pk=promise).due > timezone.now()
    assert verify().clean


def test_a_form_that_somebody_fills_in_is_left_alone(live_server: LiveServer, page: Page, cast: Cast) -> None:
    now = timezone.now()
    _, frame, board = _chain(cast, now)
    sign_in(page, live_server.url, cast.provider)
    page.goto(f"{live_server.url}{reverse('web:act', args=[frame, 'note'])}")
    words = page.locator("#act textarea").first
    words.fill("The customer asked for oak.")
    cast.do(cast.outsider, board, acts.Update(words="The saw is broken.", expected=now + 5 * DAY), at=timezone.now())
    page.wait_for_timeout(LIVE)
    expect(words).to_have_value("The customer asked for oak.")


def _chain(cast: Cast, now: datetime) -> tuple[int, int, int]:
    """Sales owes the outside customer a bench, for which the workshop owes a frame, for which billing owes a board."""
    start = now - HOUR
    order = cast.asked(
        by=cast.caretaker,
        customer=cast.outside,
        provider=cast.sales,
        at=start,
        what=terms("The garden bench", now + 4 * DAY),
    )
    cast.do(cast.caretaker, order, acts.Promise(), at=start)
    frame = _needs(cast.caretaker, order, cast.sales.pk, cast.workshop.pk, "The frame", now + 3.5 * DAY, start)
    cast.do(cast.provider, frame, acts.Promise(), at=start)
    board = _needs(cast.provider, frame, cast.workshop.pk, cast.billing.pk, "The board", now + 3 * DAY, start)
    cast.do(cast.outsider, board, acts.Promise(), at=start)
    return order, frame, board


def _needs(actor: Person, promise: int, own: int, other: int, what: str, due: datetime, at: datetime) -> int:
    ask = acts.Ask(customer=own, provider=other, terms=terms(what, due))
    opened: int = actions.ask_upstream(actor, promise, ask, at=at).pk
    return opened


def sign_in(page: Page, address: str, person: Person) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}{reverse('web:sign-in-link', args=[token_for(person)])}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
