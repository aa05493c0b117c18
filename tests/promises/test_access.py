"""Who sees what of a promise, and who may act in it."""

from __future__ import annotations

import pytest

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed, NotFound
from kept.core.terms import Answer, Side
from kept.ledger.verifying import verify
from kept.people import actions as people
from kept.people.models import Person
from kept.people.reach import rebuild
from kept.promises import access
from kept.promises.access import View
from kept.promises.models import Promise
from kept.promises.story import story

pytestmark = pytest.mark.django_db
C, P = Side.CUSTOMER, Side.PROVIDER
EVERYBODY = ("customer", "provider", "colleague", "lead", "boss", "caretaker", "outsider")
NOBODY: frozenset[Side] = frozenset()


def seen(cast: Cast, promise: int) -> dict[str, tuple[str, frozenset[Side]]]:
    """What each of the cast sees: how much, and the sides they act for; who is missing is told there is none."""
    found = {}
    for name in EVERYBODY:
        try:
            one = access.promise_for_seeing(getattr(cast, name), promise)
        except NotFound:
            continue
        found[name] = (str(one.view), one.sides)
    return found


def full(*sides: Side) -> tuple[str, frozenset[Side]]:
    return ("full", frozenset(sides))


OUTLINE = ("outline", NOBODY)


def test_both_sides_and_those_above_see_it_whole(cast: Cast) -> None:
    assert seen(cast, cast.promised()) == {
        "customer": full(C),
        "provider": full(P),
        "colleague": full(P),
        "lead": full(P),
        "boss": full(),
    }


def test_between_two_persons_their_teams_see_nothing(cast: Cast) -> None:
    promise = cast.asked(customer=cast.customer, provider=cast.provider)
    assert seen(cast, promise) == {"customer": full(C), "provider": full(P), "lead": full(), "boss": full()}


def test_the_team_that_looks_after_an_outside_customer_acts_for_them(cast: Cast) -> None:
    promise = cast.asked(by=cast.caretaker, customer=cast.outside)
    assert seen(cast, promise)["caretaker"] == full(C)
    assert "customer" not in seen(cast, promise)


def test_inside_one_team_a_member_acts_for_both_sides(cast: Cast) -> None:
    promise = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.colleague)
    assert seen(cast, promise)["colleague"] == full(C, P)


def test_a_stranger_and_a_promise_that_is_not_there_look_the_same(cast: Cast) -> None:
    promise = cast.promised()
    with pytest.raises(NotFound) as hidden:
        access.promise_for_seeing(cast.outsider, promise)
    with pytest.raises(NotFound) as absent:
        access.promise_for_seeing(cast.outsider, promise + 1000)
    assert str(hidden.value) == str(absent.value)


def test_who_has_left_sees_nothing_more(cast: Cast) -> None:
    promise = cast.asked(provider=cast.workshop)
    Person.objects.filter(pk=cast.colleague.pk).update(is_active=False)
    rebuild()
    assert "colleague" not in seen(cast, promise)


def test_who_was_brought_in_sees_it_and_may_not_act(cast: Cast) -> None:
    promise = cast.promised()
    cast.do(cast.provider, promise, acts.Escalate(to=cast.outsider.pk, words="Help us decide."), at=START + 2 * HOUR)
    assert seen(cast, promise)["outsider"] == full()


def test_a_team_that_passed_it_on_sees_it_until_it_is_taken_on_and_who_acted_does_for_good(cast: Cast) -> None:
    promise = cast.asked()
    cast.do(cast.provider, promise, acts.PassOn(to=cast.billing.pk, words="Theirs."), at=START + HOUR)
    untaken = seen(cast, promise)
    assert untaken["provider"] == untaken["colleague"] == untaken["lead"] == untaken["outsider"] == full(P)
    cast.do(cast.outsider, promise, acts.Acknowledge(hear_by=START + DAY), at=START + 2 * HOUR)
    assert seen(cast, promise) == {"customer": full(C), "provider": full(), "boss": full(), "outsider": full(P)}


# --- chains: those up and down see state and dates ----------------------------------------------------------------


