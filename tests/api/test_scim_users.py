"""SCIM users: bringing, finding, changing and taking leave of people."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.directory import ENTERPRISE, ERROR, LIST, USER, Directory, administrator
from cast import Cast
from kept.ledger import verifying
from kept.people import actions
from kept.people.models import DirectoryLink, Leaving, Person, Reach
from kept.promises.leaving import open_without_successor
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
WHOLE: dict[str, Any] = {
    "schemas": [USER, ENTERPRISE],
    "userName": "mara@example.com",
    "externalId": "0a21f0f2",
    "name": {"givenName": "Mara", "familyName": "Example"},
    "displayName": "Mara Example",
    "title": "Driver",
    "active": True,
    "emails": [
        {"value": "private@example.org", "type": "home", "primary": True},
        {"value": "mara.work@example.com", "type": "work"},
    ],
    ENTERPRISE: {"employeeNumber": "701", "department": "Dispatch"},
}


def person(key: str) -> Person:
    return Person.objects.get(pk=key)


def found(directory: Directory, filter_: str) -> list[str]:
    answer = directory.ask("Users", filter_)
    assert answer.status == 200, answer.raw
    return [each["userName"] for each in answer.data["Resources"]]


def refused(answer: Any, status: int, kind: str | None = None) -> None:
    assert answer.status == status, answer.raw
    assert answer.headers["Content-Type"] == "application/scim+json"
    assert answer.data["schemas"] == [ERROR]
    assert answer.data["status"] == str(status)
    assert answer.data.get("scimType") == kind
    assert answer.data["detail"]


def test_a_user_is_brought(directory: Directory) -> None:
    made = directory.post("Users", WHOLE)
    assert made.status == 201
    assert made.headers["Content-Type"] == "application/scim+json"
    data = made.data
    assert made.headers["Location"] == data["meta"]["location"] == f"http://testserver/scim/v2/Users/{data['id']}"
    assert made.headers["ETag"] == data["meta"]["version"]
    assert data["meta"]["resourceType"] == "User"
    assert data["emails"] == [{"value": "mara.work@example.com", "type": "work", "primary": True}]
    assert data["name"] == {"formatted": "Mara Example", "givenName": "Mara", "familyName": "Example"}
    assert data[ENTERPRISE] == {"employeeNumber": "701"}
    assert directory.get(f"Users/{data['id']}").data == data
    kept = person(data["id"])
    assert (kept.name, kept.email, kept.title, kept.number) == (
        "Mara Example", "mara.work@example.com", "Driver", "701",
    )  # fmt: skip
    assert not kept.has_usable_password()
    assert not kept.is_staff
    assert Reach.objects.filter(person=kept, party=kept, how="self").exists()


def test_a_name_is_found_in_what_there_is(directory: Directory) -> None:
    assert person(directory.user("one@example.com")).name == "one@example.com"
    assert person(directory.user("two@example.com", name={"formatted": "Two Example"})).name == "Two Example"
    parts = {"givenName": "Three", "familyName": "Example"}
    assert person(directory.user("three@example.com", name=parts)).name == "Three Example"


def test_a_user_without_addresses_signs_in_by_a_user_name_that_is_one(directory: Directory) -> None:
    assert person(directory.user("mara@example.com")).email == "mara@example.com"
    assert person(directory.user("no-address")).email is None


@pytest.mark.parametrize("name", ["mara@example.com", "MARA@EXAMPLE.COM"])
def test_a_second_user_of_one_name_is_refused(directory: Directory, name: str) -> None:
    directory.user("mara@example.com")
    refused(directory.post("Users", {"userName": name}), 409, "uniqueness")


def test_a_second_user_with_one_address_or_number_is_refused(directory: Directory) -> None:
    directory.post("Users", WHOLE)
    refused(directory.post("Users", WHOLE | {"userName": "other"}), 409, "uniqueness")
    number = {"userName": "third", ENTERPRISE: {"employeeNumber": "701"}}
    refused(directory.post("Users", number), 409, "uniqueness")
    assert Person.objects.count() == 2


def test_somebody_who_came_by_a_file_is_found_and_linked(directory: Directory) -> None:
    here = actions.add_person(name="Mara Example", email="mara.work@example.com")
    assert found(directory, 'userName eq "mara.work@example.com"') == ["mara.work@example.com"]
    made = directory.post("Users", WHOLE)
    assert (made.status, made.data["id"]) == (201, str(here.pk))
    assert found(directory, 'userName eq "mara@example.com"') == ["mara@example.com"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"userName": ""},
        {"userName": None},
        {"userName": ["x"]},
        {"userName": "x" * 255},
        {"userName": "nul\x00"},
        {"userName": "half \ud83d"},
        {"userName": "x", "active": "perhaps"},
        {"userName": "x", "name": "Mara"},
        {"userName": "x", "emails": {"value": "a@example.com"}},
        {"userName": "x", "emails": [{"value": "no address"}]},
        {"userName": "x", "title": "t" * 121},
        {"userName": "x", ENTERPRISE: {"manager": {"value": "999999"}}},
        {"userName": "x", ENTERPRISE: "text"},
    ],
)
def test_what_no_user_can_be_is_refused_and_leaves_nothing(directory: Directory, body: dict[str, Any]) -> None:
    refused(directory.post("Users", body), 400, "invalidValue")
    assert Person.objects.count() == 1
    assert not DirectoryLink.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"userName": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_refused(directory: Directory, raw: bytes) -> None:
    refused(directory.call("POST", "Users", raw), 400, "invalidSyntax")


def test_a_body_that_is_too_large_is_refused(directory: Directory) -> None:
    refused(directory.call("POST", "Users", b'{"userName": "' + b"x" * 6_000_000 + b'"}'), 413)


@pytest.mark.parametrize("key", ["0", "999999", "abc", "-1", "1.5", "9" * 40, "%00", "٣"])
def test_nobody_there(directory: Directory, key: str) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = {"userName": "x"} if method == "PUT" else {"Operations": [{"op": "add", "path": "title", "value": "x"}]}
        refused(directory.call(method, f"Users/{key}", body), 404)


def test_only_what_a_put_says_is_changed(directory: Directory) -> None:
    key = directory.post("Users", WHOLE).data["id"]
    boss = actions.add_person(name="Boss")
    actions.set_boss(person(key), boss)
    answer = directory.put(f"Users/{key}", {"schemas": [USER], "userName": "mara@example.com", "title": "Lead driver"})
    assert answer.status == 200
    kept = person(key)
    assert (kept.title, kept.name, kept.boss, kept.is_active) == ("Lead driver", "Mara Example", boss, True)
    directory.put(f"Users/{key}", {"userName": "mara@example.com", "title": None, "externalId": ""})
    assert person(key).title == ""
    assert "externalId" not in directory.get(f"Users/{key}").data


def test_the_manager_is_the_boss(directory: Directory) -> None:
    boss = directory.user("boss@example.com")
    key = directory.user("mara@example.com", **{ENTERPRISE: {"manager": {"value": boss}}})
    manager = directory.get(f"Users/{key}").data[ENTERPRISE]["manager"]
    assert (manager["value"], manager["displayName"]) == (boss, "boss@example.com")
    circle = directory.put(f"Users/{boss}", {"userName": "boss@example.com", ENTERPRISE: {"manager": {"value": key}}})
    refused(circle, 400, "invalidValue")
    assert found(directory, f'{ENTERPRISE}:manager eq "{boss}"') == ["mara@example.com"]
    assert found(directory, f'id eq "{key}" and manager eq "{boss}"') == ["mara@example.com"]


# --- finding ------------------------------------------------------------------------------------------------------

FILTERS = {
    'userName eq "mara@example.com"': ["mara@example.com"],
    'USERNAME EQ "Mara@Example.com"': ["mara@example.com"],
    f'{USER}:userName eq "mara@example.com"': ["mara@example.com"],
    'userName eq "administrator@example.com"': ["administrator@example.com"],
    'userName eq "nobody"': [],
    'externalId eq "0a21f0f2"': ["mara@example.com"],
    'externalId eq "0A21F0F2"': [],
    'displayName eq "mara example"': ["mara@example.com"],
    'name.givenName eq "Mara"': ["mara@example.com"],
    'emails.value eq "mara.work@example.com"': ["mara@example.com"],
    'emails[type eq "work" and value eq "mara.work@example.com"]': ["mara@example.com"],
    'emails[type eq "work"].value eq "mara.work@example.com"': ["mara@example.com"],
    'emails[type eq "home"].value eq "mara.work@example.com"': [],
    'title sw "dri" and title ew "VER" and title co "rive"': ["mara@example.com"],
    'title pr and active eq true': ["mara@example.com"],
    'active eq "False"': [],
    'userName eq "x" or (externalId eq "0a21f0f2" and not (title eq "Boss"))': ["mara@example.com"],
    'userName eq "x" or userName eq "y" and title pr': [],
    'userName ne "administrator@example.com" and userName ne "other@example.com"': ["mara@example.com"],
    f'{ENTERPRISE}:employeeNumber eq "701"': ["mara@example.com"],
    'displayName eq "a \\"quoted\\" name"': [],
}  # fmt: skip


@pytest.mark.parametrize("filter_", FILTERS)
def test_people_are_found(directory: Directory, filter_: str) -> None:
    directory.post("Users", WHOLE)
    directory.user("other@example.com")
    assert found(directory, filter_) == FILTERS[filter_]


@pytest.mark.parametrize(
    "filter_",
    [
        "userName", "userName eq",
        'userName is "x"', 'userName eq "x', 'eq "x"', '(userName eq "x"', 'userName eq "x")',
        'userName eq x', "userName eq 7", 'not userName eq "x"', 'userName eq "x" and', 'userName gt "x"', "and or",
        'nickName eq "x"', 'emails[', 'emails[]', '"x" eq userName', "(" * 60 + 'userName pr' + ")" * 60, "x" * 2001,
        'userName eq "\x00"', 'meta.lastModified gt "2026-01-01T00:00:00Z"', 'id gt "1"', '[', ']',
        'userName eq "\\ud800"',
    ],
)  # fmt: skip
def test_a_filter_that_says_nothing_is_refused(directory: Directory, filter_: str) -> None:
    refused(directory.ask("Users", filter_), 400, "invalidFilter")


def test_pages(directory: Directory) -> None:
    keys = [directory.user(f"user{number}") for number in range(5)]
    first = directory.get("Users?startIndex=1&count=2").data
    assert first["schemas"] == [LIST]
    assert (first["totalResults"], first["startIndex"], first["itemsPerPage"]) == (6, 1, 2)
    third = directory.get("Users?startIndex=5&count=2").data
    assert [each["id"] for each in third["Resources"]] == keys[3:]
    assert directory.get("Users?count=0").data["Resources"] == []
    assert directory.get("Users?startIndex=99").data["Resources"] == []
    assert directory.get("Users?startIndex=-3&count=-1").data["startIndex"] == 1
    assert directory.get(f"Users?startIndex={'9' * 30}&count={'9' * 30}").status == 200
    refused(directory.get("Users?count=few"), 400, "invalidValue")


def test_a_page_asks_the_database_the_same_number_of_times_however_long_it_is(directory: Directory) -> None:
    directory.user("one")
    with CaptureQueriesContext(connection) as few:
        directory.get("Users")
    members = [directory.user(f"user{number}") for number in range(30)]
    directory.group("Team", *members)
    with CaptureQueriesContext(connection) as many:
        assert directory.get("Users").data["itemsPerPage"] == 32
    assert len(many) <= len(few) + 1


def test_only_what_is_asked_for_is_shown(directory: Directory) -> None:
    key = directory.post("Users", WHOLE).data["id"]
    assert set(directory.get(f"Users/{key}?attributes=userName,emails.value").data) == {
        "id", "schemas", "userName", "emails",
    }  # fmt: skip
    left = directory.get(f"Users/{key}?excludedAttributes=emails,{ENTERPRISE},groups").data
    assert not {"emails", ENTERPRISE, "groups"} & set(left)
    assert "userName" in left


# --- versions -----------------------------------------------------------------------------------------------------


def test_a_version_tells_what_changed_in_between(directory: Directory) -> None:
    key = directory.user("mara@example.com")
    version = directory.get(f"Users/{key}").headers["ETag"]
    assert directory.get(f"Users/{key}", If_None_Match=version).status == 304
    changed = directory.patch(f"Users/{key}", {"op": "add", "path": "title", "value": "Driver"}, If_Match=version)
    assert changed.status == 200
    stale = directory.patch(f"Users/{key}", {"op": "add", "path": "title", "value": "Boss"}, If_Match=version)
    refused(stale, 412)
    assert person(key).title == "Driver"
    assert directory.get(f"Users/{key}", If_None_Match=version).status == 200
    assert directory.put(f"Users/{key}", {"userName": "mara@example.com"}, If_Match="*").status == 200


# --- leaving ------------------------------------------------------------------------------------------------------


def test_a_deactivated_user_is_still_there_and_can_come_back(directory: Directory) -> None:
    key = directory.user("mara@example.com")
    team = directory.group("Dispatch", key)
    assert directory.patch(f"Users/{key}", {"op": "replace", "path": "active", "value": False}).data["active"] is False
    assert not person(key).is_active
    assert found(directory, 'userName eq "mara@example.com" and active eq false') == ["mara@example.com"]
    assert directory.get(f"Groups/{team}").data["members"] == []
    assert directory.patch(f"Users/{key}", {"op": "replace", "path": "active", "value": True}).data["active"] is True
    assert [each["value"] for each in directory.get(f"Groups/{team}").data["members"]] == [key]
    assert Leaving.objects.get(person=key).returned_at is not None


def test_a_deleted_user_is_gone_from_the_directory_and_not_from_kept(directory: Directory) -> None:
    key = directory.user("mara@example.com")
    assert directory.delete(f"Users/{key}").status == 204
    refused(directory.get(f"Users/{key}"), 404)
    refused(directory.delete(f"Users/{key}"), 404)
    assert found(directory, 'userName eq "mara@example.com"') == []
    assert not person(key).is_active
    again = directory.post("Users", {"userName": "mara@example.com", "active": True})
    assert (again.status, again.data["id"], again.data["active"]) == (201, key, True)


def test_a_user_brought_inactive_does_not_work_here(directory: Directory) -> None:
    key = directory.user("mara@example.com", active=False)
    assert not person(key).is_active


def test_the_directory_cannot_cut_off_its_own_key(directory: Directory) -> None:
    owner = Person.objects.get(name="Administrator")
    actions.add_person(name="Another", administrator=True)
    refused(directory.delete(f"Users/{owner.pk}"), 409)
    refused(directory.patch(f"Users/{owner.pk}", {"op": "replace", "value": {"active": False}}), 409)
    assert directory.get("Users").status == 200


def test_somebody_who_left_may_still_be_renamed(directory: Directory) -> None:
    key = directory.user("mara@example.com", active=False)
    answer = directory.patch(f"Users/{key}", {"op": "replace", "path": "displayName", "value": "Mara New"})
    assert (answer.status, person(key).name, person(key).is_active) == (200, "Mara New", False)


def test_open_promises_of_who_leaves_go_to_their_boss_or_lie_until_somebody_takes_over(cast: Cast) -> None:
    directory = Directory.of(administrator())
    promise = cast.promised()
    own = cast.asked(provider=cast.provider)
    off = {"op": "Replace", "path": "active", "value": "False"}
    assert directory.patch(f"Users/{cast.provider.pk}", off).status == 200
    assert Promise.objects.get(pk=promise).responsible == cast.lead
    assert Promise.objects.get(pk=own).provider_id == cast.lead.pk
    alone = cast.asked(provider=cast.outsider)
    assert directory.delete(f"Users/{cast.outsider.pk}").status == 204
    assert Promise.objects.get(pk=alone).provider_id == cast.outsider.pk
    assert open_without_successor() == [cast.outsider]
    assert verifying.verify().clean


def test_the_last_administrator_cannot_be_taken_away(directory: Directory) -> None:
    other = administrator("Another")
    key = Directory.of(other)
    owner = Person.objects.get(name="Administrator")
    assert key.delete(f"Users/{owner.pk}").status == 204
    refused(key.delete(f"Users/{other.pk}"), 409)
