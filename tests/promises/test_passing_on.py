"""No wrong door, through the actions: who sees and does what until an ask is taken on where it was passed on to."""

from __future__ import annotations

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.errors import NotAllowed, NotFound, Overtaken
from kept.core.terms import Side
from kept.ledger import book
from kept.ledger.verifying import verify
from kept.people import actions as people
from kept.people.models import Person
from kept.promises import access, actions, leaving
from kept.promises.desk import desk
from kept.promises.figures.behind import behind
from kept.promises.figures.periods import Period
from kept.promises.figures.scope import of_team
from kept.promises.figures.tally import Tally, tally
from kept.promises.models import ChasePassed, Promise, WordOwed
from kept.promises.story import story

LATER = START + HOUR


def passed(cast: Cast, *, private: bool = False) -> int:
    """Dispatch asked the workshop, which passed it on to billing."""
    promise = cast.asked(private=private)
    actor = cast.lead if private else cast.provider
    cast.do(actor, promise, acts.PassOn(to=cast.billing.pk, words="They write the bills."), at=LATER)
    return promise


def told(cast: Cast, promise: int) -> list[str]:
    """The story as the customer reads it: who, for whom, did what."""
    lines = story(Promise.objects.get(pk=promise), cast.customer, frozenset([Side.CUSTOMER]))
    return [f"{line.who}, for {line.party}, {line.does}" for line in lines]


def test_the_rows_say_who_answers_for_it(cast: Cast) -> None:
    row = Promise.objects.get(pk=passed(cast))
    assert (row.provider_id, row.answerable_id, row.answerable_person_id) == (
        cast.billing.pk, cast.workshop.pk, cast.provider.pk,
    )  # fmt: skip
    assert row.passed_on_at == LATER
    assert verify().clean


def test_it_stays_on_the_desk_of_who_passed_it_on_until_it_is_taken_on(cast: Cast) -> None:
    promise = passed(cast)
    (mine,) = desk(cast.provider, LATER).passed_on.items
    assert mine.need == "You passed it on to Billing; they have not taken it on yet."
    assert not desk(cast.colleague, LATER).passed_on.items
    (theirs,) = desk(cast.outsider, LATER).answers.items
    assert theirs.need.startswith("Workshop passed it on to Billing: “They write the bills.”")
    cast.do(cast.outsider, promise, acts.Acknowledge(hear_by=START + DAY), at=LATER)
    assert not desk(cast.provider, LATER).passed_on.items


def test_who_passed_it_on_may_take_it_back_and_then_answer(cast: Cast) -> None:
    promise = passed(cast)
    with pytest.raises(NotAllowed, match="Take it back first"):
        cast.do(cast.provider, promise, acts.Promise(), at=LATER)
    cast.do(cast.colleague, promise, acts.PassOn(to=cast.workshop.pk, words="We found the time."), at=LATER)
    assert cast.do(cast.provider, promise, acts.Promise(), at=LATER).answerable is None
    assert told(cast, promise)[1:3] == [
        "Provider, for Workshop, passed it on to Billing",
        "Colleague, for Workshop, took it back from Billing",
    ]
    with pytest.raises(NotFound):
        access.promise_for_seeing(cast.outsider, promise)


def test_or_pass_it_to_another_and_stays_answerable(cast: Cast) -> None:
    promise = passed(cast)
    state = cast.do(cast.provider, promise, acts.PassOn(to=cast.sales.pk, words="They sold it."), at=LATER)
    assert (state.provider, state.answerable_party) == (cast.sales.pk, cast.workshop.pk)
    assert told(cast, promise)[-1] == "Provider, for Workshop, passed it on to Sales"


def test_given_back_those_who_give_it_back_answer_until_it_is_taken(cast: Cast) -> None:
    promise = passed(cast)
    state = cast.do(cast.outsider, promise, acts.PassOn(to=cast.workshop.pk, words="Not a bill."), at=LATER)
    assert (state.provider, state.answerable_party) == (cast.workshop.pk, cast.billing.pk)
    (mine,) = desk(cast.provider, LATER).answers.items
    assert "Billing passed it on to Workshop: “Not a bill.”" in mine.need


def test_the_word_that_was_announced_and_the_chases_count_for_those_who_passed_it_on(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.Acknowledge(hear_by=START + DAY), at=START)
    cast.do(cast.provider, promise, acts.PassOn(to=cast.billing.pk, words="Theirs."), at=LATER)
    cast.do(cast.customer, promise, acts.Chase(), at=LATER)
    assert list(WordOwed.objects.filter(until=None).values_list("provider", flat=True)) == [cast.workshop.pk]
    assert list(ChasePassed.objects.values_list("sequence", "provider")) == [(4, cast.workshop.pk)]
    cast.do(cast.outsider, promise, acts.Promise(), at=LATER + HOUR)
    cast.do(cast.customer, promise, acts.Chase(), at=LATER + HOUR)
    row = Promise.objects.get(pk=promise)
    assert (row.chases, row.chases_passed) == (2, 1)
    assert verify().clean


