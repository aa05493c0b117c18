"""Every open promise keeps its forecast: made anew after each act and each night, along the chain, in few queries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.notify.following import follow_some
from kept.outlook import refreshing
from kept.outlook.models import Outlook, PastOutlook, Wanted
from kept.promises.models import Likelihood

pytestmark = pytest.mark.django_db
NOW = START + 40 * DAY
TAKES = (1, 1, 2, 2, 3, 3, 4, 4, 5, 9)


def lived(cast: Cast, count: int = 20) -> None:
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
