"""Credits: everyone behind what was thanked for, each as far as they may know of it, told once."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.complaints import actions
from kept.complaints.credits.chain import credits_of
from kept.complaints.credits.lately import lately
from kept.complaints.credits.thanked import to_tell
from kept.complaints.models import Thanks
from kept.core import acts
from kept.core.errors import NotFound
from kept.core.terms import Answer
from kept.notify import following
from kept.notify.models import Notice
from kept.people.models import Party, Person

THEN = START + 3 * DAY
pytestmark = pytest.mark.django_db


def made(cast: Cast, by: Person, promise: int, *, at: datetime) -> int:
    """The provider takes it on in an hour, gives word and delivers it after two; a day and 22 hours early."""
    cast.do(by, promise, acts.Promise(), at=at + HOUR)
    cast.do(by, promise, acts.Update(words="Half of it is there."), at=at + HOUR)
    cast.do(by, promise, acts.Deliver(easier=Answer.EASIER), at=at + 2 * HOUR)
    return promise


@pytest.fixture
def sheet(cast: Cast) -> int:
    """The workshop made dispatch a route sheet, and sales had made the workshop a list for it, of billing's figures."""
    sheet = cast.asked()
    cast.do(cast.provider, sheet, acts.Promise(), at=START + HOUR)
    lists = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.sales, what=terms("The list"))
    figures = cast.asked(by=cast.caretaker, customer=cast.sales, provider=cast.billing, what=terms("The figures"))
    cast.do(cast.provider, sheet, acts.Link(relies_on=lists), at=START + HOUR)
    cast.do(cast.caretaker, lists, acts.Promise(), at=START + HOUR)
    cast.do(cast.caretaker, lists, acts.Link(relies_on=figures), at=START + HOUR)
    made(cast, cast.outsider, figures, at=START)
    cast.do(cast.caretaker, lists, acts.Deliver(easier=Answer.EASIER), at=START + 3 * HOUR)
    cast.do(cast.provider, lists, acts.Accept(answer=Answer.EASIER), at=START + 3 * HOUR)
    cast.do(cast.provider, sheet, acts.HandOver(to=cast.colleague.pk), at=START + 4 * HOUR)
    cast.do(cast.colleague, sheet, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    cast.do(cast.customer, sheet, acts.Accept(answer=Answer.EASIER), at=START + DAY)
    return sheet


@pytest.fixture
def thanks(cast: Cast, sheet: int) -> Thanks:
    return actions.thank(cast.customer, sheet, "The drivers left on time!", at=THEN)


def test_the_thanked_see_everyone_behind_it_nearest_first(cast: Cast, thanks: Thanks) -> None:
    found = credits_of(cast.provider, thanks.pk)
    assert found.words == "The drivers left on time!"
    assert [(one.steps, one.team, one.what, one.named) for one in found.chain] == [
        (0, "Workshop", "The route sheet", True),
        (1, "Sales", "The list", True),
        (2, "Billing", "what Sales got from them", False),
    ]
    sheet, lists, figures = found.chain
    assert [(deed.words, deed.names) for deed in sheet.deeds] == [
        ("took it on within an hour", ("Provider",)),
        ("took it over", ("Colleague",)),
        ("delivered it a day early", ("Colleague",)),
        ("nothing came back", ()),
    ]
    assert lists.people == ("Caretaker",)
    assert [deed.words for deed in figures.deeds] == ["delivered it 2 days early"]
    assert figures.people == ()


def test_who_never_met_the_customer_sees_the_way_there_and_no_words(cast: Cast, thanks: Thanks) -> None:
    found = credits_of(cast.outsider, thanks.pk)
    assert found.words is None
    assert [(one.team, one.what, one.mine) for one in found.chain] == [
        ("Workshop", "what Dispatch got from them", False),
        ("Sales", "what Workshop got from them", False),
        ("Billing", "The figures", True),
    ]
    assert [one.people for one in found.chain[:2]] == [(), ()]


def test_everyone_is_told_their_own_part(cast: Cast, thanks: Thanks) -> None:
    told = {str(one.reader): (one.met, one.says) for one in to_tell(thanks)}
    assert set(told) == {"Provider", "Colleague", "Caretaker", "Outsider"}
    met, says = told["Outsider"]
    assert not met
    assert says == (
        "You never met them, but Dispatch said thanks for what Workshop did. You had a part in it, “The figures”: you "
        "took it on within an hour, gave word before anybody had to ask and delivered it 2 days early."
    )
    assert told["Colleague"][0]
    assert "never met" not in told["Colleague"][1]


def test_what_came_later_and_what_is_private_to_others_is_no_part_of_it(cast: Cast, sheet: int) -> None:
    private = cast.asked(
        by=cast.provider, customer=cast.provider, provider=cast.outsider, private=True, what=terms("Secret")
    )
    later = cast.asked(
        by=cast.provider, customer=cast.workshop, provider=cast.sales, what=terms("Too late", due=THEN + 2 * DAY)
    )
    cast.do(cast.customer, sheet, acts.Reopen(words="One more."), at=START + DAY + HOUR)
    for one in (private, later):
        cast.do(cast.provider, sheet, acts.Link(relies_on=one), at=START + DAY + HOUR)
    made(cast, cast.outsider, private, at=START + DAY + HOUR)
    thanks = actions.thank(cast.customer, sheet, "Good.", at=THEN)
    made(cast, cast.caretaker, later, at=THEN)
    every = {one.what for one in credits_of(cast.colleague, thanks.pk).chain}
    assert not every & {"Secret", "Too late", "what Provider got from them"}
    assert "Secret" in {one.what for one in credits_of(cast.provider, thanks.pk).chain}


def test_a_stranger_finds_nothing(cast: Cast) -> None:
    thanks = actions.thank(cast.customer, cast.accepted(), "Good.", at=THEN)
    for number in (thanks.pk, 999_999):
        with pytest.raises(NotFound):
            credits_of(cast.outsider, number)
    for_nothing = actions.thank_to(
        cast.customer, Party.objects.get(pk=cast.workshop.pk), "All year!", customer=cast.dispatch, at=THEN
    )
    assert credits_of(cast.provider, for_nothing.pk).chain == ()
    with pytest.raises(NotFound):
        credits_of(cast.outsider, for_nothing.pk)


def test_lately_shows_ones_own_thanks_first_then_what_one_had_a_part_in(cast: Cast, thanks: Thanks) -> None:
    own = lately(cast.provider, cast.workshop, now=THEN + DAY)
    assert [(one.thanks, one.part) for one in own] == [(thanks, None)]
    for party in (cast.billing, cast.outsider):
        received = lately(cast.outsider, party, now=THEN + DAY)
        assert [(one.thanks, one.part and one.part.what) for one in received] == [(thanks, "The figures")]
    assert lately(cast.customer, cast.billing, now=THEN + DAY) == []  # dispatch does not see what billing gave sales
    assert lately(cast.provider, cast.workshop, now=THEN + 91 * DAY) == []


def test_each_is_told_once_and_the_thanked_as_before(cast: Cast, thanks: Thanks) -> None:
    while following.follow_some(now=THEN + HOUR):
        pass
    credited = Notice.objects.filter(key=f"credit:{thanks.pk}")
    assert sorted(str(one.reader) for one in credited) == ["Caretaker", "Outsider", "Provider"]
    assert {one.page for one in credited} == {f"/thanks/{thanks.pk}/"}
    assert {one.words for one in credited} == {""}
    direct = Notice.objects.get(reader=cast.colleague, words="The drivers left on time!")
    assert direct.promise_id == thanks.promise_id
