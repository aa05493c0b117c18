"""Complaints on their pages: about nothing in particular, put to a promise, answered, made good, traced, improved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import DAY, START, Cast, terms
from kept.complaints.models import Complaint, Improvement
from kept.core import acts
from kept.core.terms import Answer
from kept.people import actions as people
from kept.people.models import Person
from kept.promises import customer_links
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
LATER = "2031-05-01T12:00"


def sign_in(client: Client, person: Person) -> None:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def said_to_the_workshop(client: Client, cast: Cast) -> Complaint:
    sign_in(client, cast.customer)
    form = {"own": str(cast.dispatch.pk), "other": "Workshop", "words": "The route sheet had no stops on it."}
    answer = client.post(reverse("web:new-complaint"), form)
    said = Complaint.objects.get()
    assert answer.headers["Location"] == reverse("web:complaint", args=[said.pk])
    return said


def test_about_nothing_in_particular_then_one_of_those_proposed(client: Client, cast: Cast) -> None:
    now = timezone.now()
    sheet = cast.delivered(at=now - 3 * DAY)
    other = cast.asked(at=now - 2 * DAY, what=terms("The fuel cards", now + DAY))
    said = said_to_the_workshop(client, cast)
    page = client.get(reverse("web:complaint", args=[said.pk])).content.decode()
    assert page.index("The route sheet</b>") < page.index("The fuel cards</b>")
    assert "It speaks of “route” and “sheet” too." in page
    client.post(reverse("web:complaint-about", args=[said.pk]), {"promise": str(sheet)})
    said.refresh_from_db()
    assert said.promise_id == sheet
    again = client.post(reverse("web:complaint-about", args=[said.pk]), {"promise": str(other)}, follow=True)
    assert "It is about a promise already." in again.content.decode()


def test_nobody_puts_it_where_whoever_complained_would_not_see_it(client: Client, cast: Cast) -> None:
    now = timezone.now()
    people.join_team(cast.caretaker, cast.dispatch)
    hidden = cast.asked(by=cast.caretaker, at=now - 3 * DAY, private=True)
    own = cast.asked(at=now - 3 * DAY, private=True)
    said = said_to_the_workshop(client, cast)
    sign_in(client, cast.lead)
    refused = client.post(reverse("web:complaint-about", args=[said.pk]), {"promise": str(hidden)}, follow=True)
    assert "Choose a promise between the two" in refused.content.decode()
    client.post(reverse("web:complaint-about", args=[said.pk]), {"promise": str(own)})
    said.refresh_from_db()
    assert said.promise_id == own


def test_an_answer_may_promise_what_makes_it_good_again(client: Client, cast: Cast) -> None:
    said = said_to_the_workshop(client, cast)
    sign_in(client, cast.provider)
    hear = reverse("web:hear", args=["complaint", said.pk])
    half = client.post(hear, {"words": "Sorry. A new one comes.", "what": "A sheet with stops"})
    assert (half.status_code, "Say by when." in half.content.decode()) == (422, True)
    assert not Promise.objects.exists()
    client.post(hear, {"words": "Sorry. A new one comes.", "what": "A sheet with stops", "due": LATER})
    said.refresh_from_db()
    assert said.remedy is not None
    assert (said.answer, said.remedy.state, said.remedy.what) == (
        "Sorry. A new one comes.", "offered", "A sheet with stops",
    )  # fmt: skip
    sign_in(client, cast.customer)
    assert "A sheet with stops" in client.get(reverse("web:complaint", args=[said.pk])).content.decode()
    assert "It makes good again" in client.get(reverse("web:promise", args=[said.remedy_id])).content.decode()


def test_the_customer_may_ask_for_it_instead(client: Client, cast: Cast) -> None:
    said = said_to_the_workshop(client, cast)
    remedy = reverse("web:complaint-remedy", args=[said.pk])
    assert client.post(remedy, {"what": "A new sheet"}).status_code == 422
    client.post(remedy, {"what": "A new sheet", "due": LATER})
    said.refresh_from_db()
    assert said.remedy is not None
    assert (said.remedy.state, said.remedy.provider_id) == ("asked", cast.workshop.pk)


def test_an_outside_customer_is_shown_only_promises_that_it_has_a_link_to(client: Client, cast: Cast) -> None:
    now = timezone.now()
    known, unknown = (
        cast.asked(by=cast.caretaker, customer=cast.outside, at=now - 2 * DAY, what=terms(what, now + DAY))
        for what in ("The blue van", "The red van")
    )
    _, secret = customer_links.make_link(cast.caretaker, known, at=now)
    client.post(reverse("web:customer-link-act", args=[secret, "else"]), {"words": "The van smells."})
    said = Complaint.objects.get()
    assert (said.promise_id, said.by_id, said.provider_id) == (None, cast.outside.pk, cast.workshop.pk)
    page = client.get(reverse("web:customer-link", args=[secret])).content.decode()
    assert "Is it about one of these?" in page
    assert "The red van" not in page
    about = reverse("web:customer-link-about", args=[secret, said.pk])
    assert client.post(about, {"promise": str(unknown)}).status_code == 422
    assert client.post(about, {"promise": str(known)}).status_code == 302
    said.refresh_from_db()
    assert said.promise_id == known


def test_the_trace_tells_its_story_and_one_press_asks_for_an_improvement(client: Client, cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + 5 * DAY)
    sign_in(client, cast.customer)
    address = reverse("web:trace", args=[promise])
    assert address in client.get(reverse("web:promise", args=[promise])).content.decode()
    page = client.get(address).content.decode()
    assert "It ended 3 days after its date." in page
    assert "100 %" in page
    assert "Ask Workshop what would let it come on time" in page
    press = {"step": f"{promise}.0", "kind": "late"}
    asked = client.post(reverse("web:improve", args=[promise]), press)
    row = Improvement.objects.get()
    assert asked.headers["Location"] == reverse("web:promise", args=[row.asked_id])
    assert (row.asked.state, row.asked.customer_id, row.asked.provider_id) == (
        "asked", cast.dispatch.pk, cast.workshop.pk,
    )  # fmt: skip
    assert "It took 5 days; 2 days were promised." in client.get(asked.headers["Location"]).content.decode()
    assert "Once it is delivered" in client.get(address).content.decode()
    assert client.post(reverse("web:improve", args=[promise]), press | {"kind": "silent"}).status_code == 404


def test_a_complaint_waits_with_its_time(client: Client, cast: Cast) -> None:
    said = said_to_the_workshop(client, cast)
    Complaint.objects.filter(pk=said.pk).update(hear_by=timezone.now() - timedelta(hours=1))
    sign_in(client, cast.lead)
    assert "An answer was owed" in client.get(reverse("web:desk")).content.decode()
