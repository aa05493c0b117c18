"""What every SCIM request goes through: the key, the limits, the body, and refusals as the standard writes them."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from kept.api.scim.errors import ScimError, invalid_syntax
from kept.api.scim.names import ERROR, Resource, canonical_resource
from kept.api.throttle import Throttle
from kept.core.errors import Incomplete, KeptError, NotAllowed, NotFound
from kept.people.errors import Taken
from kept.people.models import ApiToken, Person
from kept.people.tokens import token_of

CONTENT_TYPE = "application/scim+json"
ROOT = "/scim/v2"
throttle = Throttle()


class ScimRequest:
    """A request whose key is good: who it acts as, when, and what it carries."""

    def __init__(self, http: HttpRequest, token: ApiToken, at: datetime) -> None:
        self.http, self.token, self.at = http, token, at

    @property
    def person(self) -> Person:
        """Whose key it is."""
        return self.token.person

    @property
    def method(self) -> str:
        """GET, POST …"""
        return self.http.method or "GET"

    def query(self, name: str) -> str | None:
        """A parameter of the address, whatever its capitals."""
        for key in self.http.GET:
            if key.lower() == name.lower():
                return self.http.GET[key]
        return None

    def body(self) -> dict[str, Any]:
        """The resource or the operations that the request carries, with the names as the standard writes them."""
        try:
            data = json.loads(self.http.body, parse_constant=_no_number)
        except RequestDataTooBig as error:
            raise ScimError("The request is too large; send members in several PATCHes.", status=413) from error
        except (ValueError, RecursionError) as error:
            raise invalid_syntax("The body is not JSON in UTF-8.") from error
        if not isinstance(data, dict):
            raise invalid_syntax("The body is an object.")
        resource: dict[str, Any] = canonical_resource(data)
        return resource

    def location(self, kind: str, key: int | str) -> str:
        """The address of a resource."""
        return self.http.build_absolute_uri(f"{ROOT}/{kind}/{key}")


View = Callable[..., HttpResponse]


def endpoint(**methods: Callable[..., HttpResponse]) -> View:
    """A view that lets good keys through to the function of the request's method."""

    @csrf_exempt
    @login_not_required
    @functools.wraps(next(iter(methods.values())))
    def view(http: HttpRequest, **where: str) -> HttpResponse:
        try:
            request = _let_in(http)
            name = "GET" if http.method == "HEAD" else http.method or ""
            if name not in methods:
                return _not_this_way(methods)
            return methods[name](request, **where)
        except KeptError as error:
            return refusal(error)

    return view


def answer(data: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """An answer in SCIM's JSON."""
    return HttpResponse(json.dumps(data, ensure_ascii=False), status=status, content_type=CONTENT_TYPE, headers=headers)


def refusal(error: KeptError) -> HttpResponse:
    """A refusal as the standard writes it; Kept's own kinds are told as the nearest of its."""
    match error:
        case ScimError():
            status, kind = error.status, error.kind
        case Taken():
            status, kind = 409, "uniqueness"
        case Incomplete():
            status, kind = 400, "invalidValue"
        case NotFound():
            status, kind = 404, ""
        case NotAllowed():
            status, kind = 403, ""
        case _:
            status, kind = 409, ""
    data = {"schemas": [ERROR], "status": str(status), "detail": str(error)} | ({"scimType": kind} if kind else {})
    headers = {"WWW-Authenticate": 'Bearer realm="SCIM"'} if status == 401 else {}
    if status == 429:
        headers["Retry-After"] = "1"
    return answer(data, status=status, headers=headers)


def version_of(resource: Resource) -> str:
    """The weak ETag of a resource: the same as long as it says the same."""
    said = {key: value for key, value in resource.items() if key not in {"meta", "groups"}}
    return f'W/"{hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]}"'


def refuse_stale(request: ScimRequest, version: str) -> None:
    """Refuse to change a resource that is no longer the one that the client read (If-Match)."""
    wanted = request.http.headers.get("If-Match", "")
    if wanted and wanted.strip() != "*" and version not in _versions(wanted):
        raise ScimError("Somebody changed this since it was read. Read it again, then decide.", status=412)


def is_known(request: ScimRequest, version: str) -> bool:
    """Whether the client has this version already (If-None-Match)."""
    return version in _versions(request.http.headers.get("If-None-Match", ""))


def _versions(header: str) -> list[str]:
    return [each if each.startswith("W/") else f"W/{each}" for each in map(str.strip, header.split(",")) if each]


def _let_in(http: HttpRequest) -> ScimRequest:
    scheme, _, key = http.headers.get("Authorization", "").partition(" ")
    at = timezone.now()
    try:
        token = token_of(key.strip() if scheme.lower() == "bearer" else "", scope=ApiToken.Scope.SCIM, at=at)
    except NotFound as error:
        raise ScimError("Send “Authorization: Bearer KEY” with a key that is good for SCIM.", status=401) from error
    if throttle.wait(token.pk):
        raise ScimError("That is more at a time than is let through; go on in a second.", status=429)
    return ScimRequest(http, token, at)


def _not_this_way(methods: dict[str, Any]) -> HttpResponse:
    response = refusal(ScimError("This cannot be done here.", status=405))
    response.headers["Allow"] = ", ".join(methods)
    return response


def _no_number(word: str) -> float:
    raise ValueError(word)
