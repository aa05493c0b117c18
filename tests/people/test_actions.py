"""Who works here: each change of the organisation, and what it refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from cast import Cast
from kept.core.errors import Incomplete, Refused
from kept.people import actions
from kept.people.models import Membership, OutsideCustomer, Party, Person, Reach, Team
from kept.people.queries import acting_for, may_act_for, parties_like

pytestmark = pytest.mark.django_db


def test_a_person_is_added() -> None:
    person = actions.add_person(name="  New   person ", email="New@Example.com", title=" Driver ")
    person.refresh_from_db()
    assert (person.name, person.email, person.title) == ("New person", "New@example.com", "Driver")
    assert (person.kind, person.is_active, person.is_staff) == (Party.Kind.PERSON, True, False)
    assert not person.has_usable_password()
    assert [party.pk for party in acting_for(person)] == [person.pk]


def test_a_person_needs_no_address_and_two_may_share_a_name() -> None:
    one, other = actions.add_person(name="Same name"), actions.add_person(name="Same name")
    assert one.email is None
    assert one.pk != other.pk


@pytest.mark.parametrize("name", ["", "   ", "\n"])
def test_a_name_is_needed(name: str, cast: Cast) -> None:
    for add in (
        lambda: actions.add_person(name=name),
        lambda: actions.add_team(name=name),
        lambda: actions.add_outside_customer(name=name, looked_after_by=cast.sales),
    ):
        with pytest.raises(Incomplete) as refusal:
            add()
        assert refusal.value.field == "name"


def test_a_long_name_is_refused() -> None:
    actions.add_person(name="x" * 120)
    with pytest.raises(Incomplete, match="120"):
        actions.add_person(name="x" * 121)


def test_an_address_is_taken_once_whatever_its_capitals(cast: Cast) -> None:
    with pytest.raises(Refused, match="is here already"):
        actions.add_person(name="Second", email="CUSTOMER@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=cast.lead.pk).update(email="Customer@EXAMPLE.com")


def test_a_team_name_is_taken_once_whatever_its_capitals(cast: Cast) -> None:
    """Also between teams and outside customers, who stand beside each other on the map."""
    for taken, kind in (("  workSHOP", "a team called Workshop"), ("OUTSIDE  customer", "an outside customer called")):
        with pytest.raises(Refused, match=kind):
            actions.add_team(name=taken)
        with pytest.raises(Refused, match=kind):
            actions.add_outside_customer(name=taken, looked_after_by=cast.sales)
    actions.add_person(name="Workshop")  # people may be called as they like


def test_the_boss_changes(cast: Cast) -> None:
    actions.set_boss(cast.provider, cast.boss)
    assert list(cast.lead.reports.all()) == [cast.colleague]
    actions.set_boss(cast.provider, None)
    assert Person.objects.get(pk=cast.provider.pk).boss is None


def test_nobody_is_their_own_boss(cast: Cast) -> None:
    with pytest.raises(Refused, match="own boss"):
        actions.set_boss(cast.boss, cast.boss)
    with pytest.raises(Refused, match="own boss"):
        actions.set_boss(cast.boss, cast.provider)  # the provider reports to the lead, who reports to the boss
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=cast.boss.pk).update(boss=cast.boss)
    assert Person.objects.get(pk=cast.boss.pk).boss is None


def test_joining_twice_is_joining_once(cast: Cast) -> None:
    first = actions.join_team(cast.provider, cast.billing)
    again = actions.join_team(cast.provider, cast.billing, leads=True)
    assert first.pk == again.pk
    assert Membership.objects.get(pk=first.pk).leads
    assert Reach.objects.get(person=cast.provider, party=cast.billing).how == Reach.How.LEAD


def test_leaving_a_team_ends_acting_for_it(cast: Cast) -> None:
    assert may_act_for(cast.provider, cast.workshop.pk)
    actions.leave_team(cast.provider, cast.workshop)
    assert not may_act_for(cast.provider, cast.workshop.pk)
    actions.leave_team(cast.provider, cast.workshop)  # and leaving again changes nothing


def test_a_refused_change_changes_nothing(cast: Cast) -> None:
    before = (list(Reach.objects.order_by("pk").values_list()), Party.objects.count())
    for attempt in (
        lambda: actions.add_person(name="Second", email="customer@example.com"),
        lambda: actions.set_boss(cast.boss, cast.provider),
        lambda: actions.add_team(name="Workshop"),
        lambda: actions.add_outside_customer(name="", looked_after_by=cast.sales),
    ):
        with pytest.raises(Refused):
            attempt()
    assert (list(Reach.objects.order_by("pk").values_list()), Party.objects.count()) == before


def test_who_has_left_is_not_offered(cast: Cast) -> None:
    assert cast.outsider.pk in parties_like("outsid").values_list("pk", flat=True)
    Person.objects.filter(pk=cast.outsider.pk).update(is_active=False)
    found = set(parties_like("outsid").values_list("name", flat=True))
    assert found == {"Outside customer"}


def test_everybody_is_one_kind_of_party(cast: Cast) -> None:
    kinds = set(Party.objects.values_list("pk", "kind"))
    assert kinds == (
        {(pk, "person") for pk in Person.objects.values_list("pk", flat=True)}
        | {(pk, "team") for pk in Team.objects.values_list("pk", flat=True)}
        | {(pk, "outside") for pk in OutsideCustomer.objects.values_list("pk", flat=True)}
    )
