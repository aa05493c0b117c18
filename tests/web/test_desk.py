"""My desk and the chain on a promise's page: order, nudge, what is new, and what may be read of a chain."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cast import DAY, HOUR, Cast, terms
from kept.core import acts
from kept.core.expectations import Expectations
from kept.core.terms import Answer
from kept.people.models import Person
from kept.promises import actions
from kept.promises.desk import desk
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now().replace(microsecond=0)


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def owed(cast: Cast, what: str, *, opened: datetime, due: datetime) -> int:
    promise = cast.asked(at=opened, what=terms(what, due))
    cast.do(cast.provider, promise, acts.Promise(), at=opened)
    return promise


def needed(cast: Cast, promise: int, *, opened: datetime, due: datetime) -> int:
    """The workshop asks sales for what its promise needs, and sales promises it."""
    ask = acts.Ask(customer=cast.workshop.pk, provider=cast.sales.pk, terms=terms("The measures", due))
    upstream = actions.ask_upstream(cast.provider, promise, ask, at=opened).pk
    cast.do(cast.caretaker, upstream, acts.Promise(), at=opened)
    return upstream


def test_what_i_owe_stands_in_the_order_of_what_matters_next(cast: Cast, now: datetime) -> None:
    opened = now - 5 * DAY
    later = owed(cast, "Later", opened=opened, due=now + 9 * DAY)
    soon = owed(cast, "Soon", opened=opened, due=now + 5 * HOUR)
    soon_and_relied_on = owed(cast, "Soon, for others", opened=opened, due=now + 6 * HOUR)
    risky = owed(cast, "At risk", opened=opened, due=now + 5 * DAY)
    late = owed(cast, "Late", opened=opened, due=now - DAY)
    cast.do(cast.provider, risky, acts.AskHelp(words="Two hands."), at=opened)
    relying = cast.asked(by=cast.outsider, customer=cast.billing, provider=cast.dispatch, at=opened)
    cast.do(cast.customer, relying, acts.Promise(), at=opened)
    cast.do(cast.customer, relying, acts.Link(relies_on=soon_and_relied_on), at=opened)
    mine = desk(cast.provider, now)
    assert [item.promise.pk for item in mine.owed.items] == [late, risky, soon_and_relied_on, soon, later]
    assert mine.owed.items[2].hurt.words == "1 promise down the line waits for it."


def test_an_open_page_gets_the_desk_alone_and_only_when_something_may_have_changed(
    cast: Cast, client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kept.web.views.desk.now", lambda: now)
    home = reverse("web:desk")
    signed_in(client, cast.provider)
    mark = client.get(home).context["stamp"]
    assert client.get(home, headers={"Kept-Known": mark}).status_code == 204
    cast.asked(at=now - HOUR)
    answer = client.get(home, headers={"Kept-Known": mark})
    assert answer.status_code == 200
    assert "The route sheet" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    monkeypatch.setattr("kept.web.views.desk.now", lambda: now + timedelta(minutes=1))
    assert client.get(home, headers={"Kept-Known": answer.context["stamp"]}).status_code == 200


def test_the_desk_of_somebody_else_is_not_known(cast: Cast, client: Client) -> None:
    home = reverse("web:desk")
    mark = signed_in(client, cast.provider).get(home).context["stamp"]
    assert signed_in(client, cast.customer).get(home, headers={"Kept-Known": mark}).status_code == 200


def test_a_word_that_is_due_is_given_from_the_desk(cast: Cast, client: Client, now: datetime) -> None:
    cast.agreed(Expectations(update_every=2 * HOUR), at=now - 10 * DAY)
    promise = owed(cast, "The route sheet", opened=now - 9 * DAY, due=now + 30 * DAY)
    home = reverse("web:desk")
    assert "A word is due" in signed_in(client, cast.provider).get(home).content.decode()
    answer = client.post(
        reverse("web:act", args=[promise, "update"]),
        {"seen": Promise.objects.get(pk=promise).sequence, "words": "It is on its way.", "from": "desk"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, home)
    assert "A word is due" not in client.get(home).content.decode()


def test_a_slip_shows_down_the_line_before_the_date_is_missed(cast: Cast, client: Client, now: datetime) -> None:
    promise = owed(cast, "The table", opened=now - DAY, due=now + 5 * DAY)
    upstream = needed(cast, promise, opened=now - DAY, due=now + 3 * DAY)
    word = acts.Update(words="The tape is lost.", expected=now + 3 * DAY + 2 * HOUR)
    cast.do(cast.caretaker, upstream, word, at=now - HOUR)
    why = "It waits for “The measures” from Sales, which is likely 2 hours late."
    signed_in(client, cast.provider)
    for page in (reverse("web:desk"), reverse("web:promise", args=[promise])):
        assert why in client.get(page).content.decode()
    signed_in(client, cast.customer)
    page = client.get(reverse("web:promise", args=[promise])).content.decode()
    assert "It waits for what Workshop gets from Sales, which is likely 2 hours late." in page
    assert "The measures" not in page.partition("The story")[0]


def test_the_delivery_asks_for_its_reason_only_while_something_is_open(
    cast: Cast, client: Client, now: datetime
) -> None:
    promise = owed(cast, "The table", opened=now - DAY, due=now + 5 * DAY)
    upstream = needed(cast, promise, opened=now - DAY, due=now + 3 * DAY)
    address = reverse("web:act", args=[promise, "deliver"])
    assert "despite" in signed_in(client, cast.provider).get(address).context["form"].fields
    seen = Promise.objects.get(pk=promise).sequence
    assert client.post(address, {"seen": seen, "easier": "easier"}).status_code == 422
    cast.do(cast.caretaker, upstream, acts.Deliver(easier=Answer.EASIER), at=now - HOUR)
    assert "despite" not in client.get(address).context["form"].fields
    assert client.post(address, {"seen": seen, "easier": "easier"}).status_code == 302


def test_what_a_promise_needs_is_asked_for_on_its_page(cast: Cast, client: Client, now: datetime) -> None:
    promise = owed(cast, "The table", opened=now - DAY, due=now + 5 * DAY)
    address = reverse("web:needs", args=[promise])
    assert address in signed_in(client, cast.provider).get(reverse("web:promise", args=[promise])).content.decode()
    due = (now + 2 * DAY).strftime("%Y-%m-%dT%H:%M")
    form = {"own": cast.workshop.pk, "other": "Sales", "what": "The measures", "due": due}
    assert client.post(address, form | {"other": "Nobody"}).status_code == 422
    assert client.post(address, form).status_code == 302
    assert Promise.objects.get(what="The measures").relied_on_by.get().pk == promise
    assert "The measures" in client.get(reverse("web:promise", args=[promise])).content.decode()


def test_the_pages_cost_no_more_queries_however_many_promises(cast: Cast, client: Client, now: datetime) -> None:
    promise = owed(cast, "The table", opened=now - DAY, due=now + 5 * DAY)
    needed(cast, promise, opened=now - DAY, due=now + 3 * DAY)
    pages = {
        "desk": reverse("web:desk"), "promise": reverse("web:promise", args=[promise]),
        "team": reverse("web:team", args=[cast.workshop.pk]),
    }  # fmt: skip
    signed_in(client, cast.provider)

    def counted() -> dict[str, int]:
        counts = {}
        for name, page in pages.items():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts[name] = len(captured)
        return counts

    counted()
    few = counted()
    for _ in range(40):
        more = owed(cast, "More", opened=now - DAY, due=now + 5 * DAY)
        needed(cast, more, opened=now - DAY, due=now + 3 * DAY)
    many = counted()
    assert {name: many[name] - few[name] for name in pages if name != "desk"} == {"promise": 0, "team": 0}
    assert many["desk"] <= few["desk"] + 1  # the count of what the list leaves out
    assert few["desk"] <= 25


def test_the_nudge_comes_before_the_rhythm_is_missed(cast: Cast, now: datetime) -> None:
    cast.agreed(Expectations(update_every=8 * HOUR), at=now - 10 * DAY)
    promise = owed(cast, "The route sheet", opened=now - 9 * DAY, due=now + 30 * DAY)
    cast.do(cast.provider, promise, acts.Update(words="Half of it."), at=now - 8 * DAY)
    moments = [now - 8 * DAY + step * HOUR for step in range(24 * 8)]
    shown = [moment for moment in moments if desk(cast.provider, moment).words_due]
    silent = [moment for moment in moments if desk(cast.provider, moment).owed.items[0].standing.word == "silent"]
    assert shown
    assert silent
    assert shown[0] < silent[0]
    assert [moment for moment in moments if moment >= shown[0]] == shown  # and stays until word is given


def test_a_chase_is_a_word_due_counted_and_shown_to_both_until_it_is_answered(
    cast: Cast, client: Client, now: datetime
) -> None:
    promise = owed(cast, "The route sheet", opened=now - 2 * DAY, due=now + 30 * DAY)
    assert not desk(cast.provider, now).words_due
    for hours in (5, 3):
        cast.do(cast.customer, promise, acts.Chase(), at=now - hours * HOUR)
    (item,) = desk(cast.provider, now).words_due
    assert item.chased_at == now - 5 * HOUR
    assert "had to ask how it stands" in signed_in(client, cast.provider).get(reverse("web:desk")).content.decode()
    for person in (cast.provider, cast.customer):
        page = signed_in(client, person).get(reverse("web:promise", args=[promise])).content.decode()
        assert "2 times" in page
        assert "had to ask how it stands" in page
    cast.do(cast.provider, promise, acts.Update(words="It is on its way."), at=now - HOUR)
    assert not desk(cast.provider, now).words_due
    assert Promise.objects.get(pk=promise).chases == 2


def test_an_ask_says_what_was_announced_and_that_they_had_to_ask(cast: Cast, client: Client, now: datetime) -> None:
    promise = cast.asked(at=now - DAY, what=terms("The map", now + 9 * DAY))
    cast.do(cast.customer, promise, acts.Chase(), at=now - 9 * HOUR)
    assert desk(cast.provider, now).answers.items[0].chased_at == now - 9 * HOUR
    cast.do(cast.provider, promise, acts.Acknowledge(hear_by=now + DAY), at=now - 8 * HOUR)
    page = signed_in(client, cast.provider).get(reverse("web:desk")).content.decode()
    assert "You said that they hear from you by" in page
    assert "They had to ask" not in page
