"""The outside customer's page in a real browser: from a mail's link to the answer, with no account and no script."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from browsers import SIZES
from cast import HOUR, Cast
from kept.core import acts
from kept.core.terms import Answer
from kept.promises import customer_links

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def link(live_server: LiveServer, cast: Cast) -> str:
    """The address of the page of a promise that was delivered to the outside customer."""
    now = timezone.now()
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, at=now - 3 * HOUR)
    cast.do(cast.provider, promise, acts.Promise(), at=now - 2 * HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=now - HOUR)
    _, secret = customer_links.make_link(cast.caretaker, promise, at=now)
    return f"{live_server.url}/for-you/{secret}/"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_mails_link_to_the_answer(browser: Browser, link: str, size: str, *, scripts: bool) -> None:
    context = browser.new_context(viewport=SIZES[size], java_script_enabled=scripts)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.headers.get("referer", "")))
    page.goto(link + "?answer=partly")
    expect(page.get_by_role("heading", level=1)).to_have_text("The route sheet")
    expect(page.get_by_label("Partly")).to_be_checked()
    page.get_by_label("A word with it").fill("The second page is faint.")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("status").get_by_text("Thank you. They know.")).to_be_visible()
    expect(page.get_by_text("The second page is faint.")).to_be_visible()
    page.get_by_role("link", name="Complain").click()
    page.get_by_label("In your words").fill("It was late.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("It was late.")).to_be_visible()
    assert set(asked) == {""}
    assert page.locator("body").evaluate("body => body.scrollWidth <= window.innerWidth") if scripts else True
    context.close()
