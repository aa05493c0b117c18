"""The door to SCIM: keys, limits, what it says of itself, and that nothing that is sent breaks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.directory import ENTERPRISE, GROUP, USER, Directory, administrator
from api.test_scim_users import refused
from kept.api.scim import http
from kept.api.throttle import Throttle
from kept.core.errors import NotAllowed, Refused
from kept.people import actions
from kept.people.models import ApiToken, Person, Team
from kept.people.tokens import make_token, revoke, token_of
from people.importer import undone

pytestmark = pytest.mark.django_db
SCIM = ApiToken.Scope.SCIM
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)

# --- keys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic abc", "kept_x", "Bearer \udcff", "Bearer é"]
)
def test_without_a_good_key_the_door_is_closed(db: None, header: str) -> None:
    for path in ("Users", "Groups", "ServiceProviderConfig", "Schemas", "nowhere"):
        response = Client().get(f"/scim/v2/{path}", headers={"Authorization": header} if header else {})
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert response.headers["Content-Type"] == "application/scim+json"


def test_a_signed_in_administrator_without_a_key_is_not_let_in(db: None) -> None:
    client = Client()
    client.force_login(administrator())
    assert client.get("/scim/v2/Users").status_code == 401


def test_a_key_is_kept_as_a_hash_and_its_use_is_noted(db: None) -> None:
    token, key = make_token(administrator(), scope=SCIM, at=NOW, name=" Entra ")
    assert key not in json.dumps(list(ApiToken.objects.values()), default=str)
    assert key.startswith(token.hint)
    assert token.name == "Entra"
    assert token_of(key, scope=SCIM, at=NOW).pk == token.pk
    token.refresh_from_db()
    assert token.last_used_at == NOW


def test_a_key_that_is_no_longer_good(db: None) -> None:
    owner = administrator()
    administrator("Another")
    directory = Directory.of(owner)
    assert directory.get("Users").status == 200
    actions.set_administrator(owner, administrator=False)
    assert directory.get("Users").status == 401
    actions.set_administrator(owner, administrator=True)
    assert directory.get("Users").status == 200
    revoke(ApiToken.objects.get(), at=NOW)
    assert directory.get("Users").status == 401
    _token, key = make_token(owner, scope=SCIM, at=datetime.now(UTC) - timedelta(days=2), lasts=timedelta(days=1))
    assert Directory(key).get("Users").status == 401


def test_only_an_administrator_can_have_one(db: None) -> None:
    with pytest.raises(NotAllowed):
        make_token(actions.add_person(name="Nobody"), scope=SCIM, at=NOW)
    gone = administrator()
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    with pytest.raises(Refused):
        make_token(gone, scope=SCIM, at=NOW)


def test_too_much_at_a_time_is_told_to_wait(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "throttle", Throttle(per_second=0.001, burst=2))
    assert [directory.get("Users?count=0").status for _ in range(3)] == [200, 200, 429]
    refusal = directory.get("Users?count=0")
    refused(refusal, 429)
    assert refusal.headers["Retry-After"] == "1"


# --- what it says of itself ---------------------------------------------------------------------------------------


def test_it_says_what_it_can_do(directory: Directory) -> None:
    config = directory.get("ServiceProviderConfig").data
    assert (config["patch"]["supported"], config["bulk"]["supported"]) == (True, False)
    assert config["filter"] == {"supported": True, "maxResults": 200}
    types = directory.get("ResourceTypes").data["Resources"]
    assert [(each["name"], each["endpoint"], each["schema"]) for each in types] == [
        ("User", "/Users", USER), ("Group", "/Groups", GROUP),
    ]  # fmt: skip
    schemas = directory.get("Schemas").data["Resources"]
    assert [each["id"] for each in schemas] == [USER, ENTERPRISE, GROUP]
    for each in [*types, *schemas]:
        path = each["meta"]["location"].removeprefix("http://testserver/scim/v2/")
        assert directory.get(path).data == each
    refused(directory.get("Schemas/urn:none"), 404)
    refused(directory.get("ResourceTypes/Device"), 404)


def test_the_schemas_name_what_the_resources_say(directory: Directory) -> None:
    names = {
        schema["id"]: {each["name"] for each in schema["attributes"]}
        for schema in directory.get("Schemas").data["Resources"]
    }
    boss = directory.user("boss")
    more: dict[str, Any] = {
        "externalId": "1", "title": "Driver", "emails": [{"value": "m@example.com"}],
        ENTERPRISE: {"employeeNumber": "1", "manager": {"value": boss}},
    }  # fmt: skip
    user = directory.get(f"Users/{directory.user('mara', **more)}").data
    assert set(user) - {"schemas", "id", "meta", ENTERPRISE} == names[USER]
    assert set(user[ENTERPRISE]) == names[ENTERPRISE]
    group = directory.get(f"Groups/{directory.group('Dispatch', boss)}").data
    assert set(group) - {"schemas", "id", "meta"} | {"externalId"} == names[GROUP]


def test_what_is_not_there(directory: Directory) -> None:
    for path in ("", "Devices", "Me", "Bulk", "Users/1/2", "Users/", "users"):
        refused(directory.get(path), 404)
    wrong = directory.call("DELETE", "Users")
    refused(wrong, 405)
    assert wrong.headers["Allow"] == "GET, POST"
    assert directory.call("HEAD", "Users").status == 200


# --- anything ------------------------------------------------------------------------------------------------------

KEYS = st.sampled_from(
    ["userName", "name", "displayName", "active", "emails", "title", "externalId", "members", "schemas", "id", "meta",
     ENTERPRISE, "value", "givenName", "formatted", "manager", "employeeNumber", "type", "Operations", "op", "path"]
)  # fmt: skip
PATHS = st.one_of(
    st.sampled_from(
        ["active", "members", "emails", "name", "name.givenName", "displayName", "userName", "id", "schemas",
         "meta", 'emails[type eq "work"].value', 'members[value eq "1"]', f"{ENTERPRISE}:manager",
         f"{ENTERPRISE}:manager.value",
         ENTERPRISE, 'emails[type eq "work"]', 'members[value eq "', "[", "a[b].c", "", " ", f"{ENTERPRISE}:", "a.b.c",
         'active[value eq "x"]', 'name[givenName eq "x"].familyName', "manager", "emails.value", "members.value"]
    ),
    st.text(max_size=30),
)  # fmt: skip
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20),
    st.sampled_from(["True", "False", "1", "2", "mara@example.com", "Dispatch", "\x00", "x" * 300]),
)  # fmt: skip
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(KEYS, PATHS), inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip
BODIES = st.dictionaries(st.one_of(KEYS, st.text(max_size=10)), VALUES, max_size=6)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "Add", "replace", "Replace", "remove", "Remove", "move", 7])},
        optional={"path": PATHS, "value": VALUES},
    ),
    max_size=5,
)
anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def sound(answer: Any) -> None:
    """Done, or refused as the standard says; never a fault."""
    assert answer.status < 500
    if answer.status >= 400:
        assert answer.data["detail"]
    for each in Person.objects.all():
        assert each.name
        assert len(each.name) <= 120
    assert not Team.objects.filter(name="").exists()


@anything
@given(body=BODIES)
def test_any_body_for_a_user(directory: Directory, body: dict[str, Any]) -> None:
    with undone():
        key = directory.user("mara@example.com")
        sound(directory.put(f"Users/{key}", body))
        sound(directory.post("Users", body))


@anything
@given(operations=OPERATIONS)
def test_any_operations_on_a_user(directory: Directory, operations: list[dict[str, Any]]) -> None:
    with undone():
        key = directory.user("mara@example.com", active=True)
        sound(directory.patch(f"Users/{key}", *operations))


@anything
@given(body=BODIES, operations=OPERATIONS)
def test_anything_on_a_group(directory: Directory, body: dict[str, Any], operations: list[dict[str, Any]]) -> None:
    with undone():
        key = directory.group("Dispatch", directory.user("mara@example.com"))
        sound(directory.put(f"Groups/{key}", body))
        sound(directory.patch(f"Groups/{key}", *operations))
        sound(directory.post("Groups", body))


@anything
@given(
    filter_=st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(["userName", "emails", "[", "]", "(", ")", "eq", "pr", "and", "or", "not", '"x"',
                             "true", "7",
                             "id", "active", "members", ".value", "displayName", "ne", "co", "null", "manager"]),
            max_size=12,
        ).map(" ".join),
    ),
    count=st.text(max_size=6),
)  # fmt: skip
def test_any_question(directory: Directory, filter_: str, count: str) -> None:
    query = f"filter={quote(filter_, errors='replace')}&count={quote(count, errors='replace')}"
    sound(directory.get(f"Users?{query}&attributes={quote(filter_, errors='replace')}"))
    sound(directory.get(f"Groups?{query}"))


@anything
@given(raw=st.binary(max_size=200))
def test_any_bytes(directory: Directory, raw: bytes) -> None:
    with undone():
        for path in ("Users", "Groups"):
            sound(directory.call("POST", path, raw))
