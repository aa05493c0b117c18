"""Asked for help and brought in by name: who sees it, since when, what ends it; also where the promise is private."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed
from kept.core.terms import Answer
from kept.ledger import book
from kept.ledger.verifying import verify
from kept.people.models import Person
from kept.promises import actions
from kept.promises.access import promise_for_seeing
from kept.promises.asked_for_help import help_asked_of
from kept.promises.brought_in import brought_into, so_far, waiting_for, whom_to_bring_in
from kept.promises.models import Promise
from kept.promises.story import story

pytestmark = pytest.mark.django_db
LATER = START + 5 * HOUR


def helped(cast: Cast) -> int:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.AskHelp(words="Two hands."), at=START + 2 * HOUR)
    return promise


def escalated(cast: Cast, to: Person, *, by: Person | None = None, private: bool = False) -> int:
    promise = cast.asked(private=private)
    cast.do(cast.lead, promise, acts.Promise(), at=START + HOUR)
    act = acts.Escalate(to=to.pk, words="Please find us a van.")
    cast.do(by or cast.lead, promise, act, at=START + 2 * HOUR)
    return promise


def test_help_stands_on_the_desk_of_the_lead_until_it_ends(cast: Cast) -> None:
    promise = helped(cast)
    (asked,) = help_asked_of(cast.lead)
    assert (asked.promise.pk, asked.by, asked.since, asked.words) == (
        promise,
        "Provider",
        START + 2 * HOUR,
        "Two hands.",
    )
    assert (asked.answered_by, asked.answered_at) == ("", None)
    for other in (cast.provider, cast.colleague, cast.customer, cast.outsider):
        assert not help_asked_of(other)
    cast.do(cast.lead, promise, acts.Note(words="Who could come?"), at=START + 3 * HOUR)
    (asked,) = help_asked_of(cast.lead)
    assert (asked.answered_by, asked.answered_at) == ("Lead", START + 3 * HOUR)
    cast.do(cast.provider, promise, acts.AskHelp(words="Today, please."), at=START + 4 * HOUR)
    (asked,) = help_asked_of(cast.lead)
    assert (asked.words, asked.answered_by) == ("Today, please.", "")
    cast.do(cast.lead, promise, acts.HandOver(to=cast.colleague.pk), at=LATER)
    assert not help_asked_of(cast.lead)


@pytest.mark.parametrize(
    "ending",
    [
        acts.HandOver(to=0),
        acts.Update(words="They came.", expected=START + 30 * HOUR),
        acts.Deliver(easier=Answer.EASIER),
        acts.Renege(words="It cannot be done."),
    ],
    ids=lambda act: act.name,
)
def test_what_ends_it(cast: Cast, ending: acts.Act) -> None:
    promise = helped(cast)
    act = acts.HandOver(to=cast.colleague.pk) if isinstance(ending, acts.HandOver) else ending
    cast.do(cast.provider, promise, act, at=LATER)
    assert not help_asked_of(cast.lead)


def test_new_terms_agreed_end_it(cast: Cast) -> None:
    promise = helped(cast)
    cast.do(cast.provider, promise, acts.Propose(terms=terms(due=START + 9 * DAY)), at=LATER)
    assert help_asked_of(cast.lead)
    cast.do(cast.customer, promise, acts.Agree(), at=LATER)
    assert not help_asked_of(cast.lead)


def test_a_lead_who_asks_is_heard_by_their_boss_and_the_unanswered_stand_first(cast: Cast) -> None:
    answered, own = helped(cast), cast.asked()
    cast.do(cast.lead, answered, acts.Note(words="I come."), at=START + 3 * HOUR)
    cast.do(cast.lead, own, acts.Promise(), at=START + HOUR)
    cast.do(cast.lead, own, acts.AskHelp(words="A van."), at=START + 4 * HOUR)
    assert [each.promise.pk for each in help_asked_of(cast.boss)] == [own]
    unanswered = helped(cast)
    assert [each.promise.pk for each in help_asked_of(cast.lead)] == [unanswered, answered]


def test_whom_to_bring_in_is_proposed_with_the_reason(cast: Cast) -> None:
    promise = Promise.objects.get(pk=cast.promised())
    found = {each.person.name: each.why for each in whom_to_bring_in(promise, cast.provider)}
    assert found == {"Lead": "leads Workshop, which promised it"}
    by_customer = {each.person.name: each.why for each in whom_to_bring_in(promise, cast.customer)}
    assert by_customer == {"Lead": "leads Workshop, which promised it", "Boss": "is your boss"}
    by_lead = {each.person.name: each.why for each in whom_to_bring_in(promise, cast.lead)}
    assert by_lead == {"Boss": "is your boss"}


def test_who_is_brought_in_reads_all_and_answers_even_where_it_is_private(cast: Cast) -> None:
    promise = escalated(cast, cast.outsider, private=True)
    assert promise_for_seeing(cast.outsider, promise).promise.pk == promise
    (waiting,) = waiting_for(cast.outsider)
    assert (waiting.by, waiting.words, waiting.at) == ("Lead", "Please find us a van.", START + 2 * HOUR)
    with pytest.raises(Incomplete, match="Write the note first"):
        actions.answer_as_brought_in(cast.outsider, promise, " ", at=LATER)
    with pytest.raises(NotAllowed):
        actions.do(cast.outsider, promise, acts.Deliver(easier=Answer.EASIER), at=LATER)
    actions.answer_as_brought_in(cast.outsider, promise, "The van comes at noon.", at=LATER)
    assert not waiting_for(cast.outsider)
    (was,) = brought_into(Promise.objects.get(pk=promise), book.read(promise))
    assert (was.name, was.by, was.answered) == ("Outsider", "Lead", True)
    assert Promise.objects.get(pk=promise).heard_at == LATER  # for the side that brought them in
    assert not verify().differences


def test_only_who_was_brought_in_answers_there_and_by_their_own_side(cast: Cast) -> None:
    promise = escalated(cast, cast.boss, by=cast.customer)
    for other in (cast.outsider, cast.colleague, cast.customer):
        with pytest.raises(NotAllowed):
            actions.answer_as_brought_in(other, promise, "Me too.", at=LATER)
    assert actions.answer_as_brought_in(cast.boss, promise, "I have read it.", at=LATER).heard_at == START + HOUR
    other = escalated(cast, cast.provider, by=cast.customer)
    assert actions.answer_as_brought_in(cast.provider, other, "I see to it.", at=LATER).heard_at == LATER


def test_what_is_over_waits_for_nobody_and_asked_again_waits_again(cast: Cast) -> None:
    promise = escalated(cast, cast.boss)
    actions.answer_as_brought_in(cast.boss, promise, "Noon.", at=START + 3 * HOUR)
    cast.do(cast.customer, promise, acts.Escalate(to=cast.boss.pk, words="It is past noon."), at=START + 4 * HOUR)
    assert [each.words for each in waiting_for(cast.boss)] == ["It is past noon."]
    cast.do(cast.customer, promise, acts.Cancel(), at=LATER)
    assert not waiting_for(cast.boss)


def test_the_story_so_far_is_one_screen_of_what_counts(cast: Cast) -> None:
    promise = escalated(cast, cast.boss)
    for at in range(5):
        cast.do(cast.customer, promise, acts.Note(words="By the way."), at=LATER)
        cast.do(cast.customer, promise, acts.Chase(), at=LATER + at * HOUR)
    for at in range(3):
        cast.do(cast.provider, promise, acts.Propose(terms=terms(due=START + (5 + at) * DAY)), at=LATER + 9 * HOUR)
        cast.do(cast.customer, promise, acts.Refuse(), at=LATER + 9 * HOUR)
    lines = so_far(story(Promise.objects.get(pk=promise), cast.boss, frozenset()))
    assert [line.does for line in lines] == ["had to ask how it stands"] * 3 + ["proposed new terms"] * 3


def test_the_desk_lines_cost_the_same_however_many_there_are(cast: Cast) -> None:
    def queries() -> tuple[int, int]:
        counts = []
        for look, person in ((help_asked_of, cast.lead), (waiting_for, cast.boss)):
            with CaptureQueriesContext(connection) as captured:
                assert look(person)
            counts.append(len(captured))
        return counts[0], counts[1]

    helped(cast)
    escalated(cast, cast.boss)
    assert queries() == (2, 1)
    for _ in range(10):
        helped(cast)
        escalated(cast, cast.boss)
    assert queries() == (2, 1)
