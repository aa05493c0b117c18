"""Lists: a filter, a page of what it finds, and which attributes the client wants to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from kept.api.scim.errors import invalid_value
from kept.api.scim.filters import Meaning, as_query, parsed, path_of
from kept.api.scim.http import ScimRequest
from kept.api.scim.names import ENTERPRISE, LIST, Resource

M = TypeVar("M", bound=Model)
PAGE = 100
MOST = 200
ALWAYS = frozenset({"id", "schemas"})


def page(
    request: ScimRequest, rows: QuerySet[M], meaning: Meaning, resource_of: Callable[[M], Resource]
) -> dict[str, Any]:
    """The answer to a list request over `rows`. Raises `ScimError`."""
    if text := request.query("filter"):
        rows = rows.filter(as_query(parsed(text), meaning))
    start = max(1, _number(request, "startIndex", 1))
    count = min(MOST, max(0, _number(request, "count", PAGE)))
    total = rows.count()
    found = [shown(request, resource_of(row)) for row in rows.order_by("pk")[start - 1 : start - 1 + count]]
    return listed(found, total=total, start=start)


def listed(resources: list[Resource], *, total: int | None = None, start: int = 1) -> dict[str, Any]:
    """A list response."""
    return {
        "schemas": [LIST],
        "totalResults": len(resources) if total is None else total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }


def shown(request: ScimRequest, resource: Resource) -> Resource:
    """The resource with the attributes that the client asked for (`attributes`, `excludedAttributes`)."""
    wanted, excluded = _names(request.query("attributes")), _names(request.query("excludedAttributes"))
    if wanted:
        return {key: value for key, value in resource.items() if key in ALWAYS or key in wanted}
    return {key: value for key, value in resource.items() if key in ALWAYS or key not in excluded}


def wants(request: ScimRequest, attribute: str) -> bool:
    """Whether the client wants to see an attribute that is dear to work out."""
    wanted, excluded = _names(request.query("attributes")), _names(request.query("excludedAttributes"))
    return attribute in wanted if wanted else attribute not in excluded


def _names(text: str | None) -> frozenset[str]:
    """The attributes named in a parameter; a part of one counts as the whole."""
    return frozenset(_whole(path_of(name.strip())) for name in (text or "").split(",") if name.strip())


def _whole(path: str) -> str:
    return ENTERPRISE if path.lower().startswith(ENTERPRISE.lower()) else path.split(".", maxsplit=1)[0]


def _number(request: ScimRequest, name: str, otherwise: int) -> int:
    text = request.query(name)
    if text is None or not text.strip():
        return otherwise
    try:
        return max(-1, min(int(text[:20]), 10**9))
    except ValueError as error:
        raise invalid_value(f"“{name}” is a whole number.") from error
