"""What figures are made from is what replaying the ledger gives; and the three questions keep the same secrecy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.agreement import Between
from kept.core.errors import Incomplete, KeptError, NotFound, Refused
from kept.core.expectations import Expectations
from kept.core.terms import Answer
from kept.customers import agreeing
from kept.ledger import verifying as verify
from kept.people import actions as people
from kept.people.models import Person
from kept.promises.figures import Period, Scope, figures_of
from kept.promises.figures.answers import answers_about
from kept.promises.figures.pulses import answer_pulse, asked_quarter, pulses_due
from kept.promises.models import Impression, PulseAnswer, WordOwed

pytestmark = pytest.mark.django_db
EVER = Period(START - 400 * DAY, START + 400 * DAY, "always", "always")


def a_daily_word(cast: Cast) -> None:
    """Dispatch and the workshop agree: word every working day of eight hours."""
    wanted = Expectations(update_every=timedelta(hours=8))
    between = Between(cast.dispatch.pk, cast.workshop.pk)
    agreement = agreeing.expect(cast.customer, between, wanted, at=START - DAY)
    agreeing.agree(cast.lead, agreement.pk, to=1, at=START - DAY + HOUR)


def whole_story(cast: Cast) -> int:
    promise = cast.asked(what=terms(due=START + 20 * DAY))
    for act, by, hours in (
        (acts.Acknowledge(hear_by=START + DAY), cast.provider, 1),
        (acts.Promise(), cast.provider, 26),
        (acts.Update(words="Half."), cast.provider, 50),
        (acts.Propose(terms=terms(due=START + 30 * DAY)), cast.provider, 51),
        (acts.Refuse(), cast.customer, 99),
        (acts.Deliver(easier=Answer.EASIER), cast.provider, 120),
        (acts.Return(words="Empty."), cast.customer, 121),
        (acts.Deliver(easier=Answer.PARTLY), cast.colleague, 140),
        (acts.Accept(answer=Answer.PARTLY), cast.customer, 141),
        (acts.Reopen(words="A leg came off."), cast.customer, 150),
        (acts.Deliver(easier=Answer.EASIER), cast.provider, 160),
        (acts.Accept(answer=Answer.EASIER, signed=True), cast.customer, 161),
    ):
        cast.do(by, promise, act, at=START + hours * HOUR)
    return promise


def test_replaying_gives_the_same_rows(cast: Cast) -> None:
    a_daily_word(cast)
    promise = whole_story(cast)
    (answer,) = Impression.objects.filter(promise=promise)
    assert (answer.answer, answer.signed, answer.provider_answer, answer.own_side) == ("easier", True, "easier", False)
    hours = [
        ((one.since - START) // HOUR, one.until and (one.until - START) // HOUR)
        for one in WordOwed.objects.filter(promise=promise).order_by("since")
    ]
    assert hours == [(1, 26), (26, 50), (50, 51), (99, 120), (121, 140), (150, 160)]
    assert verify.verify().clean


def test_silence_is_measured_against_the_agreed_rhythm(cast: Cast) -> None:
    """Promised on Monday at 10:00, word owed within 8 working hours (of 9 to 17): by Tuesday 10:00."""
    a_daily_word(cast)
    cast.promised()
    scope = Scope(frozenset([cast.workshop.pk]))
    assert figures_of(scope, EVER, START + DAY + HOUR).quiet.time == timedelta(0)
    assert figures_of(scope, EVER, START + DAY + 6 * HOUR).quiet.time == timedelta(hours=5)


DAMAGE: dict[str, Callable[[int], object]] = {
    "an answer that is another": lambda p: Impression.objects.filter(promise=p).update(answer="no"),
    "an answer too few": lambda p: Impression.objects.filter(promise=p).delete(),
    "an answer signed": lambda p: Impression.objects.filter(promise=p).update(signed=False),
    "an answer final sooner": lambda p: Impression.objects.filter(promise=p).update(settles_at=START + 200 * DAY),
    "a word too few": lambda p: WordOwed.objects.filter(promise=p).last().delete(),  # type: ignore[union-attr]
    "a rhythm": lambda p: WordOwed.objects.filter(promise=p, hear_by=None).update(allowed=timedelta(hours=1)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_verify_finds_what_replaying_would_not_give(cast: Cast, damage: str) -> None:
    a_daily_word(cast)
    promise = whole_story(cast)
    DAMAGE[damage](promise)
    found = verify.verify()
    assert found.count
    assert {one.story for one in found.differences} == {promise}


# --- the three questions ------------------------------------------------------------------------------------------

AUTUMN = datetime(2026, 10, 20, 9, tzinfo=UTC)
SUMMER = datetime(2026, 8, 4, 9, tzinfo=UTC)
SAYS = ("yes", "partly", "no")


def in_dispatch(cast: Cast, count: int) -> list[Person]:
    found = []
    for place in range(count):
        person = people.add_person(name=f"Member {place}", email=f"member{place}@example.com")
        people.join_team(person, cast.dispatch)
        promise = cast.asked(by=person, at=SUMMER)
        cast.do(cast.provider, promise, acts.Promise(), at=SUMMER + HOUR)
        found.append(person)
    return found


def test_who_is_asked(cast: Cast) -> None:
    cast.asked(at=SUMMER)
    assert pulses_due(cast.customer, AUTUMN) == []  # asked, but nothing was promised
    cast.promised(at=SUMMER)
    (due,) = pulses_due(cast.customer, AUTUMN)
    assert (due.customer, due.provider, due.quarter) == (cast.dispatch.pk, cast.workshop.pk, asked_quarter(AUTUMN))
    for other in (cast.provider, cast.lead, cast.boss, cast.outsider):
        assert pulses_due(other, AUTUMN) == []


def test_who_works_for_the_provider_is_not_asked(cast: Cast) -> None:
    cast.promised(at=SUMMER)
    people.join_team(cast.customer, cast.workshop)
    assert pulses_due(cast.customer, AUTUMN) == []


def test_each_answers_once_for_good(cast: Cast) -> None:
    cast.promised(at=SUMMER)
    tie = {"customer": cast.dispatch.pk, "provider": cast.workshop.pk}
    answer_pulse(cast.customer, **tie, says=SAYS, at=AUTUMN)
    with pytest.raises(Refused, match="have answered"):
        answer_pulse(cast.customer, **tie, says=SAYS, at=AUTUMN)
    assert pulses_due(cast.customer, AUTUMN) == []
    refusals: tuple[tuple[Person, tuple[str, ...], type[KeptError]], ...] = (
        (cast.outsider, SAYS, NotFound),
        (cast.provider, SAYS, NotFound),
        (cast.provider, ("yes",), Incomplete),
        (cast.provider, ("yes", "no", "perhaps"), Incomplete),
    )
    for person, says, why in refusals:
        with pytest.raises(why):
            answer_pulse(person, **tie, says=says, at=AUTUMN)
    assert PulseAnswer.objects.count() == 1


def test_they_are_shown_in_sums_of_five(cast: Cast) -> None:
    scope = Scope(frozenset([cast.workshop.pk]))
    for place, person in enumerate(in_dispatch(cast, 5)):
        shown = answers_about(scope.providers, AUTUMN + 9 * DAY).pulse(scope, EVER)
        assert shown.trust.n == 0
        answer_pulse(person, customer=cast.dispatch.pk, provider=cast.workshop.pk, says=SAYS, at=AUTUMN + place * HOUR)
    shown = answers_about(scope.providers, AUTUMN + 9 * DAY).pulse(scope, EVER)
    assert (shown.trust.easier, shown.count_on.partly, shown.care.no, shown.care.n) == (5, 5, 5, 5)
