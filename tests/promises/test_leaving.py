"""Somebody leaves: their story stays, and what they have open goes on without a silent partner."""

from __future__ import annotations

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.errors import Refused
from kept.core.terms import Answer, Side
from kept.ledger import verifying
from kept.people import actions as people
from kept.people.leaving import come_back, usual_successor
from kept.people.models import Leaving, Membership, Person
from kept.people.queries import acting_for
from kept.promises import access, actions, leaving
from kept.promises.desk import desk
from kept.promises.leaving import Handing, How
from kept.promises.models import Participant, Promise
from kept.promises.story import story

pytestmark = pytest.mark.django_db
LATER = START + 3 * HOUR


def promise(key: int) -> Promise:
    return Promise.objects.get(pk=key)


def last(key: int) -> tuple[str, str]:
    """The last sentence of a promise's story, and the words with it."""
    line = story(promise(key), Person.objects.get(name="Lead"), frozenset(Side))[-1]
    return f"{line.who} {line.does}", line.words


def handed(handings: tuple[Handing, ...]) -> list[tuple[int, Side, str | None, How]]:
    return [(each.promise.pk, each.side, each.to.name if each.to else None, each.how) for each in handings]


def on_desk(person: Person) -> dict[str, list[int]]:
    mine = desk(person, LATER)
    return {
        name: [item.promise.pk for item in getattr(mine, name).items]
        for name in ("answers", "owed", "awaited", "with_them")
    }


