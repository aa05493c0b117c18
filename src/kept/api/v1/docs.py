"""The page that explains the API to people: made from its description, without a script."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kept.api.v1.openapi import description, operations
from kept.api.v1.problems import KINDS
from kept.core.acts import EVERY_ACT


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    """Every call with what it takes and gives, and every problem with what to do."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, method, operation in operations(description()):
        groups.setdefault(operation["tags"][0], []).append(_call(path, method, operation))
    shapes = description()["components"]["schemas"]
    acts = [_act(kind.name, shapes[f"{kind.__name__}Act"]) for kind in EVERY_ACT]
    return render(request, "api/docs.html", {"groups": groups, "acts": acts, "problems": KINDS.values()})


def _act(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    """An act with what it carries besides what every act may."""
    needed = set(shape["required"])
    fields = [field for field in shape["properties"] if field not in {"act", "words", "files", "seen", "side"}]
    return {"name": name, "said": shape["description"], "fields": [(field, field in needed) for field in fields]}


def _call(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        each | {"type": _type(each["schema"]), "description": _plainly(each.get("description", ""))}
        for each in operation["parameters"]
        if each["in"] == "query"
    ]
    request: dict[str, Any] = next(iter(operation.get("requestBody", {}).get("content", {}).values()), {})
    answer = next(each for status, each in operation["responses"].items() if status.startswith("2"))
    response: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
    return {
        **operation,
        "description": _plainly(operation["description"]),
        "path": path,
        "method": method.upper(),
        "shown_parameters": parameters,
        "request": _example(request),
        "response": _example(response),
    }


def _plainly(text: str) -> str:
    """The text for a page, without the marks of the description."""
    return text.replace("`", "")


def _example(media: dict[str, Any]) -> str:
    return json.dumps(media["example"], indent=2, ensure_ascii=False) if "example" in media else ""


def _type(schema: dict[str, Any]) -> str:
    """The type of a parameter in a word or two."""
    one = next((each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"), schema)
    if "items" in one:
        return "Several: " + ", ".join(one["items"].get("enum", []))
    if "enum" in one:
        return "One of: " + ", ".join(one["enum"])
    return {"date-time": "A moment.", "date": "A day."}.get(one.get("format", ""), "")
