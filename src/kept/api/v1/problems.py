"""What is refused, as RFC 9457 has it: problem+json, each kind with an address in the documentation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

from kept.core.errors import (
    Incomplete,
    KeptError,
    NotAllowed,
    NotFound,
    Overtaken,
    WrongSide,
    WrongState,
)

CONTENT_TYPE = "application/problem+json"
DOCS = "/api/v1/docs"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of refusal: its name in `type`, its status, its title, and what a program should do."""

    name: str
    status: int
    title: str
    advice: str

    @property
    def type(self) -> str:
        """The address that explains it."""
        return f"{DOCS}#problem-{self.name}"


KINDS = {
    kind.name: kind
    for kind in (
        Kind("malformed", 400, "The call cannot be read", "Mend the JSON or the header that `detail` names."),
        Kind("no-key", 401, "No key, or none that is good", "Send `Authorization: Bearer KEY` with a good key."),
        Kind("read-only-key", 403, "This key may only read", "Make a key that may act, or leave the call out."),
        Kind("not-allowed", 403, "Not yours to do", "You see it, but somebody else may do this: `detail` says who."),
        Kind("not-found", 404, "Not there, or not for you to see", "Look at the address and the id."),
        Kind("no-such-method", 405, "This cannot be done here", "`Allow` lists what can."),
        Kind(
            "wrong-state", 409, "Not possible as it stands", "Read the promise again; its `acts` say what is possible."
        ),
        Kind("wrong-side", 409, "The other side does this", "Leave it to them, or say `side` if you act for both."),
        Kind("overtaken", 409, "Somebody was faster", "Look at `changes`, then decide anew with the new `sequence`."),
        Kind("refused", 409, "Refused", "`detail` says what to do instead. Nothing was changed."),
        Kind("still-working", 409, "The same call is still being worked on", "Ask again after `Retry-After` seconds."),
        Kind("changed-since", 412, "It changed since you read it", "Look at `changes`, read it again, then decide."),
        Kind("too-large", 413, "Too large", "Send less: the documentation says how much."),
        Kind("not-json", 415, "Not JSON", "Send `Content-Type: application/json`."),
        Kind("incomplete", 422, "Something is missing or wrong", "`errors` names each field and what to do."),
        Kind("key-reused", 422, "This Idempotency-Key was for another call", "Use a new key for each new call."),
        Kind("too-many-calls", 429, "Too many calls", "Go on after `Retry-After` seconds."),
        Kind("our-fault", 500, "Something broke here", "Try again later; nothing was changed."),
        Kind("busy", 503, "The database is busy", "Try again after `Retry-After` seconds; nothing was changed."),
    )
}


@dataclass
class Problem(KeptError):
    """A refusal of the door itself. `more` are members besides the standard ones, `headers` go with the answer."""

    kind: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail


def field_problem(name: str, detail: str, *, where: str = "body") -> Problem:
    """What one field lacks."""
    return Problem("incomplete", detail, more={"errors": [{"field": name, "in": where, "detail": detail}]})


def as_problem(error: KeptError) -> Problem:
    """A refusal of the rooms behind the door as a problem."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Incomplete):
        return field_problem(error.field, str(error))
    return Problem(next((name for kind, name in _NAMES.items() if isinstance(error, kind)), "refused"), str(error))


def answer_to(problem: Problem) -> HttpResponse:
    """The answer that tells a problem."""
    kind = KINDS[problem.kind]
    said = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": problem.detail, **problem.more}
    body = json.dumps(said, ensure_ascii=False)
    return HttpResponse(body, status=kind.status, content_type=CONTENT_TYPE, headers=dict(problem.headers))


_NAMES: dict[type[KeptError], str] = {
    NotFound: "not-found",
    NotAllowed: "not-allowed",
    Overtaken: "overtaken",
    WrongState: "wrong-state",
    WrongSide: "wrong-side",
}
