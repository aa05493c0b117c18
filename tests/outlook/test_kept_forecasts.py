"""Every open promise keeps its forecast: made anew after each act and each night, along the chain, in few queries."""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.ledger.models import Stream
from kept.notify.following import follow_some
from kept.outlook import refreshing, wanting
from kept.outlook.advising import advise
from kept.outlook.keeping import days_at
from kept.outlook.keeping import forecast_of as keeping_forecast
from kept.outlook.models import Outlook, PastOutlook, Wanted
from kept.promises.models import Likelihood, Promise, Reliance

pytestmark = pytest.mark.django_db
NOW = START + 40 * DAY
MANY = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 200
TAKES = (1, 1, 2, 2, 3, 3, 4, 4, 5, 9)


def lived(cast: Cast, count: int = 12) -> None:
    """A past: that many promises for a day each, which took some days."""
    for place in range(count):
        at = START + place * DAY
        promise = cast.asked(at=at, what=terms(due=at + DAY))
        cast.do(cast.provider, promise, acts.Promise(), at=at + HOUR)
        delivered = at + timedelta(days=TAKES[place % len(TAKES)])
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=delivered)
        cast.do(cast.customer, promise, acts.Accept(answer=Answer.EASIER), at=delivered + HOUR)


def given(cast: Cast, days: float) -> int:
    """A promise given at `NOW` for so many days later."""
    promise = cast.asked(at=NOW, what=terms(due=NOW + timedelta(days=days)))
    cast.do(cast.provider, promise, acts.Promise(), at=NOW)
    return promise


def followed(at=NOW) -> None:
    """Let all that follows be done, then the forecasts."""
    while follow_some(now=at):
        pass
    while refreshing.refresh_some(at):
        pass


def test_an_act_makes_the_forecast_anew_and_the_end_takes_it_away(cast: Cast) -> None:
    lived(cast)
    promise = given(cast, 2)
    followed()
    row = Outlook.objects.get(promise=promise)
    assert (row.made_at, row.sequence, row.due) == (NOW, 2, NOW + 2 * DAY)
    assert 0 < row.chance < 1
    assert Likelihood.objects.get(promise=promise).chance == row.chance
    cast.do(cast.provider, promise, acts.Update(words="Half of it."), at=NOW + HOUR)
    followed(NOW + HOUR)
    assert Outlook.objects.get(promise=promise).made_at == NOW + HOUR
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=NOW + 2 * HOUR)
    followed(NOW + 2 * HOUR)
    assert not Outlook.objects.filter(promise=promise).exists()
    assert not Likelihood.objects.filter(promise=promise).exists()
    assert not Wanted.objects.filter(promise=promise).exists()
    assert PastOutlook.objects.filter(promise=promise).count() == 1, "the last of the day is kept to be judged"


def many(cast: Cast, count: int) -> list[int]:
    """So many promises given, each in a chain with the one before; as rows, for acts take long."""
    first = given(cast, 2)
    row = Promise.objects.get(pk=first)
    Stream.objects.bulk_create([Stream(kind=Stream.Kind.PROMISE) for _ in range(count)])
    keys = list(Stream.objects.exclude(promise__isnull=False).order_by("pk").values_list("pk", flat=True))
    fields = {field.attname: getattr(row, field.attname) for field in Promise._meta.concrete_fields}
    Promise.objects.bulk_create([Promise(**(fields | {"stream_id": key})) for key in keys])
    Reliance.objects.bulk_create(
        [Reliance(promise_id=one, on_id=on) for place, (on, one) in enumerate(pairwise(keys)) if place % 4]
    )
    return [first, *keys]


def queries_of_a_refresh(cast: Cast, count: int) -> int:
    many(cast, count)
    refreshing.sweep(NOW)
    with CaptureQueriesContext(connection) as captured:
        refreshing.refresh_some(NOW)
    return len(captured)


