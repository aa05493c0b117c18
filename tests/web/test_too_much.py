"""It is too much, as pages: what is shown to whom, one press, and what a refusal leaves; who was brought in."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cast import DAY, HOUR, Cast, terms
from kept.core import acts
from kept.people.capacity import say_capacity
from kept.people.models import Person
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now().replace(microsecond=0)


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def owed(cast: Cast, what: str, now: datetime, days: float) -> int:
    promise = cast.asked(at=now - DAY, what=terms(what, now + days * DAY))
    cast.do(cast.provider, promise, acts.Promise(), at=now - DAY)
    return promise


def move(promise: int, due: datetime) -> dict[str, object]:
    """What the form sends for a promise that is ticked."""
    row = Promise.objects.get(pk=promise)
    return {
        f"move_{promise}": "on", f"due_{promise}": due.strftime("%Y-%m-%dT%H:%M"), f"seen_{promise}": row.sequence,
    }  # fmt: skip


def test_the_page_says_what_would_have_to_give(cast: Cast, client: Client, now: datetime) -> None:
    say_capacity(cast.lead, cast.workshop, at_once=1, a_week=None, at=now)
    promise = owed(cast, "The chairs", now, 4)
    owed(cast, "The table", now, 3)
    page = signed_in(client, cast.provider).get(reverse("web:ask-help", args=[promise])).content.decode()
    assert "Workshop carries 2 promises up to then." in page
    assert "Workshop says it can carry 1 at once and has 2 in work: 1 would have to give." in page
    assert "Nobody waits for it down the line yet." in page
    htmx = client.get(reverse("web:ask-help", args=[promise]), headers={"HX-Request": "true"})
    assert htmx.headers["HX-Redirect"] == reverse("web:ask-help", args=[promise])
    assert reverse("web:too-much") in client.get(reverse("web:desk")).content.decode()


def test_one_press_asks_for_help_and_opens_the_conversations(cast: Cast, client: Client, now: datetime) -> None:
    chairs, table = owed(cast, "The chairs", now, 4), owed(cast, "The table", now, 3)
    address = reverse("web:ask-help", args=[chairs])
    form = move(table, now + 9 * DAY) | {"words": "We took on too much.", "help": "Two hands."}
    answer = signed_in(client, cast.provider).post(address, form, follow=True)
    assert "1 customer has your proposal; until they agree, the old date stands." in answer.content.decode()
    assert (Promise.objects.get(pk=chairs).needs_help, Promise.objects.get(pk=table).proposed_by) == (True, "provider")
    page = client.get(address).content.decode()
    assert "New terms are proposed already; Dispatch has not answered yet." in page
    desk = signed_in(client, cast.lead).get(reverse("web:desk")).content.decode()
    assert "Provider asked for help" in desk
    assert "nobody has answered" in desk
    seen_by_customer = signed_in(client, cast.customer).get(reverse("web:promise", args=[chairs])).content.decode()
    assert "Workshop has asked for help." in seen_by_customer
    assert "Two hands." in seen_by_customer
    assert "They propose new terms" in client.get(reverse("web:desk")).content.decode()


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({}, "Choose a promise to renegotiate"),
        ({"help": "Two hands."}, "Say with which promise."),
        ({"with_what": "CHAIRS"}, "Say what would help."),
        ({"move_TABLE": "on", "due_TABLE": ""}, "Say by when."),
        ({"move_TABLE": "on", "due_TABLE": "2020-01-01T10:00", "seen_TABLE": "2"}, "That moment has passed"),
    ],
)
def test_what_is_refused_says_why_beside_it_and_sends_nothing(
    cast: Cast, client: Client, now: datetime, extra: dict[str, str], says: str
) -> None:
    ids = {"CHAIRS": str(owed(cast, "The chairs", now, 4)), "TABLE": str(owed(cast, "The table", now, 3))}
    form = {key.replace("TABLE", ids["TABLE"]): ids.get(value, value) for key, value in extra.items()}
    answer = signed_in(client, cast.provider).post(reverse("web:too-much"), {"words": "Sorry.", "help": ""} | form)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Promise.objects.exclude(proposed_by="", needs_help=False).exists()


def test_where_one_of_them_is_gone_nothing_is_sent_and_it_says_so(cast: Cast, client: Client, now: datetime) -> None:
    chairs, table = owed(cast, "The chairs", now, 4), owed(cast, "The table", now, 3)
    form = move(chairs, now + 9 * DAY) | move(table, now + 9 * DAY) | {"words": "Sorry."}
    cast.do(cast.customer, table, acts.Cancel(), at=now - HOUR)
    answer = signed_in(client, cast.provider).post(reverse("web:too-much"), form)
    assert answer.status_code == 422
    assert "One of the promises that you chose has changed" in answer.content.decode()
    assert not Promise.objects.exclude(proposed_by="").exists()


def test_bringing_somebody_in_proposes_whom_and_shows_both_that_they_were(
    cast: Cast, client: Client, now: datetime
) -> None:
    promise = owed(cast, "The chairs", now, 4)
    address = reverse("web:act", args=[promise, "escalate"])
    page = signed_in(client, cast.customer).get(address).content.decode()
    assert "Lead, who leads Workshop, which promised it" in page
    assert "Boss, who is your boss" in page
    assert client.post(address, {"seen": 2, "words": "Help us."}).status_code == 422
    form = {"seen": 2, "words": "Please decide which of the two comes first.", "whom": cast.boss.pk}
    assert client.post(address, form).status_code == 302
    brought_in = reverse("web:brought-in", args=[promise])
    desk = signed_in(client, cast.boss).get(reverse("web:desk")).content.decode()
    assert brought_in in desk
    screen = client.get(brought_in).content.decode()
    for words in ("Please decide which of the two comes first.", "What was promised", "Where it waits", "What changed"):
        assert words in screen
    assert client.post(brought_in, {"words": ""}).status_code == 422
    assert client.post(brought_in, {"words": "The chairs first."}).status_code == 302
    assert brought_in not in client.get(reverse("web:desk")).content.decode()
    for person in (cast.provider, cast.customer):
        page = signed_in(client, person).get(reverse("web:promise", args=[promise])).content.decode()
        assert "Brought in" in page
        assert "has answered" in page
        assert "The chairs first." in page


def test_somebody_else_is_brought_in_by_name(cast: Cast, client: Client, now: datetime) -> None:
    promise = owed(cast, "The chairs", now, 4)
    form = {"seen": 2, "words": "You know the hotel.", "to": "Outsider"}
    answer = signed_in(client, cast.provider).post(reverse("web:act", args=[promise, "escalate"]), form)
    assert answer.status_code == 302
    page = signed_in(client, cast.outsider).get(reverse("web:brought-in", args=[promise]))
    assert page.status_code == 200
    whole = client.get(reverse("web:promise", args=[promise])).content.decode()
    assert "You can read this because Provider brought you in." in whole
    assert "You know the hotel." in whole


def test_the_page_costs_no_more_queries_however_much_is_carried(cast: Cast, client: Client, now: datetime) -> None:
    promise = owed(cast, "The chairs", now, 4)
    signed_in(client, cast.provider)

    def counted() -> list[int]:
        counts = []
        for page in (reverse("web:too-much"), reverse("web:ask-help", args=[promise])):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.append(len(captured))
        return counts

    counted()
    few = counted()
    for _ in range(20):
        owed(cast, "More", now, 3)
    assert counted() == few
    assert max(few) <= 25
