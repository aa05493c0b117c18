"""Where no date can be called safe: nothing is known of such work, or nothing like it has taken this long."""

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
from kept.outlook import refreshing
from kept.people.models import Person
from kept.promises import customer_links
from kept.promises.models import Likelihood
from kept.web.dates import TYPED

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asking(cast: Cast, due: datetime | None = None) -> dict[str, str]:
    """What the form that asks sends, from dispatch to the workshop."""
    typed = {"own": str(cast.dispatch.pk), "other": "Workshop", "what": "The route sheet"}
    return typed | {"due": due.strftime(TYPED) if due else ""}


def test_nothing_is_said_before_it_is_plain_who_asks_whom_or_where_nothing_is_known(
    cast: Cast, client: Client, now: datetime
) -> None:
    address = reverse("web:dates", args=["ask"])
    signed_in(client, cast.customer)
    nobody = client.post(address, asking(cast) | {"other": ""}).content.decode()
    assert "Which date is safe?" not in nobody
    assert "Kept knows nothing" not in nobody
    unknown = client.post(address, asking(cast, now + DAY)).content.decode()
    assert "Kept knows nothing yet of work like this" in unknown
    assert "of 100" not in unknown
    assert client.post(reverse("web:dates", args=["nothing"]), asking(cast)).status_code == 404


def quick(cast: Cast, now: datetime) -> None:
    """Six promises for the outside customer, each done within a fifth of its time."""
    for number in range(6):
        at = now - (60 - number) * DAY
        promise = cast.asked(by=cast.caretaker, customer=cast.outside, at=at, what=terms(due=at + 20 * DAY))
        cast.do(cast.provider, promise, acts.Promise(), at=at)
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=at + 4 * DAY)


def test_of_what_has_taken_longer_than_all_like_it_the_pages_say_so(cast: Cast, client: Client, now: datetime) -> None:
    quick(cast, now)
    at = now - 18 * DAY
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, at=at, what=terms(due=now + 2 * DAY))
    cast.do(cast.provider, promise, acts.Promise(), at=at)
    refreshing.catch_up(now)
    assert Likelihood.objects.get(promise=promise).likely is None
    signed_in(client, cast.provider)
    page = client.get(reverse("web:promise", args=[promise])).content.decode()
    assert "Nothing like it has taken this long, from 6 like it" in page
    form = reverse("web:act", args=[promise, "propose"])
    shown = client.get(form).content.decode()
    assert "Nothing like it has taken this long: all 6 like it took less." in shown
    assert "of 100" not in shown
    started = client.get(f"{form}?by=outlook")
    assert started.status_code == 200
    assert "Nothing like it has taken this long." in started.content.decode()
    sequence = str(started.context["promise"].sequence)
    later = (now + 9 * DAY).strftime(TYPED)
    client.post(form, {"what": "The route sheet", "due": later, "seen": sequence})
    proposed = book.read(promise)[-1].act
    assert isinstance(proposed, acts.Propose)
    assert proposed.shown is None, "no odds were shown"


def test_the_outside_customer_sees_the_likely_date_and_nothing_of_what_it_rests_on(
    cast: Cast, client: Client, now: datetime
) -> None:
    quick(cast, now)
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, at=now, what=terms(due=now + 20 * DAY))
    cast.do(cast.provider, promise, acts.Promise(), at=now)
    refreshing.catch_up(now)
    likely = Likelihood.objects.get(promise=promise).likely
    assert likely is not None
    secret = customer_links.make_link(cast.caretaker, promise, at=timezone.now())[1]
    address = reverse("web:customer-link", args=[secret])
    text = client.get(address).content.decode()
    assert "it is likely to be there" in text
    for inside in ("like it", "in work", " % by", "of 100"):
        assert inside not in text
    cast.do(cast.provider, promise, acts.Update(words="Later.", expected=now + 30 * DAY), at=now + HOUR)
    assert "it is likely to be there" not in client.get(address).content.decode(), "their own word counts"
