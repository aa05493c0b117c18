"""The adviser: what is known of a date that is about to be given, from whose promises, and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.terms import Answer, Shown
from kept.insight.forecast.odds import Scope
from kept.outlook.advising import Advice, advise, word_for
from kept.outlook.own import forecasts
from kept.people.capacity import say_capacity
from kept.people.models import Party, Person
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
WEEK = 7 * DAY
LATER = START + 10 * WEEK


def deliver(cast: Cast, promise: int, *, at: object, by: Person | None = None) -> None:
    """The provider promises it, and delivers it then."""
    opened = Promise.objects.get(pk=promise).opened_at
    cast.do(by or cast.provider, promise, acts.Promise(), at=opened + HOUR)
    cast.do(by or cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=at)


def delivered(cast: Cast, number: int, *, private: bool = False, customer: Party | None = None) -> list[int]:
    """So many promises, one a week, delivered after one, two, three … hours."""
    keys = []
    for week in range(number):
        at = START + week * WEEK
        by = cast.caretaker if customer == cast.sales else cast.customer
        key = cast.asked(at=at, private=private, customer=customer, by=by)
        deliver(cast, key, at=at + (week + 2) * HOUR, by=cast.lead if private else None)
        keys.append(key)
    return keys


def advice(cast: Cast, *, actor: Person | None = None, customer: Party | None = None) -> Advice | None:
    """What the customer is told who is about to ask the workshop."""
    return advise(actor or cast.customer, customer or cast.dispatch, cast.workshop, at=LATER)


class TestFromLittle:
    def test_without_a_past_it_knows_nothing(self, cast: Cast) -> None:
        open_one = Promise.objects.get(pk=cast.promised())
        assert advice(cast) is None
        assert forecasts([open_one], LATER) == {}

    def test_seven_like_it_say_so_and_name_no_safe_date(self, cast: Cast) -> None:
        delivered(cast, 7)
        found = advice(cast)
        assert found is not None
        assert (found.forecast.rests_on.like, found.forecast.rests_on.scope) == (7, Scope.TIE)
        assert found.basis == "From 7 like it, since May 2026."
        assert found.tight is not None
        assert found.fair is not None
        assert LATER < found.tight < found.fair < LATER + 2 * DAY
        assert found.safe is None
        assert found.curve[0] == (LATER, 0.0)
        assert max(odds for _, odds in found.curve) < 0.9

    def test_the_delivery_is_the_end_not_the_acceptance(self, cast: Cast) -> None:
        keys = delivered(cast, 3)
        before = advice(cast)
        for key in keys:
            cast.do(cast.customer, key, acts.Accept(answer=Answer.EASIER), at=LATER - HOUR)
        after = advice(cast)
        assert before is not None
        assert after is not None
        assert after.forecast == before.forecast

    def test_what_came_back_is_open_again(self, cast: Cast) -> None:
        keys = delivered(cast, 3)
        cast.do(cast.customer, keys[-1], acts.Return(words="A line is missing."), at=LATER - HOUR)
        found = advice(cast)
        assert found is not None
        assert found.forecast.rests_on.like == 2
        assert found.forecast.chance(LATER + DAY) < 2 / 3

    def test_what_was_not_known_yet_is_not_used(self, cast: Cast) -> None:
        delivered(cast, 4)
        found = advise(cast.customer, cast.dispatch, cast.workshop, at=START + 2 * WEEK)
        assert found is not None
        assert found.forecast.rests_on.like == 2

    def test_a_promise_that_stands_is_measured_by_the_time_that_was_promised(self, cast: Cast) -> None:
        """All took a twelfth or so of the promised time: so will one that was promised four weeks."""
        delivered(cast, 4)
        long = cast.asked(at=LATER, what=terms(due=LATER + 4 * WEEK))
        cast.do(cast.provider, long, acts.Promise(), at=LATER + HOUR)
        short = cast.promised(at=LATER)
        found = forecasts(list(Promise.objects.filter(pk__in=[long, short])), LATER + HOUR)
        assert found[long].days[49] > 5 * found[short].days[49]


class TestWhoseArePastPromises:
    def test_private_promises_feed_nobody(self, cast: Cast) -> None:
        delivered(cast, 7, private=True)
        assert advice(cast) is None
        assert advice(cast, actor=cast.lead) is None

    def test_a_private_promise_has_a_forecast_from_the_others(self, cast: Cast) -> None:
        delivered(cast, 3)
        hidden = Promise.objects.get(pk=cast.asked(at=LATER - HOUR, private=True))
        assert forecasts([hidden], LATER)[hidden.pk].rests_on.like == 3

    def test_four_of_others_say_nothing_and_five_do(self, cast: Cast) -> None:
        delivered(cast, 4, customer=cast.sales)
        assert advice(cast) is None
        delivered(cast, 1, customer=cast.sales)
        found = advice(cast)
        assert found is not None
        assert (found.forecast.rests_on.like, found.forecast.rests_on.scope) == (0, Scope.PROVIDER)
        assert found.basis.startswith("None like it has ended yet; this is what the same provider did for others")

    def test_a_stranger_is_told_nothing(self, cast: Cast) -> None:
        delivered(cast, 7)
        assert advice(cast, actor=cast.outsider) is None
        assert advice(cast, actor=cast.boss) is not None


class TestWhatIsSaidBeside:
    def test_what_the_team_carries(self, cast: Cast) -> None:
        delivered(cast, 3)
        cast.promised(at=LATER - DAY)
        cast.asked(at=LATER - DAY, private=True)
        say_capacity(cast.lead, cast.workshop, at_once=5, a_week=None, at=LATER)
        found = advice(cast)
        assert found is not None
        assert found.carries == ("Workshop has 1 promise in work, and says that it can carry 5 at once.",)

    def test_the_act_keeps_what_its_author_was_shown(self, cast: Cast) -> None:
        delivered(cast, 7)
        found = advice(cast)
        assert found is not None
        assert found.tight is not None
        assert found.fair is not None
        assert word_for(found.forecast, found.tight) == Shown(percent=50, like=7, word="tight")
        assert word_for(found.forecast, found.fair) == Shown(percent=80, like=7, word="fair")
        assert word_for(found.forecast, LATER + timedelta(minutes=1)) == Shown(percent=0, like=7, word="")
        assert word_for(None, LATER) is None

    def test_as_many_queries_for_many_promises_as_for_one(self, cast: Cast) -> None:
        delivered(cast, 3)
        keys = [cast.promised(at=LATER - DAY) for _ in range(4)]
        keys.append(cast.asked(at=LATER - DAY, by=cast.lead, customer=cast.workshop, provider=cast.dispatch))
        counts = []
        for some in (keys[:1], keys):
            promises = list(Promise.objects.filter(pk__in=some))
            with CaptureQueriesContext(connection) as queries:
                assert forecasts(promises, LATER)
            counts.append(len(queries))
        assert counts[1] <= counts[0] + 1  # one more for a party that has done nothing yet
