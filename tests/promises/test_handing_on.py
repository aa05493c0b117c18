"""Who takes something on reads in one place what they need to know."""

from __future__ import annotations

import pytest

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.terms import Answer
from kept.ledger import book
from kept.people.models import Person
from kept.promises import access
from kept.promises.files import HandedIn, take_in
from kept.promises.handing_on import NeedToKnow, handed_off, need_to_know
from kept.promises.story import Line, by_sequence

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: object, settings: pytest.FixtureRequest) -> None:
    settings.KEPT_HOME = tmp_path


def lines(promise: int, person: Person) -> dict[int, Line]:
    seen = access.promise_for_seeing(person, promise)
    return by_sequence(seen.promise, book.read(promise), person, seen.sides)


def known(promise: int, person: Person) -> NeedToKnow | None:
    return need_to_know(book.read(promise), lines(promise, person), person.pk)


def test_a_hand_over_carries_the_story_with_its_files(cast: Cast) -> None:
    promise = cast.delivered()
    plan = take_in(cast.customer, promise, HandedIn("missing.txt", "", [b"the plan"]), at=START + DAY)
    later = START + DAY + HOUR
    back = acts.Return(words="Two are missing.", missing=("two chairs",), files=(plan.pk,))
    cast.do(cast.customer, promise, back, at=later)
    cast.do(cast.provider, promise, acts.Update(words="One is made."), at=later)
    cast.do(cast.provider, promise, acts.HandOver(to=cast.colleague.pk, words="The wood is in hall 2."), at=later)

    need = known(promise, cast.colleague)
    assert need is not None
    assert (need.handed.who, need.handed.words) == ("Provider", "The wood is in hall 2.")
    assert need.came_back is not None
    assert need.came_back.missing == ("two chairs",)
    assert need.heard is not None
    assert need.heard.words == "One is made."
    assert need.asked is not None
    assert need.asked.words == "Two are missing."
    assert need.files == (plan,)
    assert known(promise, cast.provider) is None
    cast.do(cast.colleague, promise, acts.Deliver(easier=Answer.EASIER), at=later)
    assert known(promise, cast.colleague) is None


def test_the_delivery_that_stands_is_shown_and_one_that_went_back_is_not(cast: Cast) -> None:
    promise = cast.delivered()
    standing = handed_off(book.read(promise), lines(promise, cast.customer))
    assert standing is not None
    assert standing.who == "Provider"
    cast.do(cast.customer, promise, acts.Return(words="Two are missing."), at=START + DAY + HOUR)
    assert handed_off(book.read(promise), lines(promise, cast.customer)) is None
