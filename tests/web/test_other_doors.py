"""Every route of every door stands in one table: the pages' in test_permissions, all others in other_doors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from api.v1.test_permissions import TABLE as CALLS
from cast import Cast
from kept.people import actions as people
from kept.people.models import ApiToken, Person
from kept.people.tokens import make_token
from web.other_doors import ACCOUNT, KEYS, PROGRAMS, SESSIONS
from web.test_permissions import TABLE

DOORS = ACCOUNT | PROGRAMS
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def every_route() -> Iterator[str]:
    """The name of every address that leads anywhere, whatever the door."""

    def below(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, pattern.namespace or namespace)
            else:
                assert pattern.name, f"an address without a name can be in no table: {pattern.pattern}"
                yield f"{namespace}:{pattern.name}" if namespace else pattern.name

    return below(get_resolver().url_patterns, "")


def test_every_route_of_every_door_is_in_a_table() -> None:
    """A route of the API bears the name of one of its calls, each of which stands in the API's own table."""
    listed = {*TABLE, *DOORS, *(f"api-v1:{call}" for call in CALLS)}
    routes = set(every_route())
    assert routes - listed == set(), "no table says who may open these"
    assert {*TABLE, *DOORS} - routes == set(), "these lead nowhere any more"


@pytest.mark.parametrize("route", DOORS)
def test_who_may_open_it(route: str, cast: Cast, client: Client) -> None:
    given, expected = DOORS[route]
    places = {"promise": cast.promised(), "provider": cast.provider.pk, "workshop": cast.workshop.pk}
    address = reverse(route, args=[places.get(str(each), each) for each in given])
    found = {}
    for role in SESSIONS:
        client.logout()
        if role != "anonymous":
            client.force_login(person(cast, role), backend="django.contrib.auth.backends.ModelBackend")
        found[role] = client.get(address).status_code
    client.logout()
    for key in KEYS if route in PROGRAMS else ():
        found[key] = client.get(address, headers={"Authorization": f"Bearer {key_of(cast, key)}"}).status_code
    assert found == expected


@pytest.mark.parametrize(
    "route", [route for route in PROGRAMS if not route.endswith((":openapi", ":docs", ":nowhere"))]
)
def test_nothing_is_written_without_a_key(route: str, cast: Cast, client: Client) -> None:
    """Not even by somebody whose browser is signed in: a form on another page could send that."""
    given, _ = DOORS[route]
    places = {"promise": cast.promised(), "provider": cast.provider.pk, "workshop": cast.workshop.pk}
    address = reverse(route, args=[places.get(str(each), each) for each in given])
    client.force_login(cast.provider, backend="django.contrib.auth.backends.ModelBackend")
    answers = {method: client.generic(method, address, b"{}", content_type="application/json") for method in WRITES}
    assert {answer.status_code for answer in answers.values()} <= {401, 405}, answers


def person(cast: Cast, role: str) -> Person:
    found: Person = getattr(cast, role)
    return found


def key_of(cast: Cast, name: str) -> str:
    """A fresh key: for SCIM that of an administrator, else one that reads for the person of that name."""
    if name == "scim key":
        people.set_administrator(cast.caretaker, administrator=True)
        cast.caretaker.refresh_from_db()
        return make_token(cast.caretaker, scope=ApiToken.Scope.SCIM, at=datetime.now(UTC))[1]
    owner = person(cast, name.removesuffix("'s key"))
    return make_token(owner, scope=ApiToken.Scope.READ, at=datetime.now(UTC))[1]
