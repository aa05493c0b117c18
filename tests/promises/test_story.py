"""What the story of a promise shows to whom."""

from __future__ import annotations

import pytest

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.terms import Answer
from kept.people import actions as people
from kept.people.models import Person
from kept.promises.access import promise_for_seeing
from kept.promises.story import Line, story

WORDS = "The legs wobble, but we can work."


def told(person: Person, promise: int) -> list[Line]:
    seen = promise_for_seeing(person, promise)
    return story(seen.promise, person, seen.sides)


@pytest.mark.parametrize(("signed", "reads"), [(False, {"customer"}), (True, {"customer", "provider", "lead", "boss"})])
def test_an_impression_is_its_authors_unless_it_is_signed(cast: Cast, signed: bool, reads: set[str]) -> None:
    promise = cast.delivered()
    accept = acts.Accept(answer=Answer.PARTLY, words=WORDS, signed=signed)
    cast.do(cast.customer, promise, accept, at=START + DAY + HOUR)
    found = {role for role in ("customer", "provider", "lead", "boss") if told(getattr(cast, role), promise)[-1].words}
    assert found == reads
    answers = {
        role for role in ("customer", "provider", "lead", "boss") if told(getattr(cast, role), promise)[-1].answer
    }
    assert answers == reads


def test_who_acts_for_both_sides_reads_as_the_provider_does(cast: Cast) -> None:
    promise = cast.delivered()
    cast.do(cast.customer, promise, acts.Accept(answer=Answer.NO, words=WORDS), at=START + DAY + HOUR)
    people.join_team(cast.colleague, cast.dispatch)
    assert not told(cast.colleague, promise)[-1].words
    people.join_team(cast.customer, cast.workshop)
    assert told(cast.customer, promise)[-1].words == WORDS, "the author reads their own words"


def test_a_promise_that_this_one_relies_on_is_named_only_to_those_who_see_it(cast: Cast) -> None:
    promise = cast.promised()
    upstream = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.sales)
    cast.do(cast.provider, promise, acts.Link(relies_on=upstream), at=START + 2 * HOUR)
    assert "The route sheet" in told(cast.provider, promise)[-1].does
    assert "another promise" in told(cast.customer, promise)[-1].does
