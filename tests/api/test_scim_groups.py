"""SCIM groups: teams and who is in them."""

from __future__ import annotations

from typing import Any

import pytest

from api.directory import GROUP, Directory
from api.test_scim_users import refused
from kept.people import actions
from kept.people.models import Membership, Person, Reach, Team

pytestmark = pytest.mark.django_db


def members(directory: Directory, key: str) -> list[str]:
    return [each["value"] for each in directory.get(f"Groups/{key}").data["members"]]


def found(directory: Directory, filter_: str) -> list[str]:
    answer = directory.ask("Groups", filter_)
    assert answer.status == 200, answer.raw
    return [each["displayName"] for each in answer.data["Resources"]]


def test_a_group_is_brought(directory: Directory) -> None:
    mara = directory.user("mara@example.com")
    body = {"schemas": [GROUP], "displayName": "Dispatch", "externalId": "g-1", "members": [{"value": mara}]}
    made = directory.post("Groups", body)
    assert made.status == 201
    assert made.headers["Location"].endswith(f"/scim/v2/Groups/{made.data['id']}")
    assert made.data["members"] == [
        {
            "value": mara,
            "display": "mara@example.com",
            "type": "User",
            "$ref": f"http://testserver/scim/v2/Users/{mara}",
        }
    ]
    team = Team.objects.get(pk=made.data["id"])
    assert team.name == "Dispatch"
    assert Reach.objects.filter(person=mara, party=team, how="member").exists()
    assert directory.get(f"Users/{mara}").data["groups"][0]["display"] == "Dispatch"


def test_a_team_that_is_here_is_linked_once(directory: Directory) -> None:
    team = actions.add_team(name="Dispatch", purpose="Sends the vans, so that customers have what they bought")
    lead = actions.add_person(name="Lead")
    actions.join_team(lead, team, leads=True)
    made = directory.post("Groups", {"displayName": "dispatch"})
    assert (made.status, made.data["id"]) == (201, str(team.pk))
    team.refresh_from_db()
    assert (team.name, members(directory, str(team.pk))) == ("dispatch", [str(lead.pk)])
    refused(directory.post("Groups", {"displayName": "Dispatch"}), 409, "uniqueness")


def test_a_name_of_an_outside_customer_is_refused(directory: Directory) -> None:
    actions.add_outside_customer(name="Cycling club", looked_after_by=actions.add_team(name="Sales"))
    refused(directory.post("Groups", {"displayName": "Cycling club"}), 409, "uniqueness")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"displayName": ""},
        {"displayName": None},
        {"displayName": 7},
        {"displayName": "x" * 121},
        {"displayName": "x", "members": "all"},
        {"displayName": "x", "members": [{"display": "Mara"}]},
        {"displayName": "x", "members": [{"value": "999999"}]},
        {"displayName": "x", "members": [{"value": {"deep": 1}}]},
        {"displayName": "x", "members": [None]},
    ],
)
def test_what_no_group_can_be_is_refused_and_leaves_nothing(directory: Directory, body: dict[str, Any]) -> None:
    refused(directory.post("Groups", body), 400, "invalidValue")
    assert not Team.objects.exists()


def test_groups_are_found(directory: Directory) -> None:
    mara = directory.user("mara@example.com")
    key = directory.group("Dispatch", mara)
    directory.group("Sales")
    assert found(directory, 'displayName eq "dispatch"') == ["Dispatch"]
    assert found(directory, 'displayName ne "dispatch"') == ["Sales"]
    assert found(directory, f'members eq "{mara}"') == ["Dispatch"]
    assert found(directory, f'members[value eq "{mara}" and type eq "User"]') == ["Dispatch"]
    assert found(directory, f'id eq "{key}" and members eq "{mara}"') == ["Dispatch"]
    assert found(directory, f'id eq "{key}" and members eq "1{mara}"') == []
    assert found(directory, "externalId pr") == []
    refused(directory.ask("Groups", 'userName eq "x"'), 400, "invalidFilter")


def test_members_come_and_go_by_patch(directory: Directory) -> None:
    one, two, three = (directory.user(name) for name in ("one", "two", "three"))
    key = directory.group("Dispatch", one)
    actions.join_team(Person.objects.get(pk=one), Team.objects.get(pk=key), leads=True)

    added = directory.patch(
        f"Groups/{key}", {"op": "add", "path": "members", "value": [{"value": two}, {"value": one}]}
    )
    assert (added.status, added.raw) == (204, b"")
    assert members(directory, key) == [one, two]
    directory.patch(f"Groups/{key}", {"op": "remove", "path": f'members[value eq "{two}"]'})
    assert members(directory, key) == [one]
    directory.patch(f"Groups/{key}", {"op": "replace", "path": "members", "value": [{"value": three}, {"value": one}]})
    assert members(directory, key) == [one, three]
    assert Membership.objects.get(person=one).leads  # who leads is Kept's to say
    directory.patch(f"Groups/{key}", {"op": "remove", "path": "members"})
    assert members(directory, key) == []


def test_a_put_without_members_keeps_them(directory: Directory) -> None:
    one = directory.user("one")
    key = directory.group("Dispatch", one)
    assert directory.put(f"Groups/{key}", {"displayName": "Shipping"}).data["displayName"] == "Shipping"
    assert members(directory, key) == [one]
    assert directory.put(f"Groups/{key}", {"displayName": "Shipping", "members": []}).data["members"] == []


def test_who_has_left_is_in_no_group(directory: Directory) -> None:
    gone = directory.user("gone", active=False)
    key = directory.group("Dispatch", gone)
    assert members(directory, key) == []


def test_a_deleted_group_stays_as_a_team_without_members(directory: Directory) -> None:
    one = directory.user("one")
    key = directory.group("Dispatch", one)
    assert directory.delete(f"Groups/{key}").status == 204
    refused(directory.get(f"Groups/{key}"), 404)
    assert found(directory, 'displayName eq "Dispatch"') == []
    assert not Team.objects.get(pk=key).memberships.exists()
    assert directory.group("Dispatch", one) == key


def test_a_version_changes_with_the_members(directory: Directory) -> None:
    one, two = directory.user("one"), directory.user("two")
    key = directory.group("Dispatch", one)
    version = directory.get(f"Groups/{key}").headers["ETag"]
    assert directory.get(f"Groups/{key}?excludedAttributes=members", If_None_Match=version).status == 304
    directory.patch(
        f"Groups/{key}",
        {"op": "remove", "path": f'members[value eq "{one}"]'},
        {"op": "add", "path": "members", "value": [{"value": two}]},
    )
    assert directory.get(f"Groups/{key}", If_None_Match=version).status == 200
    stale = directory.put(f"Groups/{key}", {"displayName": "Other"}, If_Match=version)
    refused(stale, 412)


@pytest.mark.parametrize("key", ["0", "abc", "9" * 40])
def test_no_such_group(directory: Directory, key: str) -> None:
    refused(directory.get(f"Groups/{key}"), 404)
    refused(directory.patch(f"Groups/{key}", {"op": "replace", "path": "displayName", "value": "x"}), 404)
    mara = directory.user("mara")
    refused(directory.get(f"Groups/{mara}"), 404)
