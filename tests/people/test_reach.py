"""For whom may each person act, and whose promises does each see?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cast import START, Cast
from kept.people import actions, reach
from kept.people.leaving import leave
from kept.people.models import ACTING, Membership, Party, Person, Reach, Team
from kept.people.reach import organisation_changing

pytestmark = pytest.mark.django_db
SELF, LEAD, MEMBER, LOOKS_AFTER, SUCCESSOR, ABOVE = (str(how) for how in Reach.How)


def reached(person: Person) -> dict[str, str]:
    return {row.party.name: row.how for row in Reach.objects.filter(person=person).select_related("party")}


def test_the_whole_cast(cast: Cast) -> None:
    assert reached(cast.customer) == {"Customer": SELF, "Dispatch": MEMBER}
    assert reached(cast.provider) == {"Provider": SELF, "Workshop": MEMBER}
    assert reached(cast.caretaker) == {"Caretaker": SELF, "Sales": MEMBER, "Outside customer": LOOKS_AFTER}
    assert reached(cast.outsider) == {"Outsider": SELF, "Billing": MEMBER}
    assert reached(cast.lead) == {"Lead": SELF, "Workshop": LEAD, "Provider": ABOVE, "Colleague": ABOVE}
    assert reached(cast.boss) == {
        "Boss": SELF,
        "The company": LEAD,
        "Dispatch": ABOVE,
        "Workshop": ABOVE,
        "Sales": ABOVE,
        "Billing": ABOVE,
        "Outside customer": ABOVE,
        "Lead": ABOVE,
        "Customer": ABOVE,
        "Caretaker": ABOVE,
        "Provider": ABOVE,
        "Colleague": ABOVE,
    }


def test_being_above_lets_a_person_see_and_not_act() -> None:
    assert ABOVE not in {str(how) for how in ACTING}


def test_a_lead_of_a_team_sees_the_teams_below_and_their_customers(cast: Cast) -> None:
    below = actions.add_team(name="Below billing", parent=cast.billing)
    deeper = actions.add_team(name="Deeper", parent=below)
    actions.add_outside_customer(name="Served deep down", looked_after_by=deeper)
    actions.join_team(cast.outsider, cast.billing, leads=True)
    assert reached(cast.outsider) == {
        "Outsider": SELF,
        "Billing": LEAD,
        "Below billing": ABOVE,
        "Deeper": ABOVE,
        "Served deep down": ABOVE,
    }


def test_a_member_does_not_see_the_teams_below(cast: Cast) -> None:
    actions.add_team(name="Below billing", parent=cast.billing)
    assert reached(cast.outsider) == {"Outsider": SELF, "Billing": MEMBER}


def test_a_boss_sees_the_teams_that_a_report_leads(cast: Cast) -> None:
    alone = actions.add_person(name="Alone above")
    actions.set_boss(cast.lead, alone)
    assert reached(alone) == {
        "Alone above": SELF,
        "Lead": ABOVE,
        "Provider": ABOVE,
        "Colleague": ABOVE,
        "Workshop": ABOVE,
    }


def test_the_strongest_way_counts(cast: Cast) -> None:
    """Who leads a team and is above it too acts for it; who is in a team below one they lead acts for both."""
    actions.join_team(cast.boss, cast.workshop)
    assert reached(cast.boss)["Workshop"] == MEMBER
    actions.join_team(cast.boss, cast.sales)
    assert reached(cast.boss)["Outside customer"] == LOOKS_AFTER


def test_a_change_moves_everybody_whom_it_concerns(cast: Cast) -> None:
    actions.set_boss(cast.colleague, cast.customer)
    assert "Colleague" not in reached(cast.lead)
    assert reached(cast.customer)["Colleague"] == ABOVE
    assert reached(cast.boss)["Colleague"] == ABOVE


def test_who_has_left_reaches_nobody_and_is_still_seen(cast: Cast) -> None:
    Person.objects.filter(pk=cast.provider.pk).update(is_active=False)
    reach.rebuild()
    assert reached(cast.provider) == {}
    assert reached(cast.lead)["Provider"] == ABOVE


def test_a_successor_speaks_for_who_has_left(cast: Cast) -> None:
    leave(cast.provider, successor=cast.colleague, at=START)
    assert reached(cast.colleague) == {"Colleague": SELF, "Workshop": MEMBER, "Provider": SUCCESSOR}
    leave(cast.colleague, successor=cast.lead, at=START)
    assert (reached(cast.lead)["Provider"], reached(cast.lead)["Colleague"]) == (SUCCESSOR, SUCCESSOR)
    assert reached(cast.colleague) == {}


def _put_under_billing(cast: Cast) -> None:
    team = actions.add_team(name="Below billing", parent=cast.billing)
    actions.join_team(actions.add_person(name="New", boss=cast.outsider), team, leads=True)


CHANGES: dict[str, Callable[[Cast], object]] = {
    "a new person": lambda cast: actions.add_person(name="New", boss=cast.provider),
    "another boss": lambda cast: actions.set_boss(cast.colleague, cast.customer),
    "no boss": lambda cast: actions.set_boss(cast.lead, None),
    "a new lead": lambda cast: actions.join_team(cast.provider, cast.sales, leads=True),
    "a lead no more": lambda cast: actions.join_team(cast.lead, cast.workshop),
    "out of a team": lambda cast: actions.leave_team(cast.lead, cast.workshop),
    "other members": lambda cast: actions.set_members(cast.workshop, {cast.outsider.pk: cast.outsider}),
    "a team below": _put_under_billing,
    "a lead leaves": lambda cast: leave(cast.lead, successor=cast.provider, at=START),
    "the boss leaves": lambda cast: leave(cast.boss, successor=cast.provider, at=START),
    "one leaves without a successor": lambda cast: leave(cast.boss, successor=None, at=START),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_works_out_what_working_out_everything_would(cast: Cast, change: str) -> None:
    """Only the surroundings of a change are worked out anew; nobody beyond them may have been concerned."""
    CHANGES[change](cast)
    assert reach.rebuild() == 0


def test_a_circle_of_bosses_ends(cast: Cast) -> None:
    """The actions refuse one; where a database holds one all the same, nobody waits for ever."""
    Person.objects.filter(pk=cast.boss.pk).update(boss=cast.provider)
    reach.rebuild()
    assert reached(cast.provider)["Boss"] == ABOVE
    assert reached(cast.boss)["Provider"] == ABOVE
    assert reached(cast.provider)["Provider"] == SELF


def test_a_circle_of_teams_ends(cast: Cast) -> None:
    below = actions.add_team(name="Below billing", parent=cast.billing)
    Team.objects.filter(pk=cast.billing.pk).update(parent=below)
    actions.join_team(cast.outsider, cast.billing, leads=True)
    assert reached(cast.outsider)["Below billing"] == ABOVE


def test_rebuilding_changes_nothing_that_is_right(cast: Cast) -> None:
    before = list(Reach.objects.order_by("pk").values_list())
    assert reach.rebuild() == 0
    assert list(Reach.objects.order_by("pk").values_list()) == before


def test_rebuilding_mends_what_is_wrong(cast: Cast) -> None:
    before = set(Reach.objects.values_list("person", "party", "how"))
    Reach.objects.filter(person=cast.lead).delete()
    Reach.objects.filter(person=cast.boss).update(how=SELF)
    Reach.objects.create(person=cast.outsider, party=cast.workshop, how=LEAD)
    assert reach.rebuild() > 0
    assert set(Reach.objects.values_list("person", "party", "how")) == before


def test_many_changes_are_worked_out_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    real = reach.rebuild
    monkeypatch.setattr(reach, "rebuild", lambda *how, **more: calls.append(1) or real(*how, **more))
    with organisation_changing():
        team = actions.add_team(name="New")
        for number in range(3):
            actions.join_team(actions.add_person(name=f"Person {number}"), team)
        assert not Reach.objects.filter(party=team).exists()
    assert len(calls) == 1
    assert Reach.objects.filter(party=team, how=MEMBER).count() == 3


def test_a_change_that_fails_leaves_everything_as_it_was(cast: Cast) -> None:
    before = (Party.objects.count(), Membership.objects.count(), Reach.objects.count())

    def fail() -> None:
        with organisation_changing():
            actions.join_team(actions.add_person(name="Nobody"), cast.billing)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail()
    assert (Party.objects.count(), Membership.objects.count(), Reach.objects.count()) == before
    actions.add_person(name="Afterwards")  # and the next change is worked out again
    assert Reach.objects.filter(person__name="Afterwards").exists()
