"""The pages of figures: what they say, to whom, and that they cost the same however many promises there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cast import DAY, HOUR, Cast
from kept.core import acts
from kept.core.statistics import wilson
from kept.core.terms import Answer
from kept.ledger.models import Stream
from kept.people.models import Person
from kept.promises.models import Impression, Promise, PulseAnswer, WordOwed
from kept.web.figure_words import share_said, short, sure

pytestmark = pytest.mark.django_db


@pytest.fixture
def lately() -> datetime:
    return timezone.now() - 40 * DAY


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, person: Person, name: str, *args: object, **query: object) -> str:
    answer = signed_in(client, person).get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_shares_in_words() -> None:
    assert (share_said(wilson(12, 14)), sure(wilson(12, 14))) == (
        "12 of 14, 86 %", "in the long run most likely between 60 % and 96 %",
    )  # fmt: skip
    assert (share_said(wilson(3, 4)), sure(wilson(3, 4))) == ("3 of 4", "too few to say")
    assert (short(wilson(3, 4)), short(wilson(12, 14))) == ("3 of 4", "86 % of 14")
    assert (share_said(wilson(0, 0)), sure(wilson(0, 0)), short(wilson(0, 0))) == ("none yet", "", "–")


def test_a_leader_sees_first_what_they_promised_themselves(cast: Cast, client: Client, lately: datetime) -> None:
    cast.accepted(at=lately)
    text = page(client, cast.lead, "web:figures")
    assert text.index("What you promised yourself") < text.index("Your teams")
    assert "Workshop" in text
    assert "Workshop kept 1 of 1 promise; too few to say more." in page(
        client, cast.lead, "web:team-figures", cast.workshop.pk
    )
    assert "Provider" not in text.split("Your teams")[1], "nothing ranks persons"


def test_the_boss_sees_teams_with_those_below(cast: Cast, client: Client, lately: datetime) -> None:
    cast.accepted(at=lately)
    text = page(client, cast.boss, "web:figures")
    assert 'The company</a> <span class="k-soft">with the teams below' in text
    assert f"{reverse('web:team-figures', args=[cast.company.pk])}?below=on" in text
    below = page(client, cast.boss, "web:team-figures", cast.company.pk, below="on")
    assert "1 of 1" in below
    assert "No promise ended in this time." in page(client, cast.boss, "web:team-figures", cast.company.pk)


def test_a_figure_opens_its_promises_for_those_who_may_see_them(cast: Cast, client: Client, lately: datetime) -> None:
    promise = cast.accepted(at=lately)
    address = reverse("web:promise", args=[promise])
    assert address in page(client, cast.boss, "web:team-figure", cast.workshop.pk, "kept")
    others = page(client, cast.outsider, "web:team-figure", cast.workshop.pk, "kept")
    assert address not in others
    assert "1 that is counted, but not yours to read" in others
    assert signed_in(client, cast.boss).get(
        reverse("web:team-figure", args=[cast.workshop.pk, "nonsense"])
    ).status_code == 404  # fmt: skip


def test_the_period_is_a_month_a_quarter_or_two_days(cast: Cast, client: Client) -> None:
    cast.accepted(at=datetime(2026, 5, 4, 9, tzinfo=UTC))
    name = ("web:team-figures", cast.workshop.pk)
    assert "1 of 1" in page(client, cast.boss, *name, since="2026-05-01", until="2026-05-31")
    assert "No promise ended" in page(client, cast.boss, *name, since="2026-06-01", until="2026-06-30")
    turned = signed_in(client, cast.boss).get(
        reverse(name[0], args=name[1:]), {"since": "2026-06-30", "until": "2026-06-01"}
    )
    assert turned.status_code == 422
    assert "The last day comes before the first" in turned.content.decode()


def answered(cast: Cast, count: int, at: datetime, *, signed: bool = False) -> None:
    for place in range(count):
        promise = cast.delivered(at=at + place * HOUR)
        cast.do(
            cast.customer, promise, acts.Accept(answer=Answer.PARTLY, signed=signed, words="Quietly said."),
            at=at + DAY + place * HOUR,
        )  # fmt: skip


def test_the_provider_never_sees_fewer_than_five(cast: Cast, client: Client, lately: datetime) -> None:
    answered(cast, 4, lately)
    assert "so that nobody's can be told" in page(client, cast.provider, "web:team-figures", cast.workshop.pk)
    answered(cast, 1, lately + DAY)
    text = page(client, cast.provider, "web:team-figures", cast.workshop.pk)
    assert "to the same 5 deliveries" in text
    assert "The providers say “easier” more often than their customers: in 100 of a hundred deliveries." in text
    assert "Your own side answered" not in text
    assert "Quietly said." not in text


def test_the_customers_own_side_sees_its_answers_on_its_tie(cast: Cast, client: Client, lately: datetime) -> None:
    answered(cast, 2, lately)
    tie = {"customer": cast.dispatch.pk}
    own = page(client, cast.customer, "web:team-figures", cast.workshop.pk, **tie)
    assert "Your own side answered 2 times in this time: 0 easier, 2 partly, 0 no." in own
    for other in (cast.provider, cast.lead, cast.boss, cast.outsider):
        assert "Your own side" not in page(client, other, "web:team-figures", cast.workshop.pk, **tie)


def test_signed_answers_stand_by_name_for_those_who_see_the_promise(
    cast: Cast, client: Client, lately: datetime
) -> None:
    answered(cast, 1, lately, signed=True)
    assert "Signed answers" in page(client, cast.provider, "web:team-figures", cast.workshop.pk)
    assert "Signed answers" not in page(client, cast.outsider, "web:team-figures", cast.workshop.pk)


# --- the three questions ------------------------------------------------------------------------------------------


@pytest.fixture
def last_quarter() -> datetime:
    """A moment well inside the quarter that ended last."""
    today = timezone.now()
    return today.replace(day=1) - timedelta(days=31 * ((today.month - 1) % 3) + 45)


def test_the_three_questions_are_asked_once(cast: Cast, client: Client, last_quarter: datetime) -> None:
    cast.accepted(at=last_quarter)
    assert "About Workshop" in page(client, cast.customer, "web:pulses")
    for other in (cast.provider, cast.boss, cast.outsider):
        assert "Nothing to answer." in page(client, other, "web:pulses")
    signed_in(client, cast.customer)
    address = reverse("web:pulse", args=[cast.dispatch.pk, cast.workshop.pk])
    assert client.post(address, {"trust": "yes"}).status_code == 422
    says = {"trust": "yes", "count_on": "partly", "care": "no"}
    assert client.post(address, says).status_code == 302
    (kept,) = PulseAnswer.objects.values_list("person", "trust", "count_on", "care")
    assert kept == (cast.customer.pk, "yes", "partly", "no")
    assert client.post(address, says).status_code == 404
    assert "Nothing to answer." in page(client, cast.customer, "web:pulses")


def test_looking_at_the_questions_answers_nothing(cast: Cast, client: Client, last_quarter: datetime) -> None:
    cast.accepted(at=last_quarter)
    signed_in(client, cast.customer)
    address = reverse("web:pulse", args=[cast.dispatch.pk, cast.workshop.pk])
    assert client.get(address, {"trust": "yes", "count_on": "yes", "care": "yes"}).status_code == 200
    assert not PulseAnswer.objects.exists()


# --- as many queries at a hundred promises as at thousands --------------------------------------------------------


def many(cast: Cast, count: int, at: datetime) -> None:
    """Promises that ended, written straight into their rows: only for counting queries."""
    streams = Stream.objects.bulk_create([Stream(kind=Stream.Kind.PROMISE) for _ in range(count)])
    Promise.objects.bulk_create(
        Promise(
            stream=stream, customer=(cast.dispatch, cast.sales, cast.outside)[place % 3],
            provider=(cast.workshop, cast.billing)[place % 2], asker=cast.customer, responsible=cast.lead,
            state="accepted", what="One of many", due=at + DAY, first_due=at + DAY, opened_at=at, promised_at=at,
            delivered_at=at, ended_at=at + HOUR, outcome="kept", kept_as_first_promised=True, sequence=4,
        )
        for place, stream in enumerate(streams)
    )  # fmt: skip
    Impression.objects.bulk_create(
        Impression(
            promise_id=stream.pk, sequence=4, author=cast.customer, answer="easier", signed=place % 5 == 0,
            provider_answer="partly", at=at + HOUR, settles_at=at + HOUR + DAY,
        )
        for place, stream in enumerate(streams)
    )  # fmt: skip
    WordOwed.objects.bulk_create(
        WordOwed(
            promise_id=stream.pk, provider=(cast.workshop, cast.billing)[place % 2], since=at, until=at + 3 * DAY,
            allowed=timedelta(hours=8),
        )
        for place, stream in enumerate(streams)
    )  # fmt: skip


PAGES = ("web:figures", "web:figure", "web:team-figures", "web:team-figure", "web:pulses")


def queries(cast: Cast, client: Client, name: str) -> int:
    args = {"web:figure": ["kept"], "web:team-figures": [cast.company.pk], "web:team-figure": [cast.company.pk, "kept"]}
    signed_in(client, cast.boss)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse(name, args=args.get(name, [])), {"below": "on"}).status_code == 200
    return len(captured)


def test_the_queries_of_a_page_do_not_grow_with_the_promises(cast: Cast, client: Client, lately: datetime) -> None:
    many(cast, 12, lately)
    few = {name: queries(cast, client, name) for name in PAGES}
    many(cast, 1500, lately)
    assert {name: queries(cast, client, name) for name in PAGES} == few
    assert max(few.values()) <= 26, few