def test_the_figures_of_each_count_their_own_chases(cast: Cast) -> None:
    promise = passed(cast)
    cast.do(cast.customer, promise, acts.Chase(), at=LATER)
    cast.do(cast.outsider, promise, acts.Promise(), at=LATER)
    cast.do(cast.customer, promise, acts.Chase(), at=LATER)
    cast.do(cast.customer, promise, acts.Chase(), at=LATER)
    cast.do(cast.customer, promise, acts.Cancel(), at=LATER)
    period = Period(START - DAY, START + DAY, "both days", "both")
    for team, chases, about in ((cast.workshop, 1, 1), (cast.billing, 2, 1), (cast.sales, 0, 0)):
        found = tally(of_team(team.pk), period, LATER).get(team.pk, Tally())
        assert (found.chases, found.ended + found.chased_passed, found.unchased) == (chases, about, 0)
        assert behind(cast.boss, of_team(team.pk), period, "chases", LATER).all == about


def test_a_row_of_a_chase_that_no_event_gives_is_found(cast: Cast) -> None:
    promise = passed(cast)
    ChasePassed.objects.create(promise_id=promise, sequence=2, provider=cast.workshop)
    assert ["a chase of what was passed on" in each.says for each in verify().differences] == [True]


def test_who_speaks_for_the_passers_is_said_in_the_story(cast: Cast) -> None:
    promise = passed(cast)
    cast.do(cast.colleague, promise, acts.Note(words="They are slow today."), at=LATER)
    cast.do(cast.outsider, promise, acts.Note(words="We are not."), at=LATER)
    assert told(cast, promise)[-2:] == ["Colleague, for Workshop, noted", "Outsider, for Billing, noted"]


def test_a_private_ask_goes_to_the_new_lead_and_stays_with_those_named(cast: Cast) -> None:
    people.join_team(cast.boss, cast.billing, leads=True)
    promise = passed(cast, private=True)
    named = {"customer", "lead", "boss"}
    for name in ("customer", "lead", "boss", "provider", "outsider"):
        person: Person = getattr(cast, name)
        assert access.visible_to(person).filter(pk=promise).exists() is (name in named), name
    state = cast.do(cast.lead, promise, acts.PassOn(to=cast.workshop.pk, words="Ours after all."), at=LATER)
    assert state.answerable is None


def test_who_did_not_see_that_it_was_taken_back_is_told_so_and_a_stranger_is_not(cast: Cast) -> None:
    promise = passed(cast)
    cast.do(cast.provider, promise, acts.PassOn(to=cast.workshop.pk, words="Ours."), at=LATER)
    cast.do(cast.provider, promise, acts.Promise(words="For your eyes."), at=LATER)
    with pytest.raises(Overtaken) as overtaken:
        actions.do(cast.outsider, promise, acts.Promise(), at=LATER, seen=2)
    assert [event.name for event in overtaken.value.changes] == ["promise.passed_on"], "not what came after"
    with pytest.raises(NotFound):
        actions.do(cast.outsider, promise, acts.Promise(), at=LATER, seen=1)
    with pytest.raises(NotFound):
        actions.do(cast.caretaker, promise, acts.Promise(), at=LATER, seen=2)


def test_who_passed_it_on_and_did_not_see_that_it_was_taken_on_is_told_so(cast: Cast) -> None:
    promise = passed(cast)
    cast.do(cast.outsider, promise, acts.Acknowledge(hear_by=START + DAY), at=LATER)
    with pytest.raises(Overtaken):
        actions.do(cast.colleague, promise, acts.PassOn(to=cast.workshop.pk, words="Ours."), at=LATER, seen=2)
    assert len(book.read(promise)) == 3


def test_who_says_for_whom_it_is_said_is_not_believed(cast: Cast) -> None:
    promise = cast.asked()
    claimed = acts.PassOn(to=cast.billing.pk, answerable=cast.sales.pk, words="Not ours.")
    assert cast.do(cast.provider, promise, claimed, at=LATER).answerable_party == cast.workshop.pk
    claimed_note = acts.Note(words="Hello.", answerable=cast.workshop.pk)
    cast.do(cast.customer, promise, claimed_note, at=LATER)
    assert book.read(promise)[-1].act == acts.Note(words="Hello.")


def test_where_the_receiver_leaves_those_who_passed_it_on_stay_answerable(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.PassOn(to=cast.outsider.pk, words="Yours."), at=LATER)
    leaving.leave(cast.outsider, successor=cast.caretaker, at=LATER)
    row = Promise.objects.get(pk=promise)
    assert (row.provider_id, row.answerable_id, row.answerable_person_id) == (
        cast.caretaker.pk, cast.workshop.pk, cast.provider.pk,
    )  # fmt: skip


def test_where_the_person_who_passed_it_on_has_left_their_team_has_it_on_its_desks(cast: Cast) -> None:
    promise = passed(cast)
    leaving.leave(cast.provider, successor=cast.colleague, at=LATER)
    assert [item.promise.pk for item in desk(cast.colleague, LATER).passed_on.items] == [promise]


def test_other_terms_take_it_on_too(cast: Cast) -> None:
    promise = passed(cast)
    state = cast.do(cast.outsider, promise, acts.Counter(terms=terms(due=START + 4 * DAY)), at=LATER)
    assert state.answerable is None
    assert not access.visible_to(cast.colleague).filter(pk=promise).exists()
