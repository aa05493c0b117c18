"""A date that is likely to be missed: first its provider hears, past the grace the customer and the line; each once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.expectations import Expectations
from kept.core.terms import Answer
from kept.ledger.models import Outbox
from kept.notify import worker
from kept.notify.kinds import Kind
from kept.notify.models import Notice
from kept.outlook import refreshing
from kept.outlook.models import Danger
from kept.outlook.thresholds import say_threshold
from kept.people.models import Party
from kept.promises.models import Likelihood, Promise
from kept.promises.standing import standing

pytestmark = pytest.mark.django_db
NOW = START + 42 * DAY
"""A Monday at nine."""
TAKES = (2, 3, 4, 5)
"""Days that work like it took; each was promised for two."""


@pytest.fixture
def lived(cast: Cast) -> Cast:
    """A company whose workshop usually takes longer than it promised."""
    for place in range(12):
        at = START + place * DAY
        promise = cast.asked(at=at, what=terms(due=at + 2 * DAY))
        cast.do(cast.provider, promise, acts.Promise(), at=at + HOUR)
        delivered = at + timedelta(days=TAKES[place % len(TAKES)])
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=delivered)
        cast.do(cast.customer, promise, acts.Accept(answer=Answer.EASIER), at=delivered + HOUR)
    Outbox.objects.update(done_at=NOW)
    return cast


def until(now: datetime) -> None:
    """Let the workers do all that there is to do at `now`, forecasts first."""
    while worker.step(now) + refreshing.refresh_some(now):
        pass


def given(cast: Cast, *, what: str = "The route sheet", private: bool = False) -> int:
    """A promise given at `NOW` for two days later, as usual."""
    promise = cast.asked(at=NOW, what=terms(what, due=NOW + 2 * DAY), private=private)
    cast.do(cast.lead if private else cast.provider, promise, acts.Promise(), at=NOW)
    return promise


def told(reader: Party, kind: Kind) -> list[str]:
    return list(
        Notice.objects.filter(reader=reader, kind=kind, at__gte=NOW).order_by("pk").values_list("says", flat=True)
    )


def test_the_provider_hears_first_and_past_the_grace_the_customer(lived: Cast) -> None:
    promise = given(lived)
    until(NOW)
    chance = Likelihood.objects.get(promise=promise).chance
    assert chance < 0.5
    (says,) = told(lived.provider, Kind.DANGER)
    assert f"{round(chance * 100)} % by then, from 12 like it." in says
    assert told(lived.customer, Kind.SLIP) == []
    stands = standing(Likelihood.objects.get(promise=promise).promise, lived.provider, NOW)
    assert (stands.word, stands.in_danger, stands.why) == ("at risk", True, says)
    until(NOW + 7 * HOUR)
    assert told(lived.customer, Kind.SLIP) == []
    until(NOW + 9 * HOUR)
    (says,) = told(lived.customer, Kind.SLIP)
    assert says.startswith("Workshop promised this by Wed 17 Jun 2026")
    assert "it is likely to come" in says
    until(NOW + DAY)
    assert len(told(lived.customer, Kind.SLIP)) == 1, "the same matter is told once"
    assert len(told(lived.provider, Kind.DANGER)) == 1


def test_the_agreement_says_how_long_the_grace_is(lived: Cast) -> None:
    lived.agreed(Expectations(grace=timedelta(hours=2), tell=(lived.boss.pk,)), at=NOW - 2 * DAY)
    given(lived)
    until(NOW + HOUR)
    assert told(lived.customer, Kind.SLIP) == []
    until(NOW + 3 * HOUR)
    assert len(told(lived.customer, Kind.SLIP)) == 1
    assert len(told(lived.boss, Kind.SLIP)) == 1


@pytest.mark.parametrize(
    "act",
    [
        acts.Update(words="It takes longer.", expected=NOW + 5 * DAY),
        acts.Propose(terms=terms(due=NOW + 5 * DAY)),
    ],
    ids=["update", "renegotiate"],
)
def test_a_provider_who_names_another_date_has_told_the_customer(lived: Cast, act: acts.Act) -> None:
    promise = given(lived)
    until(NOW)
    lived.do(lived.provider, promise, act, at=NOW + HOUR)
    until(NOW + DAY)
    assert not any("likely to come" in says for says in told(lived.customer, Kind.SLIP))


def test_what_recovers_is_taken_back_in_silence_and_does_not_warn_again(lived: Cast) -> None:
    promise = given(lived)
    until(NOW)
    lived.do(lived.provider, promise, acts.Propose(terms=terms(due=NOW + 20 * DAY)), at=NOW + HOUR)
    lived.do(lived.customer, promise, acts.Agree(), at=NOW + 2 * HOUR)
    until(NOW + 2 * HOUR)
    assert Danger.objects.get(promise=promise).over_at == NOW + 2 * HOUR
    assert not Notice.objects.filter(reader=lived.provider, kind=Kind.DANGER, read_at=None).exists()
    assert not Likelihood.objects.get(promise=promise).in_danger
    until(NOW + DAY)
    assert len(told(lived.provider, Kind.DANGER)) == 1


def test_odds_that_waver_warn_once_and_half_of_them_warn_again(lived: Cast) -> None:
    promise = given(lived)
    until(NOW)
    danger = Danger.objects.get(promise=promise)
    Danger.objects.update(over_at=NOW)
    until(NOW + HOUR)
    refreshing.rebuild(NOW + HOUR)
    until(NOW + HOUR)
    assert Danger.objects.get().over_at is None
    assert len(told(lived.provider, Kind.DANGER)) == 1, "it is back, and no worse than what was told"
    Danger.objects.update(told_chance=2 * danger.chance)
    refreshing.rebuild(NOW + 2 * HOUR)
    until(NOW + 2 * HOUR)
    assert len(told(lived.provider, Kind.DANGER)) == 2


def test_a_team_that_wants_to_hear_later_is_not_warned(lived: Cast) -> None:
    say_threshold(lived.lead, lived.workshop, percent=10, at=NOW - DAY)
    promise = given(lived)
    until(NOW)
    assert Likelihood.objects.get(promise=promise).chance > 0.1
    assert told(lived.provider, Kind.DANGER) == []


def test_of_what_is_private_only_those_named_hear(lived: Cast) -> None:
    lived.agreed(Expectations(grace=timedelta(hours=2), tell=(lived.boss.pk,)), at=NOW - 2 * DAY)
    promise = given(lived, private=True)
    until(NOW)
    assert len(told(lived.lead, Kind.DANGER)) == 1
    until(NOW + 4 * HOUR)
    readers = set(Notice.objects.filter(promise=promise, at__gte=NOW).values_list("reader", flat=True))
    assert readers <= {lived.customer.pk, lived.lead.pk}
    assert told(lived.boss, Kind.SLIP) == []


def test_those_down_the_line_hear_the_date_and_not_the_subject(lived: Cast) -> None:
    promise = given(lived, what="The quiet axle")
    own = lived.asked(
        by=lived.caretaker,
        customer=lived.outside,
        provider=lived.dispatch,
        at=NOW,
        what=terms("The tour", NOW + 90 * DAY),
    )
    lived.do(lived.customer, own, acts.Promise(), at=NOW)
    lived.do(lived.customer, own, acts.Link(relies_on=promise), at=NOW)
    until(NOW)
    until(NOW + 9 * HOUR)
    line = Notice.objects.filter(promise=own, key__startswith="line:")
    assert [one.reader_id for one in line] == [lived.customer.pk]
    assert "which this relies on, is likely to come" in line[0].says


@pytest.fixture
def quick(cast: Cast) -> Cast:
    """A company whose workshop has never taken half of the time that it promised."""
    for place in range(6):
        at = START + place * DAY
        promise = cast.asked(at=at, what=terms(due=at + 4 * DAY))
        cast.do(cast.provider, promise, acts.Promise(), at=at)
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=at + 5 * HOUR)
    Outbox.objects.update(done_at=NOW)
    return cast


def test_what_has_taken_longer_than_anything_like_it_is_in_danger(quick: Cast) -> None:
    promise = quick.asked(at=NOW, what=terms(due=NOW + 4 * DAY))
    quick.do(quick.provider, promise, acts.Promise(), at=NOW)
    until(NOW + HOUR)
    assert told(quick.provider, Kind.DANGER) == []
    thursday = NOW + 3 * DAY
    until(thursday)
    row = Likelihood.objects.get(promise=promise)
    assert (row.likely, row.chance, row.in_danger) == (None, 0.0, True)
    assert told(quick.provider, Kind.DANGER) == ["Nothing like it has taken this long, from 6 like it."]
    stands = standing(Promise.objects.get(pk=promise), quick.provider, thursday)
    assert (stands.word, stands.likely) == ("at risk", None)
    until(thursday + 9 * HOUR)
    (says,) = told(quick.customer, Kind.SLIP)
    assert "It has taken longer than anything like it so far, so nobody can say when it comes." in says


def test_the_warning_waits_for_what_has_taken_longer_than_anything_like_it(quick: Cast) -> None:
    """Whoever relies on it has nothing that could be said either, and is told for what it waits."""
    first = quick.asked(at=NOW, what=terms("The axle", due=NOW + 4 * DAY))
    own = quick.asked(at=NOW, what=terms("The wheels", due=NOW + 60 * DAY))
    for promise in (first, own):
        quick.do(quick.provider, promise, acts.Promise(), at=NOW)
    quick.do(quick.provider, own, acts.Link(relies_on=first), at=NOW)
    until(NOW + 3 * DAY)
    row = Likelihood.objects.get(promise=own)
    assert (row.likely, row.in_danger, row.through_id) == (None, True, first)
    says = standing(Promise.objects.get(pk=own), quick.provider, NOW + 3 * DAY).why
    assert says.startswith("It waits for what has taken longer than anything like that")