def chain(cast: Cast) -> tuple[int, int, int]:
    """Dispatch waits for the workshop, which relies on sales, which relies on billing; gives the three promises."""
    last = cast.promised()
    middle = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.sales)
    first = cast.asked(by=cast.caretaker, customer=cast.sales, provider=cast.billing)
    cast.do(cast.caretaker, middle, acts.Promise(), at=START + HOUR)
    cast.do(cast.caretaker, middle, acts.Link(relies_on=first), at=START + 2 * HOUR)
    cast.do(cast.provider, last, acts.Link(relies_on=middle), at=START + 2 * HOUR)
    return last, middle, first


def test_those_up_and_down_the_chain_see_an_outline(cast: Cast) -> None:
    last, middle, first = chain(cast)
    assert seen(cast, first)["customer"] == OUTLINE  # two links down the line
    assert seen(cast, middle)["customer"] == OUTLINE
    assert seen(cast, last)["outsider"] == OUTLINE  # and two links up
    assert seen(cast, last)["caretaker"] == OUTLINE


def test_not_sideways_to_another_branch(cast: Cast) -> None:
    _last, _middle, first = chain(cast)
    stranger = people.add_person(name="Stranger")
    other = cast.asked(by=cast.outsider, customer=cast.billing, provider=stranger)
    cast.do(stranger, other, acts.Promise(), at=START + HOUR)
    people.join_team(stranger, cast.billing)
    cast.do(cast.outsider, first, acts.Promise(), at=START + 3 * HOUR)
    people.leave_team(stranger, cast.billing)
    side = cast.asked(by=cast.caretaker, customer=cast.sales, provider=stranger)
    cast.do(stranger, side, acts.Promise(), at=START + 3 * HOUR)
    cast.do(cast.caretaker, side, acts.Link(relies_on=first), at=START + 4 * HOUR)
    assert access.promise_for_seeing(stranger, first).view is View.OUTLINE
    with pytest.raises(NotFound):  # `side` and the chain's middle both rely on `first`; neither relies on the other
        access.promise_for_seeing(stranger, _middle)


def test_who_sees_an_outline_may_not_act(cast: Cast) -> None:
    _last, _middle, first = chain(cast)
    with pytest.raises(NotAllowed):
        cast.do(cast.customer, first, acts.Note(words="Hello."), at=START + 5 * HOUR)


def test_a_private_link_is_not_seen_along_the_chain(cast: Cast) -> None:
    last = cast.promised()
    private = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.caretaker, private=True)
    cast.do(cast.provider, last, acts.Link(relies_on=private), at=START + 2 * HOUR)
    assert "customer" not in seen(cast, private)


# --- private: its named participants alone ------------------------------------------------------------------------


def test_a_private_promise_between_persons_is_theirs_alone(cast: Cast) -> None:
    promise = cast.asked(customer=cast.customer, provider=cast.provider, private=True)
    assert seen(cast, promise) == {"customer": full(C), "provider": full(P)}


def test_a_private_ask_of_a_team_is_seen_by_its_lead_until_somebody_has_it(cast: Cast) -> None:
    promise = cast.asked(private=True)
    assert seen(cast, promise) == {"customer": full(C), "lead": full(P)}
    cast.do(cast.lead, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.lead, promise, acts.HandOver(to=cast.colleague.pk), at=START + 2 * HOUR)
    assert seen(cast, promise) == {"customer": full(C), "lead": full(P), "colleague": full(P)}


def test_a_private_promise_cannot_be_acted_in_by_the_rest_of_the_team(cast: Cast) -> None:
    promise = cast.asked(private=True)
    with pytest.raises(NotFound):
        cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)


def test_the_lead_no_longer_sees_what_is_private_once_anybody_of_the_team_is_named(cast: Cast) -> None:
    """Whoever is named there answers for it; it need not be the one who has it."""
    promise = cast.asked(private=True)
    let = acts.Note(words="The workshop's part in it.", to=cast.provider.pk)
    cast.do(cast.customer, promise, let, at=START + HOUR)
    assert seen(cast, promise) == {"customer": full(C), "provider": full(P)}
    assert set(access.visible_to(cast.lead)) == set()


