"""The addresses of the API, under /api/v1."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from kept.api.v1 import docs
from kept.api.v1.app import api
from kept.api.v1.door import Way, Ways, through_the_door
from kept.api.v1.openapi import description, operations
from kept.api.v1.problems import Problem, answer_to

app_name = "api-v1"
_TYPED = re.compile(r"<(?:\w+:)?(\w+)>")


@login_not_required
def openapi(_request: HttpRequest) -> HttpResponse:
    """The description, for programs."""
    return JsonResponse(description())


@csrf_exempt
@login_not_required
def nowhere(_request: HttpRequest, **_where: str) -> HttpResponse:
    """Any other address."""
    return answer_to(Problem("not-found", "There is nothing at this address; /api/v1/docs lists what there is."))


@cache
def _ways() -> dict[str, Ways]:
    """What each address of the description takes, by method. Drawing that up takes a second: not before it is asked."""
    found: dict[str, Ways] = {}
    for address, method, operation in operations(description()):
        query = frozenset(each["name"] for each in operation["parameters"] if each["in"] == "query")
        body = next(iter(operation.get("requestBody", {}).get("content", {})), "")
        found.setdefault(address, {})[method.upper()] = Way(query, body)
    return found


def _behind_the_door(pattern: Any) -> URLPattern:
    route = str(pattern.pattern)
    address = "/" + _TYPED.sub(r"{\1}", route)
    return path(route, through_the_door(pattern.callback, lambda: _ways()[address]), name=pattern.name)


def _doors(patterns: list[Any]) -> list[URLPattern]:
    """A pattern for each address; the library makes one a function, which all lead to the same."""
    first = {str(each.pattern): each for each in reversed(patterns) if each.name != "api-root"}
    return [_behind_the_door(each) for each in patterns if first.get(str(each.pattern)) is each]


urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    path("docs", docs.page, name="docs"),
    *_doors(api.urls[0]),
    re_path(r"^(?P<rest>.*)$", nowhere, name="nowhere"),
]