def test_many_cost_as_many_queries_as_few(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """One round of either; the rows go in parts of what one statement can hold, so a few more are allowed."""
    lived(cast)
    monkeypatch.setattr(refreshing, "MOST", 5000)
    few = queries_of_a_refresh(cast, 20)
    Wanted.objects.all().delete()
    Likelihood.objects.all().delete()
    Outlook.objects.all().delete()
    most = queries_of_a_refresh(cast, MANY)
    assert few < 60
    assert most < few + MANY / 15, "parts of some hundred rows each, and no query a promise"
    assert Outlook.objects.count() > MANY


def test_what_a_promise_relies_on_decides_when_it_is_likely(cast: Cast) -> None:
    lived(cast)
    upstream, own = given(cast, 6), given(cast, 7)
    followed()
    alone = Likelihood.objects.get(promise=own)
    cast.do(cast.provider, own, acts.Link(relies_on=upstream), at=NOW + HOUR)
    followed(NOW + HOUR)
    linked = Likelihood.objects.get(promise=own)
    assert linked.chance < alone.chance
    assert linked.through_id == upstream
    cast.do(cast.provider, upstream, acts.Deliver(easier=Answer.EASIER), at=NOW + 2 * HOUR)
    followed(NOW + 2 * HOUR)
    assert Likelihood.objects.get(promise=own).through_id is None
    assert Outlook.objects.get(promise=own).made_at == NOW + 2 * HOUR, "nobody acted in it, and it was looked at again"


def test_what_is_private_moves_no_forecast_of_what_relies_on_it(cast: Cast) -> None:
    lived(cast)
    hidden = cast.asked(at=NOW, what=terms(due=NOW + 6 * DAY), private=True)
    cast.do(cast.lead, hidden, acts.Promise(), at=NOW)
    own = given(cast, 7)
    followed()
    alone = forecast_days(own)
    cast.do(cast.lead, own, acts.Link(relies_on=hidden), at=NOW)
    followed()
    assert Outlook.objects.filter(promise=hidden).exists(), "for those named in it"
    assert forecast_days(own) == alone
    assert Likelihood.objects.get(promise=own).through_id is None


def test_the_adviser_and_the_desk_say_the_same_of_a_promise_that_stands(cast: Cast) -> None:
    lived(cast)
    upstream, own = given(cast, 6), given(cast, 7)
    cast.do(cast.provider, own, acts.Link(relies_on=upstream), at=NOW)
    followed()
    followed()
    for key in (upstream, own):
        promise = Promise.objects.get(pk=key)
        kept = keeping_forecast(Outlook.objects.get(promise=key))
        for actor in (cast.customer, cast.provider):
            said = advise(actor, promise.customer, promise.provider, at=NOW, promise=promise)
            assert said is not None
            assert said.forecast.days == pytest.approx(kept.days, rel=1e-6)
            assert said.forecast.rests_on == kept.rests_on
            assert said.tight == pytest.approx(Likelihood.objects.get(promise=key).likely, abs=timedelta(seconds=1))


def test_an_act_that_comes_while_a_forecast_is_made_is_not_forgotten(cast: Cast) -> None:
    lived(cast)
    promise = given(cast, 2)
    while follow_some(now=NOW):
        pass
    claimed = wanting.claim(now=NOW, most=500)
    assert promise in claimed.wanted
    assert wanting.claim(now=NOW, most=500).wanted == {}, "another worker has nothing to do"
    wanting.want([promise], at=NOW + HOUR)
    wanting.settle(claimed, {promise: NOW + DAY})
    assert Wanted.objects.get(promise=promise).at == NOW + HOUR
    assert promise in wanting.claim(now=NOW + HOUR, most=500).wanted


def test_what_a_worker_that_died_had_is_taken_up_by_another(cast: Cast) -> None:
    lived(cast)
    promise = given(cast, 2)
    wanting.want([promise], at=NOW)
    wanting.claim(now=NOW, most=500)
    assert refreshing.refresh_some(NOW) == 0
    assert refreshing.refresh_some(NOW + wanting.LEASE) > 0
    assert Outlook.objects.filter(promise=promise).exists()


def test_all_of_it_can_be_made_again_from_nothing(cast: Cast) -> None:
    lived(cast)
    for days in (1, 2, 5):
        given(cast, days)
    followed()
    said = list(Likelihood.objects.order_by("pk").values())
    assert len(said) == 3
    assert refreshing.rebuild(NOW) == 3
    assert list(Likelihood.objects.order_by("pk").values()) == said
    assert PastOutlook.objects.count() == 3


def test_it_is_made_anew_this_night_or_when_a_quarter_of_the_time_has_gone() -> None:
    night = NOW.replace(hour=1)
    again = wanting.again_at(NOW, NOW + 40 * DAY, NOW + 41 * DAY)
    assert NOW < again <= night + timedelta(days=1, hours=2)
    assert wanting.again_at(NOW, NOW + 8 * HOUR, NOW + 9 * HOUR) == NOW + 2 * HOUR
    assert wanting.again_at(NOW, NOW + HOUR, NOW + 9 * HOUR) == NOW + HOUR


def test_forecasts_of_the_past_are_one_a_day_and_forgotten_in_the_end(cast: Cast) -> None:
    lived(cast)
    promise = given(cast, 9)
    for hours in (0, 3, 26):
        at = NOW + hours * HOUR
        wanting.want([promise], at=at)
        refreshing.refresh_some(at)
    rows = PastOutlook.objects.filter(promise=promise).order_by("day")
    assert [row.made_at for row in rows] == [NOW + 3 * HOUR, NOW + 26 * HOUR]
    assert days_at(rows[0])[50] == pytest.approx(float(forecast_days(promise)), abs=3)
    refreshing.sweep(NOW + refreshing.KEEP + 3 * DAY)
    assert not PastOutlook.objects.exists()


def forecast_days(promise: int) -> float:
    """The even days of the forecast that is kept now."""
    return keeping_forecast(Outlook.objects.get(promise=promise)).days[49]