def test_a_promise_goes_to_the_successor_with_its_story(cast: Cast) -> None:
    key = cast.promised()
    left = leaving.leave(cast.provider, successor=cast.colleague, at=LATER, by=cast.boss)
    assert handed(left.handings) == [(key, Side.PROVIDER, "Colleague", How.TAKEN_OVER)]
    assert promise(key).responsible == cast.colleague
    assert last(key) == ("Colleague took it over", "Provider has left; Colleague takes this on.")
    assert on_desk(cast.colleague)["owed"] == [key]
    assert [line.who for line in story(promise(key), Person.objects.get(name="Lead"), frozenset(Side))] == [
        "Customer",
        "Provider",
        "Colleague",
    ]
    cast.do(cast.colleague, key, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    assert verifying.verify().clean


def test_who_left_works_here_no_longer(cast: Cast) -> None:
    cast.promised()
    leaving.leave(cast.lead, successor=cast.colleague, at=LATER, by=cast.boss)
    cast.lead.refresh_from_db()
    assert not cast.lead.is_active
    assert not cast.lead.memberships.exists()
    row = Leaving.objects.get()
    assert (row.person, row.successor, row.confirmed_by, row.at) == (cast.lead, cast.colleague, cast.boss, LATER)
    assert row.memberships == [{"team": cast.workshop.pk, "leads": True}]
    assert {each.name for each in cast.boss.reports.filter(is_active=True)} >= {"Provider", "Colleague"}
    with pytest.raises(Refused, match="left already"):
        leaving.leave(cast.lead, successor=None, at=LATER)


def test_without_a_boss_the_reports_go_to_the_successor(cast: Cast) -> None:
    leaving.leave(cast.boss, successor=cast.provider, at=LATER)
    above = {each.name: each.boss and each.boss.name for each in Person.objects.filter(is_active=True)}
    assert above == {
        "Provider": None, "Lead": "Provider", "Customer": "Provider", "Caretaker": "Provider", "Colleague": "Lead",
        "Outsider": None,
    }  # fmt: skip


@pytest.mark.parametrize("state", ["countered", "delivered", "new terms"])
def test_where_nothing_can_be_handed_over_the_successor_says_who_has_it(cast: Cast, state: str) -> None:
    if state == "countered":
        key = cast.asked()
        cast.do(cast.provider, key, acts.Counter(terms=terms(due=START + 4 * DAY)), at=START + HOUR)
        how, place = How.TOLD, "with_them"
    elif state == "delivered":
        key = cast.promised()
        cast.do(cast.provider, key, acts.Deliver(easier=Answer.EASIER), at=START + 2 * HOUR)
        how, place = How.TOLD, "with_them"
    else:
        key = cast.promised()
        cast.do(cast.customer, key, acts.Propose(terms=terms(due=START + 4 * DAY)), at=START + 2 * HOUR)
        how, place = How.TAKEN_OVER, "answers"
    left = leaving.leave(cast.provider, successor=cast.colleague, at=LATER)
    assert [each.how for each in left.handings] == [how]
    assert "Provider has left" in last(key)[1]
    assert key in on_desk(cast.colleague)[place]
    assert verifying.verify().clean


def test_what_was_asked_in_person_is_passed_on_and_answered_by_the_successor(cast: Cast) -> None:
    key = cast.asked(provider=cast.provider)
    left = leaving.leave(cast.provider, successor=cast.outsider, at=LATER)
    assert [each.how for each in left.handings] == [How.PASSED_ON]
    assert promise(key).provider_id == cast.outsider.pk
    assert last(key)[1] == "Provider has left; Outsider answers this."
    cast.do(cast.outsider, key, acts.Promise(), at=LATER + HOUR)


def test_what_was_promised_in_person_is_the_successors_to_keep_or_renegotiate(cast: Cast) -> None:
    key = cast.asked(provider=cast.provider)
    cast.do(cast.provider, key, acts.Promise(), at=START + HOUR)
    leaving.leave(cast.provider, successor=cast.outsider, at=LATER)
    assert promise(key).provider_id == cast.provider.pk, "who promised stays on record"
    assert on_desk(cast.outsider)["owed"] == [key]
    cast.do(cast.outsider, key, acts.Propose(terms=terms(due=START + 5 * DAY)), at=LATER + HOUR)
    cast.do(cast.customer, key, acts.Agree(), at=LATER + 2 * HOUR)
    cast.do(cast.outsider, key, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    assert verifying.verify().clean


def test_what_was_asked_for_is_awaited_by_the_successor(cast: Cast) -> None:
    own = cast.asked(customer=cast.customer)
    team = cast.promised()
    people.join_team(cast.outsider, cast.dispatch)
    left = leaving.leave(cast.customer, successor=cast.outsider, at=LATER)
    assert handed(left.handings) == [
        (own, Side.CUSTOMER, "Outsider", How.TOLD), (team, Side.CUSTOMER, "Outsider", How.TOLD),
    ]  # fmt: skip
    assert last(own)[1] == "Customer has left; Outsider speaks for them in this now."
    assert last(team)[1] == "Customer has left; Outsider speaks for Dispatch in this now."
    assert on_desk(cast.outsider)["awaited"] == [own, team]
    cast.do(cast.outsider, own, acts.Withdraw(), at=LATER + HOUR)
    cast.do(cast.provider, team, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    assert on_desk(cast.outsider)["answers"] == [team]
    cast.do(cast.outsider, team, acts.Accept(answer=Answer.EASIER), at=START + DAY + HOUR)


def test_a_successor_of_another_team_takes_what_was_in_person_and_the_team_the_rest(cast: Cast) -> None:
    of_team = cast.promised()
    in_person = cast.asked(provider=cast.provider)
    left = leaving.leave(cast.provider, successor=cast.outsider, at=LATER)
    assert handed(left.handings) == [
        (of_team, Side.PROVIDER, "Lead", How.TAKEN_OVER), (in_person, Side.PROVIDER, "Outsider", How.PASSED_ON),
    ]  # fmt: skip
    assert left.handings[0].why == "Outsider does not act for Workshop; Lead does."


def test_a_team_without_a_lead_gives_it_to_somebody_who_is_in_it(cast: Cast) -> None:
    key = cast.promised()
    people.leave_team(cast.lead, cast.workshop)
    left = leaving.leave(cast.provider, successor=cast.outsider, at=LATER)
    assert handed(left.handings) == [(key, Side.PROVIDER, "Colleague", How.TAKEN_OVER)]


def test_nobody_to_take_over_is_said_and_put_right_later(cast: Cast) -> None:
    in_person = cast.asked(provider=cast.outsider)
    left = leaving.leave(cast.outsider, successor=None, at=LATER)
    assert [(each.to, each.how) for each in left.handings] == [(None, How.LIES)]
    assert leaving.open_without_successor() == [cast.outsider]
    with pytest.raises(Refused):
        leaving.hand_on(cast.outsider, cast.outsider, at=LATER)
    with pytest.raises(Refused, match="has not left"):
        leaving.hand_on(cast.lead, cast.provider, at=LATER)
    leaving.hand_on(cast.outsider, cast.lead, at=LATER)
    assert promise(in_person).provider_id == cast.lead.pk
    assert leaving.open_without_successor() == []


def test_a_team_that_is_empty_now_is_named(cast: Cast) -> None:
    key = cast.asked(provider=cast.billing)
    cast.do(cast.outsider, key, acts.Promise(), at=START + HOUR)
    left = leaving.leave(cast.outsider, successor=cast.lead, at=LATER)
    assert left.handings[0].why == "Nobody acts for Billing; put somebody in it."
    people.join_team(cast.colleague, cast.billing)
    assert on_desk(cast.colleague)["owed"] == [key], "whoever comes into the team finds it"
    cast.do(cast.colleague, key, acts.Deliver(easier=Answer.EASIER), at=START + DAY)


# --- private ones -------------------------------------------------------------------------------------------------


def test_a_private_matter_of_ones_own_goes_to_nobody(cast: Cast) -> None:
    own = cast.asked(customer=cast.customer, private=True)
    asked_of = cast.asked(by=cast.lead, customer=cast.lead, provider=cast.customer, private=True)
    left = leaving.leave(cast.customer, successor=cast.colleague, at=LATER)
    assert sorted(handed(left.handings)) == [
        (own, Side.CUSTOMER, None, How.STAYS), (asked_of, Side.PROVIDER, None, How.STAYS),
    ]  # fmt: skip
    for key in (own, asked_of):
        assert not access.visible_to(cast.colleague).filter(pk=key).exists()
        assert not Participant.objects.filter(promise=key, person=cast.colleague).exists()
    cast.do(cast.lead, own, acts.Decline(words="You have left; ask anew if you need it."), at=LATER + HOUR)


def test_a_private_promise_of_a_team_names_the_successor_and_nobody_else(cast: Cast) -> None:
    key = cast.asked(private=True)
    cast.do(cast.lead, key, acts.Promise(), at=START + HOUR)
    assert not access.visible_to(cast.colleague).filter(pk=key).exists()
    leaving.leave(cast.lead, successor=cast.colleague, at=LATER, by=cast.boss)
    assert promise(key).responsible == cast.colleague
    assert access.visible_to(cast.colleague).filter(pk=key).exists()
    assert not access.visible_to(cast.boss).filter(pk=key).exists(), "who confirmed it learns nothing by it"
    assert verifying.verify().clean


def test_a_private_promise_is_given_to_no_chance_member(cast: Cast) -> None:
    key = cast.asked(private=True)
    cast.do(cast.lead, key, acts.Promise(), at=START + HOUR)
    left = leaving.leave(cast.lead, successor=cast.outsider, at=LATER)
    assert [(each.to, each.how) for each in left.handings] == [(None, How.LIES)]
    assert promise(key).responsible == cast.lead


# --- around it ----------------------------------------------------------------------------------------------------


def test_looking_ahead_changes_nothing_and_foretells_what_happens(cast: Cast) -> None:
    cast.promised()
    cast.asked(provider=cast.provider)
    before = list(Promise.objects.order_by("pk").values())
    ahead = leaving.foreseen(cast.provider, cast.colleague)
    assert list(Promise.objects.order_by("pk").values()) == before
    left = leaving.leave(cast.provider, successor=cast.colleague, at=LATER)
    assert handed(tuple(ahead)) == handed(left.handings)


def test_what_has_ended_is_left_alone(cast: Cast) -> None:
    key = cast.accepted()
    sequence = promise(key).sequence
    assert leaving.leave(cast.provider, successor=cast.colleague, at=START + 3 * DAY).handings == ()
    assert promise(key).sequence == sequence


def test_several_leave_at_once_or_none(cast: Cast) -> None:
    key = cast.promised()
    both = [leaving.Leaver(cast.provider, cast.colleague), leaving.Leaver(cast.colleague, cast.colleague)]
    with pytest.raises(Refused):
        leaving.leave_all(both, at=LATER)
    assert Person.objects.get(pk=cast.provider.pk).is_active
    assert promise(key).responsible == cast.provider
    both = [leaving.Leaver(cast.provider, cast.colleague), leaving.Leaver(cast.colleague, cast.lead)]
    cast.provider.refresh_from_db()
    leaving.leave_all(both, at=LATER)
    assert promise(key).responsible == cast.lead, "the successor's successor"


def test_a_chain_of_successors_speaks_for_the_first(cast: Cast) -> None:
    key = cast.asked(provider=cast.outsider)
    cast.do(cast.outsider, key, acts.Promise(), at=START + HOUR)
    leaving.leave(cast.outsider, successor=cast.provider, at=LATER)
    leaving.leave(cast.provider, successor=cast.colleague, at=LATER + HOUR)
    assert promise(key).responsible == cast.colleague
    cast.do(cast.colleague, key, acts.Deliver(easier=Answer.EASIER), at=START + DAY)


def test_who_comes_back_is_in_their_teams_and_what_was_handed_on_stays(cast: Cast) -> None:
    key = cast.promised()
    leaving.leave(cast.provider, successor=cast.colleague, at=LATER)
    come_back(cast.provider, at=LATER + DAY)
    assert Membership.objects.filter(person=cast.provider, team=cast.workshop).exists()
    assert promise(key).responsible == cast.colleague
    assert cast.provider not in [party.person for party in acting_for(cast.colleague).filter(kind="person")]
    leaving.leave(cast.provider, successor=cast.lead, at=LATER + 2 * DAY)
    assert Leaving.objects.filter(person=cast.provider).count() == 2


def test_nothing_new_is_asked_in_the_name_of_who_has_left(cast: Cast) -> None:
    leaving.leave(cast.outsider, successor=cast.lead, at=LATER)
    assert "Outsider" not in [party.name for party in acting_for(cast.lead)]
    with pytest.raises(Refused, match="has left"):
        actions.open_promise(
            cast.lead,
            acts.Ask(customer=cast.outsider.pk, provider=cast.workshop.pk, terms=terms(due=LATER + DAY)),
            at=LATER,
        )


@pytest.mark.parametrize("who", ["somebody who left", "the last administrator"])
def test_who_cannot_leave_or_take_over(cast: Cast, who: str) -> None:
    if who == "somebody who left":
        leaving.leave(cast.outsider, successor=None, at=LATER)
        cast.outsider.refresh_from_db()
        with pytest.raises(Refused, match="has left"):
            leaving.leave(cast.provider, successor=cast.outsider, at=LATER)
    else:
        people.set_administrator(cast.provider, administrator=True)
        with pytest.raises(Refused, match="last administrator"):
            leaving.leave(cast.provider, successor=cast.lead, at=LATER)
    assert Person.objects.get(pk=cast.provider.pk).is_active


def test_who_takes_over_where_nobody_is_named(cast: Cast) -> None:
    assert usual_successor(cast.provider) == cast.lead
    assert usual_successor(cast.outsider) is None
    people.set_boss(cast.provider, None)
    assert usual_successor(cast.provider) == cast.lead, "who leads the team"
