"""My calendar: the address is made with one press, shown once, and opens the feed without signing in."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cast import Cast
from kept.promises.models import CalendarFeed

MODEL = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def address(cast: Cast, client: Client) -> str:
    """The path of the provider's feed."""
    client.force_login(cast.provider, backend=MODEL)
    made = client.post(reverse("web:new-calendar"))
    assert "no-store" in made.headers["Cache-Control"]
    found = re.search(r'value="https?://[^/]+(/calendar/[^"]+\.ics)"', made.content.decode())
    assert found
    assert "webcal://" in made.content.decode()
    return found[1]


def test_a_program_reads_it(cast: Cast, address: str) -> None:
    cast.promised(at=timezone.now())
    got = Client().get(address)
    assert (got.status_code, got.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "private" in got.headers["Cache-Control"]
    assert [str(each["SUMMARY"]) for each in Calendar.from_ical(got.content).walk("VEVENT")] == [
        "The route sheet (for Dispatch)"
    ]


def test_what_has_not_changed_is_not_sent_again(cast: Cast, address: str) -> None:
    cast.promised(at=timezone.now())
    first = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    cast.promised(at=timezone.now())
    assert Client().get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_it_can_be_made_anew_and_ended(address: str, client: Client) -> None:
    assert "A calendar last asked for it" not in client.get(reverse("web:calendar")).content.decode()
    assert Client().get(address).status_code == 200
    page = client.get(reverse("web:calendar")).content.decode()
    assert "A calendar last asked for it" in page
    assert address not in page
    client.post(reverse("web:new-calendar"))
    assert Client().get(address).status_code == 404
    client.post(reverse("web:end-calendar"))
    assert not CalendarFeed.objects.exists()


def test_nothing_else_opens(cast: Cast) -> None:
    for wrong in ("x", "x" * 43, "%00"):
        assert Client().get(f"/calendar/{wrong}.ics").status_code == 404
    assert Client().post(f"/calendar/{'x' * 43}.ics").status_code == 405


def test_calls_without_end_are_told_to_wait(address: str) -> None:
    answers = [Client().get(address).status_code for _ in range(32)]
    assert (answers[0], answers[-1]) == (200, 429)


def test_links_lead_where_the_company_says_that_kept_is(cast: Cast, address: str, client: Client) -> None:
    cast.promised(at=timezone.now())
    assert b"URL:http://testserver/promises/" in Client().get(address).content
    with override_settings(KEPT_ADDRESS="https://kept.example.com"):
        assert b"URL:https://kept.example.com/promises/" in Client().get(address).content
        assert b'value="https://kept.example.com/calendar/' in client.post(reverse("web:new-calendar")).content
