"""The page behind an outside customer's link: no account, no change by a GET, nothing that leads its address out."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cast import DAY, HOUR, Cast, terms
from kept.complaints.models import Complaint, Thanks
from kept.core import acts
from kept.core.terms import Answer
from kept.ledger.models import Event
from kept.people.models import Person
from kept.promises import customer_links, files
from kept.promises.files import HandedIn
from kept.promises.models import CustomerLink, Promise

MODEL = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def promise(cast: Cast) -> int:
    """Delivered to the outside customer, today."""
    now = timezone.now()
    made = cast.asked(by=cast.caretaker, customer=cast.outside, at=now - 3 * HOUR)
    cast.do(cast.provider, made, acts.Promise(), at=now - 2 * HOUR)
    cast.do(cast.provider, made, acts.Deliver(easier=Answer.EASIER, words="At the gate."), at=now - HOUR)
    return made


@pytest.fixture
def secret(cast: Cast, promise: int) -> str:
    """The secret of a good link."""
    return customer_links.make_link(cast.caretaker, promise, at=timezone.now())[1]


def at(secret: str, name: str = "") -> str:
    """The address of the page, or of one of its forms."""
    return (
        reverse("web:customer-link-act", args=[secret, name]) if name else reverse("web:customer-link", args=[secret])
    )


def test_the_page_says_where_it_stands_in_their_words(client: Client, secret: str) -> None:
    page = client.get(at(secret))
    text = page.content.decode()
    assert page.status_code == 200
    for words in (
        "The route sheet", "Workshop has delivered this. Is it what you need?", "Provider has it", "At the gate.",
        "Did this make it easier for you to succeed?", "Sales, for you,",
    ):  # fmt: skip
        assert words in text
    for inside in ("My desk", "Caretaker", "Sign in", 'action="/search', "csrfmiddlewaretoken"):
        assert inside not in text


def test_nothing_leads_its_address_out(client: Client, secret: str) -> None:
    page = client.get(at(secret))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"].startswith("noindex, nofollow")
    assert "no-store" in page.headers["Cache-Control"]
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.content.decode())
    assert 'name="robots" content="noindex' in page.content.decode()


@pytest.mark.parametrize("name", ["", "accept", "return", "chase", "note", "reopen", "thank", "complain"])
def test_no_get_changes_anything(client: Client, secret: str, promise: int, name: str) -> None:
    before = (Event.objects.count(), Promise.objects.filter(pk=promise).values().get())
    for query in ("", "?answer=easier", "?answer=no&words=x&seen=3"):
        for method in (client.get, client.head):
            assert method(at(secret, name) + query).status_code == 200
    assert (Event.objects.count(), Promise.objects.filter(pk=promise).values().get()) == before


def test_a_link_may_preselect_an_answer(client: Client, secret: str) -> None:
    text = client.get(at(secret) + "?answer=partly").content.decode()
    assert re.findall(r'value="(\w+)"[^>]*\bchecked', text) == ["partly"]
    assert "checked" not in client.get(at(secret) + "?answer=<script>").content.decode()


def test_accepting_from_a_mails_link_in_a_browser_without_cookies(secret: str, promise: int) -> None:
    client = Client(enforce_csrf_checks=True)
    data = {"answer": "easier", "words": "Just right.", "signed": "on", "seen": "3"}
    done = client.post(at(secret, "accept"), data, headers={"Origin": "null"})
    assert (done.status_code, done.headers["Location"]) == (302, at(secret) + "?done=accept")
    assert "Thank you. They know." in client.get(done.headers["Location"]).content.decode()
    assert Promise.objects.get(pk=promise).state == "accepted"


def test_a_form_that_lacks_something_says_so(client: Client, secret: str, promise: int) -> None:
    page = client.post(at(secret, "return"), {"words": "", "seen": "3"})
    assert page.status_code == 422
    assert "There is a problem" in page.content.decode()
    assert Promise.objects.get(pk=promise).state == "delivered"


def test_a_return_carries_its_reason_and_what_is_missing(client: Client, secret: str, promise: int) -> None:
    client.post(at(secret, "return"), {"words": "Two sheets missing.", "missing": "Sheet 3\n\nSheet 4 ", "seen": "3"})
    event = Event.objects.filter(stream=promise).latest("sequence")
    assert event.body["missing"] == ["Sheet 3", "Sheet 4"]
    assert Promise.objects.get(pk=promise).state == "promised"


def test_who_was_overtaken_sees_what_is_now(client: Client, secret: str, cast: Cast, promise: int) -> None:
    cast.do(cast.caretaker, promise, acts.Return(words="On their behalf."), at=timezone.now())
    page = client.post(at(secret, "note"), {"words": "Hello?", "seen": "3"})
    assert page.status_code == 409
    assert "Nothing of yours was sent" in page.content.decode()
    assert client.post(at(secret, "accept"), {"answer": "easier", "seen": "3"}).status_code == 409


def test_new_terms_are_shown_and_can_be_agreed_to(client: Client, cast: Cast) -> None:
    now = timezone.now()
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, at=now - HOUR)
    cast.do(cast.provider, promise, acts.Promise(), at=now - HOUR)
    proposal = terms("Half a route sheet", now + 9 * DAY, "Half of it fits")
    cast.do(cast.provider, promise, acts.Propose(terms=proposal, words="The printer broke."), at=now)
    _, secret = customer_links.make_link(cast.caretaker, promise, at=now)
    text = client.get(at(secret)).content.decode()
    for words in ("What they propose", "Half a route sheet", "Half of it fits", "The printer broke.", "Refuse the new"):
        assert words in text
    client.post(at(secret, "agree"), {"seen": "3"})
    assert Promise.objects.get(pk=promise).what == "Half a route sheet"


def test_thanks_and_complaints(client: Client, secret: str, cast: Cast, promise: int) -> None:
    client.post(at(secret, "thank"), {"words": "So quick!"})
    client.post(at(secret, "complain"), {"words": "The gate was shut."})
    assert (Thanks.objects.get().by_id, Complaint.objects.get().by_id) == (cast.outside.pk, cast.outside.pk)
    text = client.get(at(secret)).content.decode()
    assert "So quick!" in text
    assert "Nobody has answered yet." in text
    client.force_login(cast.provider, backend=MODEL)
    desk = client.get(reverse("web:desk")).content.decode()
    assert "What customers told you" in desk
    assert "The gate was shut." in desk
    for what, row in (("complaint", Complaint.objects.get()), ("thanks", Thanks.objects.get())):
        client.post(reverse("web:hear", args=[what, row.pk]), {"words": "We open at six."})
    assert "What customers told you" not in client.get(reverse("web:desk")).content.decode()
    assert "We open at six." in client.get(reverse("web:promise", args=[promise])).content.decode()
    assert "We open at six." in client.get(at(secret)).content.decode()


def test_unknown_expired_and_revoked_look_the_same(client: Client, cast: Cast, secret: str, promise: int) -> None:
    old = customer_links.make_link(cast.caretaker, promise, at=timezone.now() - 100 * DAY)[1]
    customer_links.revoke(cast.caretaker, promise, CustomerLink.objects.earliest("pk").pk, at=timezone.now())
    pages = [client.get(at(each)) for each in (secret, old, "x" * 43)]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert "Ask whoever sent it to you for a new one" in pages[0].content.decode()
    assert {client.post(at(each, "note"), {"words": "Hi"}).status_code for each in (secret, old, "x" * 43)} == {404}


def test_an_act_of_the_provider_is_none_of_theirs(client: Client, secret: str, promise: int) -> None:
    for name in ("deliver", "update", "escalate", "link", "promise", "nonsense"):
        assert client.post(at(secret, name), {"words": "x", "easier": "easier"}).status_code == 409
    assert Promise.objects.get(pk=promise).sequence == 3


def test_the_page_notes_when_it_was_opened(client: Client, secret: str) -> None:
    client.head(at(secret))
    assert CustomerLink.objects.get().opened_at is None
    client.get(at(secret))
    assert CustomerLink.objects.get().opened_at is not None


def test_calls_without_end_are_told_to_wait(client: Client, secret: str) -> None:
    answers = [client.get(at(secret)).status_code for _ in range(122)]
    assert (answers[0], answers[-1]) == (200, 429)


def test_the_files_of_the_hand_off_and_no_others(client: Client, cast: Cast) -> None:
    now = timezone.now()
    made = cast.asked(by=cast.caretaker, customer=cast.outside, at=now - HOUR)

    def kept(person: Person, name: str) -> int:
        return files.take_in(person, made, HandedIn(name, "text/plain", [b"inside"]), at=now).pk

    inside, handed = kept(cast.colleague, "inside.txt"), kept(cast.provider, "sheet.txt")
    cast.do(cast.colleague, made, acts.Note(words="For us.", files=(inside,)), at=now)
    cast.do(cast.provider, made, acts.Promise(), at=now)
    cast.do(cast.provider, made, acts.Deliver(easier=Answer.EASIER, files=(handed,)), at=now)
    _, secret = customer_links.make_link(cast.caretaker, made, at=now)
    text = client.get(at(secret)).content.decode()
    assert "sheet.txt" in text
    assert "inside.txt" not in text
    got = client.get(reverse("web:customer-link-file", args=[secret, handed]))
    assert (got.status_code, b"".join(got)) == (200, b"inside")
    assert got.headers["Content-Disposition"].startswith("attachment")
    for wrong in (inside, 99999, "x"):
        assert client.get(reverse("web:customer-link-file", args=[secret, wrong])).status_code == 404


def test_the_caretaker_makes_lists_and_revokes(client: Client, cast: Cast, promise: int) -> None:
    client.force_login(cast.caretaker, backend=MODEL)
    address = reverse("web:customer-links", args=[promise])
    assert address in client.get(reverse("web:promise", args=[promise])).content.decode()
    assert "There is none." in client.get(address).content.decode()
    assert not CustomerLink.objects.exists()
    made = client.post(address).content.decode()
    link = re.search(r'value="(http[^"]+/for-you/[^"]+)"', made)
    assert link
    assert Client().get("/for-you/" + link[1].split("/for-you/")[1]).status_code == 200
    listed = client.get(address).content.decode()
    assert "Made by Caretaker" in listed
    assert link[1].split("/for-you/")[1] not in listed
    client.post(reverse("web:revoke-customer-link", args=[promise, CustomerLink.objects.get().pk]))
    assert Client().get("/for-you/" + link[1].split("/for-you/")[1]).status_code == 404


def test_thanks_and_complaints_from_the_inside(client: Client, cast: Cast) -> None:
    promise = cast.promised()
    client.force_login(cast.customer, backend=MODEL)
    page = client.get(reverse("web:promise", args=[promise])).content.decode()
    assert reverse("web:say", args=[promise, "complain"]) in page
    address = reverse("web:say", args=[promise, "complain"])
    assert client.post(address, {"words": " "}).status_code == 422
    client.post(address, {"words": "The wrong sheet."})
    assert "The wrong sheet." in client.get(reverse("web:promise", args=[promise])).content.decode()
    assert client.get(reverse("web:say", args=[promise, "shout"])).status_code == 404
    client.force_login(cast.provider, backend=MODEL)
    hear = reverse("web:hear", args=["complaint", Complaint.objects.get().pk])
    assert client.get(hear).status_code == 405
    assert client.post(reverse("web:hear", args=["rumour", 1])).status_code == 404
    client.post(hear, {"words": "On its way."})
    assert "already" in client.post(hear, {"words": "Me too."}, follow=True).content.decode()


def test_the_page_costs_the_same_beside_many_others(client: Client, cast: Cast, secret: str) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at(secret)).status_code == 200
        return len(captured)

    counted()  # the first notes that it was opened
    before = counted()
    for _ in range(20):
        cast.asked(by=cast.caretaker, customer=cast.outside)
        cast.accepted()
    assert counted() == before
    assert before <= 14
