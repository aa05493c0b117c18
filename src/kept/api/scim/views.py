"""The SCIM requests: each a few lines, as `users` and `groups` do the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import transaction
from django.http import HttpResponse

from kept.api.scim import groups, users
from kept.api.scim.errors import not_found
from kept.api.scim.http import ScimRequest, answer, is_known, refuse_stale
from kept.api.scim.lists import page, shown, wants
from kept.api.scim.names import Resource
from kept.api.scim.patch import asserted, patched
from kept.api.scim.wishes import wish_of
from kept.people.models import Person, Team
from kept.people.reach import one_at_a_time

# --- users --------------------------------------------------------------------------------------------------------


def list_users(request: ScimRequest) -> HttpResponse:
    """GET /Users."""
    return answer(page(request, users.known(), users.meaning, lambda person: users.resource_of(person, request)))


def create_user(request: ScimRequest) -> HttpResponse:
    """POST /Users."""
    wish = wish_of(request.body())
    with _changing():
        person = users.create(wish, request)
    return _told(request, _user(request, str(person.pk)), status=201)


def read_user(request: ScimRequest, key: str) -> HttpResponse:
    """GET /Users/{id}."""
    return _told(request, _user(request, key))


def replace_user(request: ScimRequest, key: str) -> HttpResponse:
    """PUT /Users/{id}: what it does not say stays."""
    body = request.body()
    with _changing():
        person = _current_user(request, key)
        users.change(person, wish_of(body), request)
    return _told(request, _user(request, key))


def patch_user(request: ScimRequest, key: str) -> HttpResponse:
    """PATCH /Users/{id}."""
    body = request.body()
    with _changing():
        person = _current_user(request, key)
        before = users.resource_of(person, request)
        users.change(person, wish_of(patched(before, body), before), request)
    return _told(request, _user(request, key))


def delete_user(request: ScimRequest, key: str) -> HttpResponse:
    """DELETE /Users/{id}: the person leaves."""
    with _changing():
        users.delete(_current_user(request, key), request)
    return HttpResponse(status=204)


def _current_user(request: ScimRequest, key: str) -> Person:
    person = users.found(key)
    if person is None:
        raise not_found("user")
    refuse_stale(request, _version(users.resource_of(person, request)))
    return person


def _user(request: ScimRequest, key: str) -> Resource:
    person = users.found(key)
    if person is None:
        raise not_found("user")
    return users.resource_of(person, request)


# --- groups -------------------------------------------------------------------------------------------------------


def list_groups(request: ScimRequest) -> HttpResponse:
    """GET /Groups."""
    members = wants(request, "members")

    def resource_of(team: Team) -> Resource:
        return groups.resource_of(team, request, members=members)

    return answer(page(request, groups.known(), groups.meaning, resource_of))


def create_group(request: ScimRequest) -> HttpResponse:
    """POST /Groups."""
    body = request.body()
    with _changing():
        team = groups.create(body, request)
    return _told(request, _group(request, str(team.pk)), status=201)


def read_group(request: ScimRequest, key: str) -> HttpResponse:
    """GET /Groups/{id}."""
    return _told(request, _group(request, key))


def replace_group(request: ScimRequest, key: str) -> HttpResponse:
    """PUT /Groups/{id}: what it does not say stays."""
    body = request.body()
    with _changing():
        groups.change(_current_group(request, key), body, request)
    return _told(request, _group(request, key))


def patch_group(request: ScimRequest, key: str) -> HttpResponse:
    """PATCH /Groups/{id}; the answer is empty, as groups may be large."""
    body = request.body()
    with _changing():
        team = _current_group(request, key)
        before = groups.resource_of(team, request, members=True)
        groups.change(team, asserted(before, patched(before, body)), request)
    return HttpResponse(status=204)


def delete_group(request: ScimRequest, key: str) -> HttpResponse:
    """DELETE /Groups/{id}: nobody is in the team any more; the team stays."""
    with _changing():
        groups.delete(_current_group(request, key), request)
    return HttpResponse(status=204)


def _current_group(request: ScimRequest, key: str) -> Team:
    team = groups.found(key)
    if team is None:
        raise not_found("group")
    refuse_stale(request, _version(groups.resource_of(team, request, members=False)))
    return team


def _group(request: ScimRequest, key: str) -> Resource:
    team = groups.found(key)
    if team is None:
        raise not_found("group")
    return groups.resource_of(team, request, members=wants(request, "members"))


# --- both ---------------------------------------------------------------------------------------------------------


def nowhere(_request: ScimRequest, **_where: str) -> HttpResponse:
    """Any other address."""
    raise not_found("address")


@contextmanager
def _changing() -> Iterator[None]:
    """One change at a time, whole or not at all: from reading what is there to writing what follows."""
    with transaction.atomic():
        one_at_a_time()
        yield


def _told(request: ScimRequest, resource: Resource, *, status: int = 200) -> HttpResponse:
    version, location = _version(resource), cast("str", resource["meta"]["location"])
    if status == 200 and request.method in {"GET", "HEAD"} and is_known(request, version):
        return HttpResponse(status=304, headers={"ETag": version})
    headers = {"ETag": version} | ({"Location": location} if status == 201 else {})
    return answer(shown(request, resource), status=status, headers=headers)


def _version(resource: Resource) -> str:
    return cast("str", resource["meta"]["version"])