def test_who_asks_of_their_own_team_is_not_named_for_it(cast: Cast) -> None:
    people.join_team(cast.customer, cast.workshop)
    promise = cast.asked(private=True)
    assert "lead" in seen(cast, promise)


def test_what_is_private_is_asked_of_a_person_where_nobody_leads_the_team(cast: Cast) -> None:
    unled = people.add_team(name="Unled")
    with pytest.raises(Incomplete, match=r"Nobody leads Unled.*ask a person by name"):
        cast.asked(provider=unled, private=True)
    assert not Promise.objects.exists()
    promise = cast.asked(private=True)
    with pytest.raises(Incomplete, match="ask a person by name"):
        cast.do(cast.lead, promise, acts.PassOn(to=unled.pk, words="Theirs."), at=START + HOUR)
    cast.asked(provider=unled)  # what everybody of a team sees needs no lead


@pytest.mark.parametrize("state", ["asked", "promised", "delivered", "accepted"])
@pytest.mark.parametrize("by", ["customer", "provider"])
def test_either_side_lets_a_named_person_see_what_is_private(cast: Cast, state: str, by: str) -> None:
    promise = cast.asked(provider=cast.provider, private=True)
    steps = (
        (cast.provider, acts.Promise()), (cast.provider, acts.Deliver(easier=Answer.EASIER)),
        (cast.customer, acts.Accept(answer=Answer.EASIER)),
    )  # fmt: skip
    for number, (who, act) in enumerate(steps[: ["asked", "promised", "delivered", "accepted"].index(state)], start=1):
        cast.do(who, promise, act, at=START + number * HOUR)
    assert "outsider" not in seen(cast, promise)
    let = acts.Note(words="You know about this.", to=cast.outsider.pk)
    with pytest.raises(NotFound):
        cast.do(cast.colleague, promise, let, at=START + DAY)
    cast.do(getattr(cast, by), promise, let, at=START + DAY)
    assert seen(cast, promise) == {"customer": full(C), "provider": full(P), "outsider": full()}
    row = Promise.objects.select_related("customer", "provider").get(pk=promise)
    assert story(row, cast.outsider, frozenset())[-1].does == "let Outsider read this"
    with pytest.raises(NotAllowed):  # who may read it lets nobody else in
        cast.do(cast.outsider, promise, acts.Note(words="You too.", to=cast.boss.pk), at=START + 2 * DAY)
    assert verify().clean


def test_only_a_person_is_let_in_and_only_where_it_is_private(cast: Cast) -> None:
    private = cast.asked(provider=cast.provider, private=True)
    with pytest.raises(Incomplete, match="Let a person see it, by name"):
        cast.do(cast.customer, private, acts.Note(words="Look.", to=cast.billing.pk), at=START + HOUR)
    with pytest.raises(Incomplete, match="It is not private"):
        cast.do(cast.customer, cast.asked(), acts.Note(words="Look.", to=cast.outsider.pk), at=START + HOUR)


# --- the restriction of a query says the same as the road to one promise ------------------------------------------


def test_visible_to_and_the_one_road_agree(cast: Cast) -> None:
    promises = [
        cast.promised(), cast.asked(private=True), cast.asked(customer=cast.customer, provider=cast.provider),
        cast.asked(by=cast.caretaker, customer=cast.outside), *chain(cast),
        cast.asked(by=cast.outsider, customer=cast.billing, provider=cast.caretaker, private=True),
    ]  # fmt: skip
    for name in EVERYBODY:
        person = getattr(cast, name)
        whole = {pk for pk in promises if seen(cast, pk).get(name, ("", NOBODY))[0] == "full"}
        assert set(access.visible_to(person).values_list("pk", flat=True)) == whole, name


def test_nobody_who_sees_may_act_for_a_side_that_is_not_theirs(cast: Cast) -> None:
    promise = cast.promised()
    for name, act in (("boss", acts.Note(words="Well done.")), ("outsider", acts.Note(words="Hello."))):
        wanted = NotAllowed if name == "boss" else NotFound
        with pytest.raises(wanted):
            cast.do(getattr(cast, name), promise, act, at=START + 2 * HOUR)
