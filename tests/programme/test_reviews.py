"""Reviews: prepared once for those who promised each other enough, told to the leads, spoken in by both sides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cast import DAY, START, Cast, terms
from kept.core.errors import Incomplete, NotAllowed, NotFound, WrongState
from kept.notify.models import Notice
from kept.people import actions as people
from kept.people.models import Person
from kept.programme.reviews.actions import (
    LEAST,
    REMIND_AFTER,
    hold,
    leave_with,
    open_review,
    prepare_due,
    say_want,
)
from kept.programme.reviews.models import Review
from kept.programme.reviews.queries import prepared, review_seen, seen_by

pytestmark = pytest.mark.django_db
QUARTER = date(2026, 4, 1)
AFTER = START + timedelta(days=70)  # in the quarter after


@pytest.fixture
def review(cast: Cast) -> Review:
    """The workshop gave dispatch as many promises as it takes; and sales one."""
    for number in range(LEAST):
        cast.accepted(at=START + number * DAY)
    cast.asked(private=True)
    people.join_team(cast.customer, cast.dispatch, leads=True)
    prepare_due(AFTER)
    return Review.objects.get()


def test_it_is_prepared_once_a_quarter_for_those_who_exchanged_enough_and_their_leads_are_told(
    cast: Cast, review: Review
) -> None:
    assert {review.one_id, review.other_id} == {cast.dispatch.pk, cast.workshop.pk}
    assert review.quarter == QUARTER
    for moment in (AFTER + DAY, AFTER + REMIND_AFTER, AFTER + REMIND_AFTER + DAY):
        prepare_due(moment)
    assert Review.objects.count() == 1
    told = Notice.objects.filter(page=f"/reviews/{review.pk}/").order_by("reader__name", "at")
    assert [(str(one.reader), one.says) for one in told if "put together" in one.says] == [
        ("Customer", "What you promised each other last quarter is put together."),
        ("Lead", "What you promised each other last quarter is put together."),
    ]
    assert sum("not been held" in one.says for one in told) == 2


def test_one_that_a_lead_opened_before_holds_up_no_other(cast: Cast) -> None:
    for number in range(LEAST):
        cast.accepted(at=START + number * DAY)
    open_review(cast.lead, cast.workshop, cast.sales, at=AFTER)
    prepare_due(AFTER)
    assert {(one.one_id, one.other_id) for one in Review.objects.all()} == {
        tuple(sorted((cast.workshop.pk, other.pk))) for other in (cast.sales, cast.dispatch)
    }


def test_one_promise_too_few_prepares_none(cast: Cast) -> None:
    for _ in range(LEAST - 1):
        cast.accepted()
    prepare_due(AFTER)
    assert not Review.objects.exists()


def test_the_page_counts_both_directions_of_that_quarter_alone(cast: Cast, review: Review) -> None:
    cast.accepted(at=AFTER)
    page = prepared(review, AFTER + 10 * DAY)
    by = {one.provider.name: one.figures.counts for one in page.directions}
    assert by["Workshop"].kept == LEAST
    assert by["Dispatch"].kept == 0
    assert all(one.in_force is None for one in page.directions)
    cast.agreed(at=AFTER)
    agreed = next(one for one in prepared(review, AFTER).directions if one.provider.name == "Workshop")
    assert agreed.in_force is not None


def test_each_side_speaks_for_itself_until_it_was_held(cast: Cast, review: Review) -> None:
    say_want(cast.provider, review, cast.workshop, "  Asks that say   when. ")
    say_want(cast.customer, review, cast.dispatch, "A word when it slips.")
    review.refresh_from_db()
    wants = {review.one.name: review.one_wants, review.other.name: review.other_wants}
    assert wants == {"Workshop": "Asks that say when.", "Dispatch": "A word when it slips."}
    for person, team in ((cast.provider, cast.dispatch), (cast.outsider, cast.workshop), (cast.boss, cast.workshop)):
        with pytest.raises(NotAllowed):
            say_want(person, review, team, "Something.")
    with pytest.raises(Incomplete):
        say_want(cast.provider, review, cast.workshop, "x" * 301)
    with pytest.raises(NotAllowed):
        hold(cast.boss, review, at=AFTER)
    hold(cast.lead, review, at=AFTER)
    review.refresh_from_db()
    for again in (
        lambda: hold(cast.customer, review, at=AFTER),
        lambda: say_want(cast.lead, review, cast.workshop, ""),
    ):
        with pytest.raises(WrongState):
            again()


def test_they_leave_with_promises_and_the_next_one_asks_what_became_of_them(cast: Cast, review: Review) -> None:
    later = terms(due=AFTER + 5 * DAY)
    asked = leave_with(cast.customer, review, cast.dispatch, later, gives=cast.workshop, at=AFTER)
    offered = leave_with(cast.lead, review, cast.workshop, later, gives=cast.workshop, at=AFTER)
    assert (asked.state, offered.state) == ("asked", "offered")
    assert {one.pk for one in prepared(review, AFTER).leaves_with} == {asked.pk, offered.pk}
    with pytest.raises(NotAllowed):
        leave_with(cast.outsider, review, cast.billing, later, gives=cast.billing, at=AFTER)
    following = open_review(cast.lead, cast.workshop, cast.dispatch, at=AFTER + 90 * DAY)
    assert following.pk != review.pk
    assert {one.pk for one in prepared(following, AFTER).last_time} == {asked.pk, offered.pk}
    with pytest.raises(NotAllowed):
        open_review(cast.provider, cast.workshop, cast.dispatch, at=AFTER)
    with pytest.raises(Incomplete):
        open_review(cast.lead, cast.workshop, cast.workshop, at=AFTER)


def test_it_is_seen_by_both_sides_and_those_above(cast: Cast, review: Review) -> None:
    for person in (cast.provider, cast.customer, cast.lead, cast.boss):
        assert review_seen(person, review.pk) == review
    with pytest.raises(NotFound):
        review_seen(cast.outsider, review.pk)
    assert list(seen_by(cast.caretaker)) == []


def test_a_review_from_its_page_to_its_end(client: Client, cast: Cast, review: Review) -> None:
    client.force_login(Person.objects.get(pk=cast.lead.pk))
    page = client.get(reverse("web:review", args=[review.pk])).content.decode()
    assert "Workshop for Dispatch" in page
    assert "Begin an agreement" in page
    own = cast.workshop.pk
    client.post(reverse("web:review-want", args=[review.pk, own]), {"words": "Asks that say when."})
    spoilt = client.post(reverse("web:review-promise", args=[review.pk, own]), {"what": ""})
    assert spoilt.status_code == 422
    form = {"what": "The list by noon", "due": "2099-01-01T12:00", "gives": "us"}
    assert client.post(reverse("web:review-promise", args=[review.pk, own]), form).status_code == 302
    assert client.post(reverse("web:hold-review", args=[review.pk])).status_code == 302
    page = client.get(reverse("web:review", args=[review.pk])).content.decode()
    assert "The list by noon" in page
    assert "Leave with this" not in page
    client.force_login(Person.objects.get(pk=cast.outsider.pk))
    assert client.get(reverse("web:review", args=[review.pk])).status_code == 404
