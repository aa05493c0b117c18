"""One promise through every door: asked by mail, promised on a page, word by a program, accepted by a private link."""

from __future__ import annotations

import json
import re
from email.message import EmailMessage
from urllib.request import Request, urlopen

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from browsers import SIZES
from cast import Cast
from kept.ledger import book
from kept.ledger.verifying import verify
from kept.mail_in.team_addresses import say_address
from kept.notify import worker
from kept.notify.models import Habit
from kept.people.models import ApiToken, OutsideCustomer, Person, Team
from kept.people.sign_in_links import token_for
from kept.people.tokens import make_token
from kept.promises.models import Promise
from mail_in.writing import HERE, TRUSTED, came, mail
from post_office import Post, post_office, text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BUYER = "buyer@customer.example"


@pytest.fixture
def post(settings: Settings, live_server: LiveServer) -> object:
    """Mails go out to a real server, come in at `HERE`, and their links lead to the pages of this test."""
    settings.KEPT_MAIL_IN, settings.KEPT_MAIL_AUTHSERV, settings.KEPT_ADDRESS = HERE, TRUSTED, live_server.url
    with post_office() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        yield server


def test_asked_by_mail_promised_on_a_page_told_by_a_program_accepted_by_link(
    live_server: LiveServer, page: Page, browser: Browser, cast: Cast, post: Post
) -> None:
    OutsideCustomer.objects.filter(pk=cast.outside.pk).update(email=BUYER)
    Habit.objects.bulk_create(Habit(reader_id=one.pk, quiet=False) for one in Person.objects.all())
    say_address(cast.lead, Team.objects.get(pk=cast.workshop.pk), "workshop", at=timezone.now())

    # the outside customer asks by mail
    wish = mail(
        BUYER, "With the company's name on it.", to="kept+workshop@in.example.com", subject="A sign", vouched=True
    )
    came(wish, at=timezone.now())
    promise = Promise.objects.get()
    assert (promise.customer_id, promise.what, promise.state) == (cast.outside.pk, "A sign", "asked")
    _tell()
    asked = _newest(post, "lead@example.com")

    # the lead opens the link of the mail, and promises
    page.goto(live_server.url + reverse("web:sign-in-link", args=[token_for(cast.lead)]))
    page.locator("main button[type=submit]").click()
    page.goto(_link(asked, f"{live_server.url}/promises/"))
    page.get_by_role("link", name="Promise it", exact=True).click()
    page.get_by_role("button", name="I promise").click()
    expect(page.get_by_text("Promised.", exact=True)).to_be_visible()
    _tell()
    assert "promised it" in text_of(_newest(post, BUYER))

    # a program of the lead's gives word, and delivers
    _, key = make_token(cast.lead, scope=ApiToken.Scope.WRITE, at=timezone.now())
    for number, act in enumerate(
        ({"act": "update", "words": "The paint is drying."}, {"act": "deliver", "easier": "easier", "words": "By van."})
    ):
        told = _call(f"{live_server.url}/api/v1/promises/{promise.pk}/acts", key, act, f"story-{number}")
        assert told["state"] in {"promised", "delivered"}
        _tell()
    last = _newest(post, BUYER)
    assert "By van." in text_of(last)

    # the outside customer follows the link, with no account, and accepts
    context = browser.new_context(viewport=SIZES["phone"])
    theirs = context.new_page()
    theirs.goto(_link(last, f"{live_server.url}/for-you/"))
    assert Promise.objects.get().state == "delivered", "following the link changes nothing"
    theirs.get_by_label("Yes", exact=False).first.check()
    theirs.get_by_role("button", name="Accept").click()
    expect(theirs.get_by_role("status").get_by_text("Thank you. They know.")).to_be_visible()
    context.close()

    _tell()
    events = book.read(promise.pk)
    assert [event.name.partition(".")[2] for event in events] == [
        "asked",
        "promised",
        "updated",
        "delivered",
        "accepted",
    ]
    assert [event.by.person for event in events] == [
        cast.outside.pk, cast.lead.pk, cast.lead.pk, cast.lead.pk, cast.outside.pk,
    ]  # fmt: skip
    assert "accepted it" in text_of(_newest(post, "lead@example.com"))
    assert not verify().differences


def _tell() -> None:
    while worker.step(timezone.now()):
        pass


def _newest(post: Post, address: str) -> EmailMessage:
    return post.to(address)[-1]


def _link(message: EmailMessage, begins: str) -> str:
    found = re.search(re.escape(begins) + r"\S+", text_of(message))
    assert found, text_of(message)
    return found[0]


def _call(address: str, key: str, body: dict[str, str], once: str) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": once}
    with urlopen(Request(address, json.dumps(body).encode(), headers), timeout=30) as answer:
        given: dict[str, str] = json.load(answer)
        return given
