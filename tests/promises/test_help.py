"""It is too much: what a person carries, which to renegotiate first and why, and all conversations opened or none."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed, NotFound
from kept.people.capacity import say_capacity
from kept.people.models import Party, Person
from kept.promises.help import HelpWith, LaterDate, open_conversations, too_much
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
NOW = START + 2 * HOUR
WORDS = "We have taken on too much."


def owed(cast: Cast, what: str, days: float, *, by: Person | None = None, customer: Party | None = None) -> int:
    """A promise of the workshop that the provider has, due so many days after `START`."""
    promise = cast.asked(what=terms(what, START + days * DAY), by=by, customer=customer)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    return promise


def relied_on(cast: Cast, promise: int, days: float, *, customer: Party | None = None) -> int:
    """Dispatch promises something (to billing, unless said otherwise) that relies on `promise`."""
    by = cast.caretaker if customer == cast.outside else cast.outsider
    relying = cast.asked(
        by=by, customer=customer or cast.billing, provider=cast.dispatch, what=terms("What follows", START + days * DAY)
    )
    cast.do(cast.customer, relying, acts.Promise(), at=START + HOUR)
    cast.do(cast.customer, relying, acts.Link(relies_on=promise), at=START + HOUR)
    return relying


def later(promise: int, due: datetime) -> LaterDate:
    return LaterDate(promise, due, Promise.objects.get(pk=promise).sequence)


def proposed_by(*promises: int) -> list[str]:
    return [Promise.objects.get(pk=each).proposed_by for each in promises]


def test_what_i_carry_stands_in_the_order_of_who_is_hurt_with_the_reason(cast: Cast) -> None:
    pressing = owed(cast, "Pressing", 5)
    relied_on(cast, pressing, 6, customer=cast.outside)
    roomy = owed(cast, "Roomy", 5)
    relied_on(cast, roomy, 25)
    free = owed(cast, "Free", 3)
    found = too_much(cast.provider, NOW)
    assert [one.promise.pk for one in found.open] == [free, roomy, pressing]
    assert found.open[0].why == ("Nobody waits for it down the line yet.",)
    assert found.open[1].why == (
        "1 promise waits for it down the line; 20 days of slack before the first of their dates.",
    )
    assert found.open[2].why == (
        "1 promise waits for it down the line; a week later would push that one past its date.",
        "At the end of the line waits Outside customer, from outside.",
    )
    assert found.open[0].proposed == START + 10 * DAY
    # no later than the first date down the line, a Sunday: the end of the Friday before
    assert found.open[2].proposed == START + 4 * DAY + 8 * HOUR


def test_a_boss_who_waits_is_named_and_counts_as_every_other_customer(cast: Cast) -> None:
    for_boss = owed(cast, "For the boss", 4, by=cast.boss, customer=cast.boss)
    other = owed(cast, "For dispatch", 3)
    found = too_much(cast.provider, NOW)
    assert [one.promise.pk for one in found.open] == [for_boss, other]
    assert "Boss is above you, and waits as every other customer does." in found.open[0].why


def test_from_a_promise_the_team_is_looked_at_up_to_its_date_beside_what_it_can_carry(cast: Cast) -> None:
    first, second = owed(cast, "First", 3), owed(cast, "Second", 4)
    owed(cast, "Much later", 30)
    colleagues = cast.asked(what=terms("A colleague's", START + 2 * DAY))
    cast.do(cast.colleague, colleagues, acts.Promise(), at=START + HOUR)
    say_capacity(cast.lead, cast.workshop, at_once=2, a_week=None, at=START)
    found = too_much(cast.provider, NOW, until=Promise.objects.get(pk=second))
    assert {one.promise.pk for one in found.open} == {first, second, colleagues}
    assert [(one.team, one.in_work, one.at_once, one.over) for one in found.teams] == [("Workshop", 4, 2, 2)]
    assert {one.promise.pk for one in too_much(cast.colleague, NOW).open} == {colleagues}


def test_what_is_private_to_others_is_not_there(cast: Cast) -> None:
    private = cast.asked(what=terms("Private", START + 3 * DAY), private=True)
    cast.do(cast.lead, private, acts.Promise(), at=START + HOUR)
    cast.do(cast.lead, private, acts.HandOver(to=cast.provider.pk), at=START + HOUR)
    shown = owed(cast, "Shown", 4)
    seen_by_colleague = too_much(cast.colleague, NOW, until=Promise.objects.get(pk=shown))
    assert [one.promise.pk for one in seen_by_colleague.open] == [shown]
    assert (seen_by_colleague.count, seen_by_colleague.teams[0].in_work) == (1, 1)
    assert {one.promise.pk for one in too_much(cast.provider, NOW).open} == {private, shown}
    with pytest.raises(NotFound):
        open_conversations(cast.colleague, [later(private, START + 9 * DAY)], WORDS, at=NOW)


def test_where_terms_are_on_the_table_it_says_why_none_can_be_proposed(cast: Cast) -> None:
    mine, theirs = owed(cast, "Mine", 3), owed(cast, "Theirs", 4)
    cast.do(cast.provider, mine, acts.Propose(terms=terms("Mine", START + 9 * DAY)), at=NOW)
    cast.do(cast.customer, theirs, acts.Propose(terms=terms("Theirs", START + 2 * DAY)), at=NOW)
    found = too_much(cast.provider, NOW)
    assert not found.open
    assert {one.promise.pk: one.barred for one in found.barred} == {
        mine: "New terms are proposed already; Dispatch has not answered yet.",
        theirs: "Dispatch proposes new terms; answer those first.",
    }


def test_one_press_opens_every_conversation_and_asks_for_help(cast: Cast) -> None:
    first, second, third = (owed(cast, what, 4) for what in ("First", "Second", "Third"))
    dates = [later(first, START + 8 * DAY), later(second, START + 9 * DAY)]
    open_conversations(cast.provider, dates, WORDS, at=NOW, help_with=HelpWith(third, "Two hands on Thursday."))
    assert proposed_by(first, second, third) == ["provider", "provider", ""]
    assert [Promise.objects.get(pk=each).needs_help for each in (first, second, third)] == [False, False, True]
    assert Promise.objects.get(pk=first).due == START + 4 * DAY
    cast.do(cast.customer, first, acts.Agree(), at=NOW + HOUR)
    cast.do(cast.customer, second, acts.Refuse(words="The van is booked."), at=NOW + HOUR)
    assert [Promise.objects.get(pk=each).due for each in (first, second)] == [START + 8 * DAY, START + 4 * DAY]


def test_where_one_is_refused_nothing_is_sent_to_anybody(cast: Cast) -> None:
    first, second, third = (owed(cast, what, 4) for what in ("First", "Second", "Third"))
    past = LaterDate(second, START - DAY, 2)
    with pytest.raises(Incomplete, match="“Second” for Dispatch: That moment has passed") as refused:
        open_conversations(cast.provider, [later(first, START + 8 * DAY), past], WORDS, at=NOW)
    assert refused.value.field == f"due_{second}"
    dates = [later(first, START + 8 * DAY), later(second, START + 8 * DAY)]
    cast.do(cast.customer, second, acts.Propose(terms=terms("Second", START + 3 * DAY)), at=NOW)
    with pytest.raises(Incomplete, match="“Second” for Dispatch: Dispatch proposes new terms; answer those first"):
        open_conversations(cast.provider, dates, WORDS, at=NOW)
    with pytest.raises(Incomplete, match="Say what would help") as refused:
        open_conversations(cast.provider, dates[:1], WORDS, at=NOW, help_with=HelpWith(third, " "))
    assert refused.value.field == "help"
    with pytest.raises(Incomplete, match="Choose a promise"):
        open_conversations(cast.provider, [], WORDS, at=NOW)
    assert proposed_by(first, second, third) == ["", "customer", ""]
    assert not Promise.objects.filter(needs_help=True).exists()


def test_only_those_who_speak_for_the_provider_open_them(cast: Cast) -> None:
    promise = owed(cast, "First", 4)
    for person, error in ((cast.boss, NotAllowed), (cast.outsider, NotFound), (cast.customer, Incomplete)):
        with pytest.raises(error):
            open_conversations(person, [later(promise, START + 8 * DAY)], WORDS, at=NOW)
    assert proposed_by(promise) == [""]


def test_looking_costs_the_same_however_much_is_carried(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            too_much(cast.provider, NOW)
        return len(captured)

    relied_on(cast, owed(cast, "First", 4), 9)
    few = queries()
    for _ in range(15):
        relied_on(cast, owed(cast, "More", 4), 9)
    assert queries() == few
    assert few <= 16
