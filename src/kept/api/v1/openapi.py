"""The description of the API (OpenAPI 3.1): what the routes say of themselves, and what the door adds to each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kept.api.v1 import problems
from kept.api.v1.app import api
from kept.api.v1.problems import KINDS, Kind

PREFIX = "/api/v1"
EXAMPLES = Path(__file__).with_name("examples.json")
METHODS = ("get", "post", "put", "patch", "delete")
Operation = dict[str, Any]
WRITES = frozenset({"post", "put", "patch", "delete"})
HEADERS = {
    "RateLimit": "What is left of this minute: `r` calls, `t` seconds.",
    "RateLimit-Policy": "How many calls (`q`) a key has in how many seconds (`w`).",
    "ETag": "Names this very state; send it as `If-None-Match`, or of a promise as `If-Match`.",
    "Location": "The address of what was made.",
    "Retry-After": "Seconds to wait.",
    "Allow": "What can be done here.",
    "Idempotent-Replayed": "`true` where this answer was given before.",
}
FOR_ONE = {"promise_id": "$response.body#/id"}
OF_SAID = {"said_id": "$response.body#/id"}
OF_WEBHOOK = {"webhook_id": "$response.body#/id"}
LINKS: dict[tuple[str, str], dict[str, dict[str, str]]] = {
    ("open_promise", "201"): dict.fromkeys(
        (
            "get_promise",
            "act",
            "list_events",
            "list_clocks",
            "get_chain",
            "ask_upstream",
            "complain_about",
            "thank_about",
            "list_brought_in",
            "list_whom_to_bring_in",
        ),
        FOR_ONE,
    ),
    ("complain_to", "201"): dict.fromkeys(("get_complaint", "hear_complaint"), OF_SAID),
    ("thank_to", "201"): dict.fromkeys(("get_thanks", "hear_thanks"), OF_SAID),
    ("add_webhook", "201"): dict.fromkeys(
        ("get_webhook", "change_webhook", "change_secret", "list_calls", "remove_webhook"),
        OF_WEBHOOK,
    ),
    ("ask_upstream", "201"): dict.fromkeys(("get_promise", "act", "list_events"), FOR_ONE),
    ("get_promise", "200"): dict.fromkeys(("act", "list_events", "get_chain"), FOR_ONE),
    ("act", "200"): dict.fromkeys(("get_promise", "act", "list_events", "list_clocks", "ask_upstream"), FOR_ONE),
}
"""Which call may follow on which answer, with what of it."""
FOR_SOME = frozenset({"list_links", "get_too_much_for"})
"""Reads that not all may do who see the promise, or not at every moment."""


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Every operation of a description: its address, its method, and what is said of it."""
    for path, ways in schema["paths"].items():
        for method in METHODS:
            if method in ways:
                yield path, method, ways[method]


@cache
def description() -> dict[str, Any]:
    """The whole description; made once."""
    schema: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="")))
    schema["servers"] = [{"url": PREFIX}]
    schema["externalDocs"] = {"url": problems.DOCS, "description": "The same for people, with what each problem means"}
    components = schema["components"]
    components["schemas"]["Problem"] = _problem_shape()
    components["responses"] = {str(status): _refusal(status) for status in sorted({k.status for k in KINDS.values()})}
    components["headers"] = {
        name: {"description": said, "schema": {"type": "string"}} for name, said in HEADERS.items()
    }
    components["securitySchemes"]["Key"]["description"] = "The key of a person: one that may read, or read and act."
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.exists() else {}
    for path, method, operation in operations(schema):
        _complete(operation, path, method)
        _with_examples(operation, examples.get(operation["operationId"], {}))
    return schema


def _complete(operation: Operation, path: str, method: str) -> None:
    parameters = operation.setdefault("parameters", [])
    parameters += [_header(*each) for each in _headers_taken(operation, method)]
    for status, response in operation["responses"].items():
        names = ["RateLimit", "RateLimit-Policy", "ETag"]
        names += ["Location"] if status == "201" else []
        names += ["Idempotent-Replayed"] if method in WRITES else []
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        _link(operation, status, response)
    if method == "get":
        operation["responses"]["304"] = {"description": "You have it already: nothing changed since that ETag."}
    for status in _refusals(operation, path, method):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}


def _headers_taken(operation: Operation, method: str) -> Iterator[tuple[str, str]]:
    if method in WRITES:
        yield "Idempotency-Key", "Any text of your own, one for each call: repeated, the call gives the same answer."
    if method not in WRITES:
        yield "If-None-Match", "The ETag of what you have; 304 where it is still so."
    if operation["operationId"] == "act":
        yield "If-Match", "The ETag of the promise that you read; 412 where what matters has changed since."


def _header(name: str, said: str) -> dict[str, Any]:
    shape = {"type": "string", "maxLength": 255, "pattern": "^[!-~]*$"}
    if name != "Idempotency-Key":
        shape = {"type": "string", "pattern": '^"[!#-~]*"$'}
    return {"name": name, "in": "header", "required": False, "description": said, "schema": shape}


def _refusals(operation: Operation, path: str, method: str) -> Iterator[int]:
    """The statuses with which this operation may refuse."""
    yield from (400, 401, 429, 500, 503, 422)
    if "{" in path or operation["operationId"] == "get_map":
        yield 404
    if method in WRITES or operation["operationId"] in FOR_SOME:
        yield from (403, 404, 409)
    if "requestBody" in operation:
        yield from (413, 415)
    if operation["operationId"] == "act":
        yield 412


def _refusal(status: int) -> dict[str, Any]:
    kinds = [kind for kind in KINDS.values() if kind.status == status]
    headers = {401: ["WWW-Authenticate"], 405: ["Allow"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    return {
        "description": " ".join(f"{kind.title}." for kind in kinds),
        "headers": {name: {"schema": {"type": "string"}} for name in headers},
        "content": {
            problems.CONTENT_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {kind.name: {"value": _example_of(kind)} for kind in kinds},
            }
        },
    }


def _example_of(kind: Kind) -> dict[str, Any]:
    return {"type": kind.type, "title": kind.title, "status": kind.status, "detail": kind.advice}


def _problem_shape() -> dict[str, Any]:
    text = {"type": "string"}
    error = {
        "type": "object",
        "required": ["field", "in", "detail"],
        "properties": {"field": text, "in": text, "detail": text},
    }
    return {
        "type": "object",
        "description": "What was refused (RFC 9457): `type` names the kind, `detail` says what to do instead.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "enum": [kind.type for kind in KINDS.values()]},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "errors": {"type": "array", "items": error, "description": "Each field that is missing or wrong."},
            "changes": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/EventOut"},
                "description": "What happened since the caller looked.",
            },
            "sequence": {"type": "integer", "description": "Where the promise stands now."},
        },
    }


def _link(operation: Operation, status: str, response: dict[str, Any]) -> None:
    links = LINKS.get((operation["operationId"], status))
    if links:
        response["links"] = {
            f"then_{name}": {"operationId": name, "parameters": parameters} for name, parameters in links.items()
        }


def _with_examples(operation: Operation, example: dict[str, Any]) -> None:
    if "request" in example and "requestBody" in operation:
        for media in operation["requestBody"]["content"].values():
            media["example"] = example["request"]
    for status, response in operation["responses"].items():
        if status.startswith("2") and "response" in example:
            for media in response.get("content", {}).values():
                media["example"] = example["response"]
