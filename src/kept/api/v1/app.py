"""The API put together: its routes, its key, how it reads and writes JSON, what becomes of errors."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import HttpBearer

from kept.api.v1.door import caller, json_of
from kept.api.v1.problems import Problem
from kept.api.v1.routes import (
    advice,
    agreements,
    customers,
    directory,
    figures,
    files,
    helping,
    notices,
    promises,
    said,
    secrets,
    teams,
    traces,
)
from kept.core.acts import BY_NAME
from kept.core.errors import KeptError

ABOUT = """What a person can do by page, a program does here with that person's key.

Send `Authorization: Bearer KEY`. A key is made on the page “Your keys”, or with `kept token PERSON --scope write`.
The loop is two calls: `POST /promises` opens one with an ask or an offer, `POST /promises/{id}/acts` takes every
further act. Send an `Idempotency-Key` with each write: repeated, the call does nothing and gives the same answer, for a
day.
"""


class Key(HttpBearer):
    """The key of a person. The door has looked at it already; here it stands for the description."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:  # noqa: ARG002 as the library calls it
        """Whose key it is."""
        return caller(request).person


class Json(BaseRenderer):
    """JSON in UTF-8, moments in UTC as RFC 3339 has them."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:  # noqa: ARG002
        """The text of an answer."""
        return json.dumps(data, ensure_ascii=False, default=_plain)


class Strict(Parser):
    """Reads JSON, and refuses what is none."""

    def parse_body(self, request: HttpRequest) -> Any:
        """What the body says."""
        return json_of(request)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)


api = NinjaAPI(
    title="Kept", version="1", description=ABOUT, openapi_url=None, docs_url=None, urls_namespace="api-v1", auth=Key(),
    renderer=Json(), parser=Strict(),
)  # fmt: skip
ROUTERS = (promises.router, advice.router, directory.mine, directory.router, customers.router, agreements.router)
MORE = (teams.router, figures.router, files.router, notices.router, said.router, traces.router)
LAST = (helping.router, secrets.router)
for router in (*ROUTERS, *MORE, *LAST):
    api.add_router("", router)


@api.exception_handler(Exception)
def _leave_to_the_door(_request: HttpRequest, error: Exception) -> HttpResponse:
    raise error


@api.exception_handler(Http404)
def _not_there(_request: HttpRequest, error: Http404) -> HttpResponse:
    raise Problem("not-found", "There is no such thing, or it is not for you to see.") from error


@api.exception_handler(HttpError)
def _cannot_be_read(_request: HttpRequest, error: HttpError) -> HttpResponse:
    raise error.__cause__ if isinstance(error.__cause__, KeptError) else Problem("malformed", str(error)) from error


@api.exception_handler(ValidationError)
def _lacks_something(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [_field_error(each) for each in error.errors]
    count = "One field is" if len(errors) == 1 else f"{len(errors)} fields are"
    raise Problem("incomplete", f"{count} missing or wrong; `errors` says which.", more={"errors": errors}) from error


def _field_error(error: dict[str, Any]) -> dict[str, str]:
    """One finding: which field, where, and what is wrong with it; what was sent is not repeated."""
    where, *path = error["loc"]
    names = [str(part) for part in path]
    if where == "body" and names:
        names = names[1:]  # the name of the function's parameter
        names = names[1:] if names[:1] and names[0] in BY_NAME and len(names) > 1 else names  # the act, told by `act`
    said = str(error["msg"]).removeprefix("Value error, ")
    return {"field": ".".join(names)[:200], "in": str(where), "detail": said[:300]}
