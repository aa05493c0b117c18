"""The figures cannot be gamed: what somebody might try, and what comes of it. docs/figures.md says what remains."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.people import actions as people
from kept.people.models import Person
from kept.promises.figures import Figures, Period, Scope, figures_by_customer, figures_by_provider, figures_of
from kept.promises.figures.behind import behind
from kept.promises.figures.scope import of_person, with_teams_below

pytestmark = pytest.mark.django_db
EVER = Period(START - 100 * DAY, START + 100 * DAY, "always", "always")
NOW = START + 60 * DAY
LATE = START + 3 * DAY
"""A day after the date of every promise of these tests."""


def figures(cast: Cast, now=NOW, period: Period = EVER) -> Figures:
    return figures_of(Scope(frozenset([cast.workshop.pk])), period, now)


def deliver(cast: Cast, promise: int, at, *, back_at=None, accept_at=None, by: Person | None = None) -> None:
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=at)
    if back_at:
        cast.do(cast.customer, promise, acts.Return(words="The box is empty."), at=back_at)
    if accept_at:
        cast.do(by or cast.customer, promise, acts.Accept(answer=Answer.PARTLY), at=accept_at)


def test_a_promise_kept_is_counted_once_everywhere(cast: Cast) -> None:
    cast.accepted()
    found = figures(cast)
    assert (found.kept.count, found.kept.n, found.first.count, found.of_all_due.n) == (1, 1, 1, 1)
    assert (found.returned.count, found.returned.n, found.unchased.count, found.chases_each) == (0, 1, 1, 0)


def test_moving_a_date_after_it_passed_keeps_nothing(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Propose(terms=terms(due=START + 9 * DAY)), at=LATE)
    cast.do(cast.customer, promise, acts.Agree(), at=LATE + HOUR)
    deliver(cast, promise, START + 4 * DAY, accept_at=START + 5 * DAY)
    found = figures(cast)
    assert (found.kept.count, found.kept.n) == (0, 1)


def test_moving_a_date_before_it_passed_shows_in_the_stricter_share(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Propose(terms=terms(due=START + 9 * DAY)), at=START + DAY)
    cast.do(cast.customer, promise, acts.Agree(), at=START + DAY + HOUR)
    deliver(cast, promise, START + 4 * DAY, accept_at=START + 5 * DAY)
    found = figures(cast)
    assert (found.kept.count, found.first.count, found.first.n) == (1, 0, 1)


def test_delivering_empty_and_being_returned_is_a_return_and_late(cast: Cast) -> None:
    promise = cast.promised()
    deliver(cast, promise, START + DAY, back_at=START + DAY + HOUR)
    assert figures(cast, LATE).of_all_due.n == 1  # past its date and not there, whatever was delivered before
    deliver(cast, promise, LATE, accept_at=LATE + HOUR)
    found = figures(cast)
    assert (found.kept.count, found.kept.n, found.returned.count, found.returned.n) == (0, 1, 1, 1)


def test_delivering_empty_and_having_it_cancelled_still_shows_the_return(cast: Cast) -> None:
    promise = cast.promised()
    deliver(cast, promise, START + DAY, back_at=START + DAY + HOUR)
    cast.do(cast.customer, promise, acts.Cancel(), at=LATE)
    found = figures(cast)
    assert (found.kept.n, found.returned.count, found.returned.n) == (0, 1, 1)
    assert (found.of_all_due.count, found.of_all_due.n) == (0, 1)


def test_a_reopened_promise_is_kept_no_longer(cast: Cast) -> None:
    promise = cast.accepted()
    cast.do(cast.customer, promise, acts.Reopen(words="A leg came off."), at=LATE)
    assert figures(cast).kept.n == 0
    deliver(cast, promise, LATE + HOUR, accept_at=LATE + 2 * HOUR)
    found = figures(cast)
    assert (found.kept.count, found.kept.n, found.returned.count) == (0, 1, 1)


def test_declining_late_is_neither_kept_nor_broken_but_seen(cast: Cast) -> None:
    early, late = cast.asked(), cast.asked()
    cast.do(cast.customer, late, acts.Chase(), at=START + DAY)
    cast.do(cast.provider, early, acts.Decline(), at=START + HOUR)
    cast.do(cast.provider, late, acts.Decline(), at=LATE)
    found = figures(cast)
    assert found.kept.n == 0
    assert (found.left_hanging.count, found.left_hanging.n) == (1, 2)
    assert (found.counts.chases, found.unchased.count, found.unchased.n) == (1, 1, 2)


def test_never_finishing_shows_among_all_whose_date_came(cast: Cast) -> None:
    cast.promised()
    cast.accepted()
    found = figures(cast)
    assert (found.kept.count, found.kept.n) == (1, 1)
    assert (found.of_all_due.count, found.of_all_due.n, found.counts.late_open) == (1, 2, 1)


def test_delivering_late_and_never_being_accepted_shows_there_too(cast: Cast) -> None:
    deliver(cast, cast.promised(), LATE)
    assert figures(cast).counts.late_open == 1


def test_splitting_and_cancelling_does_not_make_the_late_one_go_away(cast: Cast) -> None:
    whole = cast.promised()
    cast.do(cast.customer, whole, acts.Cancel(words="You ask me to, in two parts."), at=LATE)
    for _part in range(2):
        cast.accepted(at=LATE)
    found = figures(cast)
    assert (found.kept.count, found.kept.n) == (2, 2)
    assert (found.of_all_due.count, found.of_all_due.n, found.counts.cancelled_late) == (2, 3, 1)


def test_splitting_a_broken_one_leaves_it_broken(cast: Cast) -> None:
    whole = cast.promised()
    cast.do(cast.provider, whole, acts.Renege(words="In two parts."), at=START + DAY)
    for _part in range(2):
        cast.accepted(at=START + 10 * DAY)
    assert (figures(cast).kept.count, figures(cast).kept.n) == (2, 3)


@pytest.fixture
def both_sides(cast: Cast) -> Person:
    """Somebody who is in dispatch and in the workshop."""
    person = people.add_person(name="Both", email="both@example.com", boss=cast.lead)
    people.join_team(person, cast.dispatch)
    people.join_team(person, cast.workshop)
    return person


def test_asking_oneself_keeps_nothing(cast: Cast, both_sides: Person) -> None:
    for hour in range(3):
        promise = cast.asked(by=both_sides, at=START + hour * HOUR)
        cast.do(both_sides, promise, acts.Promise(), at=START + 5 * HOUR)
        cast.do(both_sides, promise, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
        cast.do(both_sides, promise, acts.Accept(answer=Answer.EASIER), at=START + DAY + HOUR)
    found = figures(cast)
    assert (found.kept.n, found.counts.own_word) == (0, 3)
    opened = behind(cast.lead, Scope(frozenset([cast.workshop.pk])), EVER, "own-word", NOW)
    assert opened.all == 3


def test_accepting_ones_own_late_delivery_leaves_it_broken(cast: Cast, both_sides: Person) -> None:
    promise = cast.asked(by=both_sides)
    cast.do(both_sides, promise, acts.Promise(), at=START + HOUR)
    cast.do(both_sides, promise, acts.Deliver(easier=Answer.EASIER), at=LATE)
    cast.do(both_sides, promise, acts.Accept(answer=Answer.EASIER), at=LATE + HOUR)
    assert (figures(cast).kept.count, figures(cast).kept.n) == (0, 1)


def test_accepting_on_behalf_of_the_customer_what_one_worked_on_keeps_nothing(cast: Cast) -> None:
    """Sales looks after the outside customer, promises to them, and accepts in their name."""
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, provider=cast.sales)
    cast.do(cast.caretaker, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.caretaker, promise, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    cast.do(cast.caretaker, promise, acts.Accept(answer=Answer.EASIER), at=START + DAY + HOUR)
    found = figures_of(Scope(frozenset([cast.sales.pk])), EVER, NOW)
    assert (found.kept.n, found.counts.own_word) == (0, 1)


def test_the_provider_gains_nothing_by_also_speaking_for_the_customer(cast: Cast, both_sides: Person) -> None:
    """Whatever is accepted by the own side can only leave the kept ones, never the broken ones."""
    cast.accepted()
    late = cast.promised()
    deliver(cast, late, LATE, accept_at=LATE + HOUR, by=both_sides)
    assert (figures(cast).kept.count, figures(cast).kept.n) == (1, 2)


def test_private_promises_are_in_no_figure(cast: Cast) -> None:
    promise = cast.asked(private=True)
    cast.do(cast.lead, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.lead, promise, acts.Renege(words="No."), at=START + DAY)
    assert figures(cast).empty


# --- teams, ties and persons --------------------------------------------------------------------------------------


def test_a_team_with_those_below_it_adds_up(cast: Cast) -> None:
    cast.accepted()
    below = with_teams_below({cast.company.pk, cast.workshop.pk})
    assert cast.workshop.pk in below[cast.company.pk]
    assert below[cast.workshop.pk] == {cast.workshop.pk}
    assert figures_of(Scope(frozenset([cast.company.pk])), EVER, NOW).empty
    whole = figures_of(Scope(below[cast.company.pk]), EVER, NOW)
    each = figures_by_provider(Scope(below[cast.company.pk]), EVER, NOW)
    assert whole == each[cast.workshop.pk] == figures(cast)


def test_by_customer_is_the_tie(cast: Cast) -> None:
    cast.accepted()
    scope = Scope(frozenset([cast.workshop.pk]))
    assert figures_by_customer(scope, EVER, NOW)[cast.dispatch.pk] == figures_of(
        Scope(scope.providers, customer=cast.dispatch.pk), EVER, NOW
    )


def test_what_i_promised_is_what_i_am_responsible_for(cast: Cast) -> None:
    cast.accepted()
    assert figures_of(of_person(cast.provider), EVER, NOW).kept.n == 1
    assert figures_of(of_person(cast.boss), EVER, NOW).empty


def test_a_promise_belongs_to_the_period_in_which_it_ended(cast: Cast) -> None:
    cast.accepted()
    ended = START + DAY + HOUR
    assert figures(cast, period=Period(ended, ended + HOUR, "", "")).kept.n == 1
    assert figures(cast, period=Period(START, ended, "", "")).kept.n == 0


def test_who_may_not_see_the_promises_behind_a_figure_sees_their_number(cast: Cast) -> None:
    cast.accepted()
    scope = Scope(frozenset([cast.workshop.pk]))
    seen, unseen = (behind(person, scope, EVER, "kept", NOW) for person in (cast.boss, cast.outsider))
    assert (len(seen.promises), seen.unseen, seen.all) == (1, 0, 1)
    assert (len(unseen.promises), unseen.unseen, unseen.all) == (0, 1, 1)


def test_silence_counts_from_the_moment_that_was_named(cast: Cast) -> None:
    """Workshop works 9 to 17 UTC. Word was announced by Tuesday 12:00 and came on Wednesday at 10:00."""
    promise = cast.asked(what=terms(due=START + 20 * DAY))
    cast.do(cast.provider, promise, acts.Acknowledge(hear_by=START + DAY + 3 * HOUR), at=START + HOUR)
    assert figures(cast, START + DAY).quiet.time == timedelta(0)
    cast.do(cast.provider, promise, acts.Promise(), at=START + 2 * DAY + HOUR)
    found = figures(cast).quiet
    assert (found.owed, found.never_silent, found.time) == (1, 0, timedelta(hours=6))
    assert START.tzinfo is UTC
