"""How promises stand: late, at risk, silent, waiting on, each with its reason; and both clocks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.expectations import Expectations
from kept.core.terms import Answer, Side
from kept.ledger import book
from kept.people.calendars import calendar_of, calendars_of, set_hours, week_from_words
from kept.people.models import Party, Person
from kept.promises.clocks import clocks
from kept.promises.models import Promise
from kept.promises.standing import Standing, in_outline, standing, standings

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=1)


def stands(promise: int, viewer: Person, at: datetime) -> Standing:
    return standing(Promise.objects.get(pk=promise), viewer, at)


def words(found: Standing) -> list[str]:
    return [sign.word for sign in found.signs]


def in_rhythm(cast: Cast) -> int:
    """A promise under an agreement by which dispatch hears every four working hours; promised on Monday at 11:00."""
    cast.agreed(Expectations(update_every=4 * HOUR))
    return cast.promised(at=START + 2 * HOUR - HOUR)


def test_in_time_it_is_its_state_and_nothing_else(cast: Cast) -> None:
    found = stands(cast.promised(), cast.customer, START + 2 * HOUR)
    assert (found.word, found.why, found.signs, found.expected) == ("promised", "Promised, and on its way.", (), None)


def test_late_once_the_date_has_passed(cast: Cast) -> None:
    found = stands(cast.promised(), cast.customer, START + 3 * DAY)
    assert (found.word, found.why, found.signs[0].since) == ("late", "Its date has passed.", START + 2 * DAY)
    assert found.expected is None, "nobody has said when"


def test_at_risk_by_its_providers_word(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Update(words="Slow.", expected=START + 3 * DAY), at=START + 2 * HOUR)
    found = stands(promise, cast.customer, START + 4 * HOUR)
    assert (found.word, found.why) == ("at risk", "Workshop expects it a day after its date.")
    assert (found.expected, found.signs[0].since) == (START + 3 * DAY, START + 2 * HOUR)


def test_at_risk_when_help_was_asked(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.AskHelp(words="Two hands."), at=START + 2 * HOUR)
    assert stands(promise, cast.customer, START + 4 * HOUR).why == "Workshop has asked for help."


def test_silent_once_the_rhythm_is_missed_in_working_time(cast: Cast) -> None:
    promise = in_rhythm(cast)  # the provider spoke on Monday at 11:00 UTC; offices are open from 9 to 17
    by = START + 6 * HOUR
    assert words(stands(promise, cast.customer, by)) == []
    found = stands(promise, cast.customer, by + MINUTES)
    assert (found.word, found.signs[0].since, found.word_by) == ("silent", by, by)
    assert found.why == "Dispatch has heard nothing for 4 hours of work; they agreed on a word every 4 hours."
    cast.do(cast.provider, promise, acts.Update(words="Half done."), at=by + HOUR)
    assert words(stands(promise, cast.customer, START + DAY)) == []  # overnight nobody works


def test_a_word_is_due_soon_before_it_is_missed(cast: Cast) -> None:
    promise = in_rhythm(cast)
    assert stands(promise, cast.provider, START + 4 * HOUR).word_by is None
    assert stands(promise, cast.provider, START + 5 * HOUR).word_by == START + 6 * HOUR


def test_no_word_is_owed_while_the_customer_is_to_answer(cast: Cast) -> None:
    promise = in_rhythm(cast)
    cast.do(cast.provider, promise, acts.Propose(terms=terms(due=START + 5 * DAY)), at=START + 3 * HOUR)
    assert words(stands(promise, cast.customer, START + DAY + 8 * HOUR)) == []


def test_silent_when_the_announced_word_did_not_come(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.Acknowledge(hear_by=START + 3 * HOUR), at=START + HOUR)
    assert stands(promise, cast.customer, START + 3 * HOUR).word == "asked"
    assert stands(promise, cast.customer, START + 4 * HOUR).word == "silent"


def test_waiting_on_says_which_link_and_since_when(cast: Cast) -> None:
    promise = cast.promised()
    upstream = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.sales, at=START + HOUR)
    cast.do(cast.provider, promise, acts.Link(relies_on=upstream), at=START + 2 * HOUR)
    found = stands(promise, cast.provider, START + 3 * HOUR)
    assert (found.word, found.why) == ("waiting on", "It waits for “The route sheet” from Sales.")
    assert found.signs[0].since == START + HOUR
    assert stands(promise, cast.customer, START + 3 * HOUR).why == "It waits for what Workshop gets from Sales."


def test_several_may_hold_at_once_the_worst_gives_the_word(cast: Cast) -> None:
    promise = in_rhythm(cast)
    cast.do(cast.provider, promise, acts.AskHelp(words="Two hands."), at=START + 3 * HOUR)
    assert words(stands(promise, cast.customer, START + 4 * DAY)) == ["late", "at risk", "silent"]


def test_the_ended_say_how_they_ended(cast: Cast) -> None:
    assert stands(cast.accepted(), cast.customer, START + 9 * DAY).word == "kept"


def test_in_outline_it_stands_by_its_own_word_alone(cast: Cast) -> None:
    promise = Promise.objects.get(pk=in_rhythm(cast))
    assert in_outline(promise, START + DAY + 7 * HOUR).word == "promised"
    assert in_outline(promise, START + 4 * DAY).word == "late"


def test_many_cost_no_more_queries_than_few(cast: Cast) -> None:
    cast.agreed(Expectations(update_every=4 * HOUR))

    def counted() -> int:
        rows = list(Promise.objects.select_related("customer", "provider"))
        with CaptureQueriesContext(connection) as captured:
            standings(rows, cast.boss, START + DAY)
        return len(captured)

    cast.promised(at=START + HOUR)
    few = counted()
    for _ in range(20):
        cast.promised(at=START + HOUR)
    assert counted() == few <= 8


# --- calendars of many, and the two clocks ------------------------------------------------------------------------


def test_the_calendars_of_many_are_those_of_each(cast: Cast) -> None:
    mornings = week_from_words(["08:00-12:00"] * 5 + ["", ""])
    set_hours(cast.lead, cast.workshop, zone="Europe/Berlin", week=mornings, country="DE")
    set_hours(cast.boss, cast.company, zone="UTC", week=week_from_words(["10:00-16:00"] * 5 + ["", ""]))
    parties = list(Party.objects.all())
    assert calendars_of(parties) == {party.pk: calendar_of(party) for party in parties}
    with CaptureQueriesContext(connection) as captured:
        calendars_of(parties)
    assert len(captured) <= 6


def test_the_providers_clock_stops_while_the_customer_is_to_answer(cast: Cast) -> None:
    promise = cast.asked()  # Monday 09:00
    other = acts.Counter(terms=terms(due=START + 3 * DAY))
    cast.do(cast.provider, promise, other, at=START + 2 * HOUR)
    cast.do(cast.customer, promise, acts.Accept(), at=START + 7 * HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + DAY + HOUR)
    found = {clock.side: clock for clock in clocks(book.read(promise), START + DAY + 3 * HOUR)}
    assert found[Side.PROVIDER].time == (2 + 1 + 1) * HOUR  # two, then from 16:00 to 17:00, then from 9:00 to 10:00
    assert found[Side.CUSTOMER].time == (5 + 2) * HOUR
    assert (found[Side.PROVIDER].words, found[Side.CUSTOMER].words) == ("4 hours", "7 hours")


def test_both_clocks_stand_still_once_it_is_over(cast: Cast) -> None:
    promise = cast.accepted()
    assert clocks(book.read(promise), START + 4 * DAY) == clocks(book.read(promise), START + 40 * DAY)
