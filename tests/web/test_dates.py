"""Which date is safe, beside the fields for a date: what is shown to whom, pressed without a script, and kept."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import DAY, HOUR, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.ledger import book
from kept.people.models import Person
from kept.promises.models import Promise
from kept.web.dates import TYPED

pytestmark = pytest.mark.django_db
ENDED = 24


@pytest.fixture(scope="module")
def now() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def past(for_the_module: None, now: datetime) -> Cast:
    """The workshop has delivered the route sheet often before, some a day after the ask, the slowest after twelve."""
    cast = Cast.gather()
    for number in range(ENDED):
        at = now - (3 * ENDED - 2 * number) * DAY
        promise = cast.asked(at=at, what=terms(due=at + 20 * DAY))
        cast.do(cast.provider, promise, acts.Promise(), at=at + HOUR)
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=at + (1 + number % 12) * DAY)
    return cast


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asking(cast: Cast, due: datetime | None = None, **more: str) -> dict[str, str]:
    """What the form that asks sends, from dispatch to the workshop."""
    typed = {"own": str(cast.dispatch.pk), "other": "Workshop", "what": "The route sheet"}
    return typed | {"due": due.strftime(TYPED) if due else ""} | more


def test_the_three_dates_and_the_odds_of_the_one_that_stands_there(past: Cast, client: Client, now: datetime) -> None:
    address = reverse("web:dates", args=["ask"])
    signed_in(client, past.customer)
    shown = client.post(address, asking(past, now + 2 * DAY)).content.decode()
    assert [shown.index(f"<b>{word}</b>") for word in ("Tight", "Fair", "Safe")] == sorted(
        shown.index(f"<b>{word}</b>") for word in ("Tight", "Fair", "Safe")
    )
    assert f"From {ENDED} like it, since" in shown
    assert "You can ask for it all the same" in shown
    far = client.post(address, asking(past, now + 90 * DAY)).content.decode()
    assert "is safe: about 99 of 100 are done by then." in far
    assert "all the same" not in far
    offered = client.post(
        reverse("web:dates", args=["offer"]),
        {"own": str(past.customer.pk), "other": "Workshop", "what": "Tea", "due": ""},
    ).content.decode()
    assert "is what the whole company did" in offered or "Kept knows nothing" in offered


def test_without_a_script_a_date_is_pressed_and_nothing_is_sent(past: Cast, client: Client, now: datetime) -> None:
    signed_in(client, past.customer)
    before = Promise.objects.count()
    odds = client.post(reverse("web:ask"), asking(past, dates=""))
    assert odds.status_code == 200
    due = next(one for one in odds.context["dates"].shown.choices if one.word == "safe").value
    pressed = client.post(reverse("web:ask"), asking(past, date=f" {due}", words="By the gate"))
    page = pressed.content.decode()
    assert f'name="due" value="{due}"' in page
    assert "By the gate" in page
    assert "is safe: about 95 of 100" in page
    assert Promise.objects.count() == before


def test_the_one_who_promises_sees_the_odds_of_the_date_asked_for_and_may_give_it(
    past: Cast, client: Client, now: datetime
) -> None:
    promise = past.asked(at=now - HOUR, what=terms(due=now + 2 * DAY))
    signed_in(client, past.provider)
    page = client.get(reverse("web:act", args=[promise, "promise"]))
    shown = page.context["dates"].shown
    assert "tight" in shown.chosen
    assert "You can give it all the same" in page.content.decode()
    safe = shown.choices[-1].value
    link = f"{reverse('web:act', args=[promise, 'counter'])}?due={safe}"
    assert link.replace(":", "%3A") in page.content.decode()
    assert f'name="due" value="{safe}"' in client.get(link).content.decode()
    client.post(reverse("web:act", args=[promise, "promise"]), {"seen": str(page.context["promise"].sequence)})
    given = book.read(promise)[-1].act
    assert isinstance(given, acts.Promise)
    assert given.shown is not None
    assert given.shown.like == ENDED
    assert f"about {given.shown.percent} of 100" in shown.chosen


def test_a_tight_ask_passes_and_keeps_what_was_shown(past: Cast, client: Client, now: datetime) -> None:
    signed_in(client, past.customer)
    sent = client.post(reverse("web:ask"), asking(past, now + 2 * DAY))
    assert sent.status_code == 302
    asked = book.read(Promise.objects.latest("pk").pk)[0].act
    assert isinstance(asked, acts.Ask)
    assert asked.shown is not None
    assert asked.shown.word in {"tight", ""}


def test_new_terms_show_the_odds_to_both_sides_and_a_press_fills_the_date(
    past: Cast, client: Client, now: datetime
) -> None:
    promise = past.promised(at=now - 2 * HOUR)
    address = reverse("web:act", args=[promise, "propose"])
    for person in (past.customer, past.provider):
        page = signed_in(client, person).get(address)
        assert "Which date is safe?" in page.content.decode()
    safe = page.context["dates"].shown.choices[-1].value
    sequence = Promise.objects.get(pk=promise).sequence
    pressed = client.post(address, {"date": f" {safe}", "what": "Half of it", "seen": str(sequence)})
    assert f'name="due" value="{safe}"' in pressed.content.decode()
    assert "Half of it" in pressed.content.decode()
    assert Promise.objects.get(pk=promise).sequence == sequence
    part = client.get(reverse("web:dates-in", args=[promise]), {"due": (now + 90 * DAY).strftime(TYPED)})
    assert "is safe" in part.content.decode()


def test_what_a_promise_needs_is_asked_for_with_the_odds_beside_it(past: Cast, client: Client, now: datetime) -> None:
    needing = past.asked(by=past.caretaker, customer=past.outside, provider=past.dispatch, at=now - HOUR)
    past.do(past.customer, needing, acts.Promise(), at=now - HOUR)
    address = reverse("web:needs", args=[needing])
    signed_in(client, past.customer)
    assert 'class="k-odds"' not in client.get(address).content.decode()
    odds = client.post(address, asking(past, dates=""))
    safe = odds.context["dates"].shown.choices[-1].value
    before = Promise.objects.count()
    pressed = client.post(address, asking(past, date=f" {safe}", words="By the gate")).content.decode()
    assert f'name="due" value="{safe}"' in pressed
    assert "By the gate" in pressed
    assert Promise.objects.count() == before
    assert client.post(address, asking(past) | {"due": safe}).status_code == 302
    asked = book.read(Promise.objects.latest("pk").pk)[0].act
    assert isinstance(asked, acts.Ask)
    assert asked.shown is not None
    assert (asked.shown.word, asked.shown.like) == ("safe", ENDED)
