"""A date in danger on desk and promise page, help in two presses, and the page where a team chooses its threshold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import DAY, HOUR, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.ledger.models import Event
from kept.outlook import judging, refreshing
from kept.outlook.models import Threshold
from kept.outlook.queries import outlook_of
from kept.people.models import Person

pytestmark = pytest.mark.django_db


def lived(cast: Cast) -> int:
    """A past in which half came a day late, and a promise that is likely to; gives its id."""
    now = timezone.now()
    for place in range(12):
        at = now - (40 - place) * DAY
        promise = cast.asked(at=at, what=terms(due=at + 2 * DAY))
        cast.do(cast.provider, promise, acts.Promise(), at=at + HOUR)
        delivered = at + timedelta(days=1.5 if place % 4 == 0 else 4)
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=delivered)
        cast.do(cast.customer, promise, acts.Accept(answer=Answer.EASIER), at=delivered + HOUR)
    promise = cast.asked(at=now, what=terms(due=now + 2 * DAY))
    cast.do(cast.provider, promise, acts.Promise(), at=now)
    refreshing.catch_up(timezone.now())
    return promise


def page_of(client: Client, person: Person, address: str) -> str:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(address).content.decode()


def test_the_desk_says_so_and_two_presses_help(cast: Cast, client: Client) -> None:
    promise = lived(cast)
    desk = page_of(client, cast.provider, reverse("web:desk"))
    assert "A date likely to be missed" in desk
    assert "% by the date promised, from 12 like it" in desk
    assert "likely to be missed" not in page_of(client, cast.customer, reverse("web:desk"))
    before = Event.objects.count()
    for act, field in (("update", 'name="expected"'), ("propose", 'name="due"'), ("ask-help", 'name="words"')):
        address = f"{reverse('web:act', args=[promise, act])}?by=outlook"
        assert address in desk
        form = page_of(client, cast.provider, address)
        assert field in form
        assert "It is likely to come" in form.split("<textarea", 1)[1], act
    assert Event.objects.count() == before, "following a link changes nothing"
    page = page_of(client, cast.provider, reverse("web:promise", args=[promise]))
    assert "?by=outlook" in page
    assert "?by=outlook" not in page_of(client, cast.customer, reverse("web:promise", args=[promise]))
    seen = outlook_of([promise], cast.customer)[promise]
    assert seen.in_danger
    assert outlook_of([promise], cast.outsider)[promise].forecast is None, "those who see it in outline see the date"


def test_a_team_sees_what_each_threshold_would_have_caught_and_chooses(cast: Cast, client: Client) -> None:
    lived(cast)
    judging.work_out(timezone.now())
    address = reverse("web:team-warnings", args=[cast.workshop.pk])
    shown = judging.evidence(cast.workshop)
    assert shown is not None
    caught = [each.caught.count for each in shown.would]
    assert caught == sorted(caught)
    assert shown.would[0].caught.n + shown.would[0].false_alarms.n == shown.n > 0
    page = page_of(client, cast.lead, address)
    assert f"By {shown.n} dates of Workshop that are decided" in page
    assert "By " not in page_of(client, cast.outsider, address).split("What each would have done", 1)[1]
    client.force_login(cast.outsider, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address, {"percent": 30}).status_code == 403
    client.force_login(cast.lead, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address, {"percent": 35}).status_code == 422
    assert client.post(address, {"percent": 30}).status_code == 302
    assert Threshold.objects.get(team=cast.workshop).percent == 30
    assert "fall under 30 %" in page_of(client, cast.provider, address)
