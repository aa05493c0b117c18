"""The conversations of two directories, Entra ID and Okta, in the shapes that their documentation shows."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from api.directory import ENTERPRISE, GROUP, LIST, USER, Directory
from kept.people.models import Person, Team

pytestmark = pytest.mark.django_db


def person(key: str) -> Person:
    return Person.objects.get(pk=key)


# --- Entra ID -----------------------------------------------------------------------------------------------------


def entra_user(name: str) -> dict[str, Any]:
    return {
        "schemas": [USER, ENTERPRISE],
        "externalId": str(uuid4()),
        "userName": f"{name}@example.onmicrosoft.example",
        "active": True,
        "emails": [{"primary": True, "type": "work", "value": f"{name}@example.com"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": f"{name.title()} Example", "familyName": "Example", "givenName": name.title()},
        "roles": [],
    }


def test_entra_tests_its_connection(directory: Directory) -> None:
    answer = directory.ask("Users", f'userName eq "{uuid4()}"')
    assert answer.status == 200
    assert answer.data == {
        "schemas": [LIST],
        "totalResults": 0,
        "startIndex": 1,
        "itemsPerPage": 0,
        "Resources": [],
    }


def test_entra_keeps_a_user(directory: Directory) -> None:
    body = entra_user("mara")
    key, external = directory.post("Users", body).data["id"], body["externalId"]
    seen = directory.ask("Users", f'externalId eq "{external}"').data["Resources"][0]
    assert (seen["id"], seen["userName"], seen["active"]) == (key, body["userName"], True)

    answer = directory.patch(
        f"Users/{key}",
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "mara.new@example.com"},
        {"op": "Replace", "path": "name.familyName", "value": "Newname"},
        {"op": "Add", "path": "title", "value": "Driver"},
        {"op": "Add", "path": f"{ENTERPRISE}:employeeNumber", "value": "701"},
        {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "+1 555 0100"},
    )
    assert answer.status == 200, answer.raw
    kept = person(key)
    assert (kept.email, kept.name, kept.title, kept.number) == (
        "mara.new@example.com", "Mara Newname", "Driver", "701",
    )  # fmt: skip


def test_entra_replaces_without_a_path(directory: Directory) -> None:
    key = directory.post("Users", entra_user("mara")).data["id"]
    value = {
        "displayName": "M. Example",
        'emails[type eq "work"].value': "m@example.com",
        "name.givenName": "Em",
        f"{ENTERPRISE}:employeeNumber": "702",
        f"{ENTERPRISE}:department": "Dispatch",
    }
    assert directory.patch(f"Users/{key}", {"op": "replace", "value": value}).status == 200
    kept = person(key)
    assert (kept.name, kept.email, kept.number) == ("M. Example", "m@example.com", "702")
    assert directory.get(f"Users/{key}").data["name"]["givenName"] == "Em"


@pytest.mark.parametrize("no", [False, "False", "false", [{"$ref": None, "value": "False"}]])
@pytest.mark.parametrize("path", [True, False])
def test_entra_disables_a_user(directory: Directory, no: Any, path: bool) -> None:
    key = directory.post("Users", entra_user("mara")).data["id"]
    operation = {"op": "Replace", "path": "active", "value": no} if path else {"op": "Replace", "value": {"active": no}}
    assert directory.patch(f"Users/{key}", operation).data["active"] is False
    assert not person(key).is_active
    assert directory.get(f"Users/{key}").data["active"] is False
    assert directory.patch(f"Users/{key}", {"op": "Replace", "path": "active", "value": "True"}).data["active"] is True


MANAGERS: dict[str, Any] = {
    "the bare id": lambda boss: boss,
    "an object": lambda boss: {"value": boss},
    "a list": lambda boss: [{"$ref": f"http://testserver/scim/v2/Users/{boss}", "value": boss}],
    "the user name": lambda boss: "boss@example.onmicrosoft.example",
}


@pytest.mark.parametrize("shape", MANAGERS)
def test_entra_sets_the_manager(directory: Directory, shape: str) -> None:
    boss = directory.post("Users", entra_user("boss")).data["id"]
    key = directory.post("Users", entra_user("mara")).data["id"]
    value = MANAGERS[shape](boss)
    answer = directory.patch(f"Users/{key}", {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": value})
    assert answer.status == 200, answer.raw
    assert str(person(key).boss_id) == boss
    directory.patch(f"Users/{key}", {"op": "Remove", "path": f"{ENTERPRISE}:manager"})
    assert person(key).boss is None


def test_entra_takes_away_what_a_user_no_longer_has(directory: Directory) -> None:
    key = directory.post("Users", entra_user("mara") | {"title": "Driver"}).data["id"]
    directory.patch(f"Users/{key}", {"op": "Remove", "path": "title"})
    assert person(key).title == ""
    assert "title" not in directory.get(f"Users/{key}").data


def test_entra_keeps_a_group(directory: Directory) -> None:
    mara, emil = (directory.post("Users", entra_user(name)).data["id"] for name in ("mara", "emil"))
    body = {
        "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": str(uuid4()),
        "displayName": "Dispatch",
        "meta": {"resourceType": "Group"},
    }
    key = directory.post("Groups", body).data["id"]
    seen = directory.ask("Groups", 'displayName eq "Dispatch"', excludedAttributes="members").data["Resources"]
    assert [each["id"] for each in seen] == [key]
    assert "members" not in seen[0]
    assert "members" not in directory.get(f"Groups/{key}?excludedAttributes=members").data

    both = [{"$ref": None, "value": mara}, {"$ref": None, "value": emil}]
    assert directory.patch(f"Groups/{key}", {"op": "Add", "path": "members", "value": both}).status == 204
    assert Team.objects.get(pk=key).memberships.count() == 2
    # Entra removes one by naming it in the value; taken to the letter that would empty the group.
    directory.patch(f"Groups/{key}", {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": emil}]})
    assert [str(each.person_id) for each in Team.objects.get(pk=key).memberships.all()] == [mara]
    directory.patch(f"Groups/{key}", {"op": "Replace", "path": "displayName", "value": "Shipping"})
    assert Team.objects.get(pk=key).name == "Shipping"
    assert directory.delete(f"Groups/{key}").status == 204


# --- Okta ---------------------------------------------------------------------------------------------------------


def okta_user() -> dict[str, Any]:
    return {
        "schemas": [USER],
        "userName": "test.user@example.local",
        "name": {"givenName": "Test", "familyName": "User"},
        "emails": [{"primary": True, "value": "test.user@example.local", "type": "work"}],
        "displayName": "Test User",
        "locale": "en-US",
        "externalId": "00u00000000000000001",
        "groups": [],
        "password": "never-kept",
        "active": True,
    }


def test_okta_keeps_a_user(directory: Directory) -> None:
    asked = directory.ask("Users", 'userName eq "test.user@example.local"', startIndex="1", count="100")
    assert asked.data["totalResults"] == 0
    made = directory.post("Users", okta_user())
    assert made.status == 201
    assert "password" not in made.data
    key = made.data["id"]
    assert not person(key).has_usable_password()

    whole = directory.get(f"Users/{key}").data
    whole["name"] |= {"givenName": "Another"}
    whole["displayName"] = "Another User"
    whole["emails"][0]["value"] = "another.user@example.local"
    put = directory.put(f"Users/{key}", whole)
    assert put.status == 200, put.raw
    assert (person(key).name, person(key).email) == ("Another User", "another.user@example.local")
    assert put.data["groups"] == []

    off = directory.patch(f"Users/{key}", {"op": "replace", "value": {"active": False}})
    assert (off.status, off.data["active"]) == (200, False)
    on = directory.put(f"Users/{key}", whole | {"active": True})
    assert on.data["active"] is True


def test_okta_pages_through_everybody(directory: Directory) -> None:
    for number in range(3):
        directory.user(f"user{number}@example.local")
    seen: list[str] = []
    start = 1
    while True:
        answer = directory.get(f"Users?startIndex={start}&count=2").data
        seen += [each["userName"] for each in answer["Resources"]]
        start += answer["itemsPerPage"]
        if start > answer["totalResults"]:
            break
    assert len(seen) == len(set(seen)) == 4


def test_okta_pushes_a_group(directory: Directory) -> None:
    one, two = directory.user("one@example.local"), directory.user("two@example.local")
    key = directory.post("Groups", {"schemas": [GROUP], "displayName": "Dispatch", "members": []}).data["id"]
    renamed = {"op": "replace", "value": {"id": key, "displayName": "Shipping"}}
    assert directory.patch(f"Groups/{key}", renamed).status == 204
    assert Team.objects.get(pk=key).name == "Shipping"
    directory.patch(
        f"Groups/{key}",
        {"op": "replace", "path": "members", "value": [{"value": one, "display": "one@example.local"}]},
    )
    directory.patch(
        f"Groups/{key}",
        {"op": "remove", "path": f'members[value eq "{one}"]'},
        {"op": "add", "path": "members", "value": [{"value": two, "display": "two@example.local"}]},
    )
    assert [each["value"] for each in directory.get(f"Groups/{key}").data["members"]] == [two]
    put = directory.put(
        f"Groups/{key}",
        {"schemas": [GROUP], "id": key, "displayName": "Shipping", "members": [{"value": one, "display": "one"}]},
    )
    assert [each["value"] for each in put.data["members"]] == [one]
