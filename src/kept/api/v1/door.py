"""What every call of the API goes through: key, limits, form, repetition, refusals, the state of what was read."""

from __future__ import annotations

import functools
import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from kept.api.v1 import limits, repeating
from kept.api.v1.problems import Problem, answer_to, as_problem, field_problem
from kept.core.errors import KeptError, NotFound
from kept.people.models import ApiToken, Person
from kept.people.tokens import token_for

LARGEST_BODY = 256 * 1024
RAW = "application/octet-stream"
READS = frozenset({"GET", "HEAD"})
SCOPES = (ApiToken.Scope.READ, ApiToken.Scope.WRITE)
log = logging.getLogger("kept.api")
View = Callable[..., HttpResponse]


@dataclass
class Caller:
    """Who calls, with which key, when. `version` is set by a call whose answer has one: it begins its ETag.

    `shown_once` is set by a call that gives a secret: those fields are not kept with its answer.
    """

    token: ApiToken
    at: datetime
    allowance: limits.Allowance
    version: int | None = None
    shown_once: tuple[str, ...] = ()

    @property
    def person(self) -> Person:
        """Whose key it is."""
        return self.token.person

    def kept(self, content: bytes) -> bytes:
        """The content of an answer as it is kept for a repeated call: without what is shown once."""
        said = json.loads(content) if self.shown_once else None
        if not isinstance(said, dict):
            return content
        shown = {name: None if name in self.shown_once else value for name, value in said.items()}
        return json.dumps(shown, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Way:
    """What the description says of one way (method and address): its query parameters, and the form of its body."""

    query: frozenset[str]
    content_type: str


Ways = dict[str, Way]


def caller(http: HttpRequest) -> Caller:
    """Who calls; the door has seen to it that there is somebody."""
    return cast("Caller", http.kept_caller)  # type: ignore[attr-defined]


def through_the_door(view: View, ways: Callable[[], Ways]) -> View:
    """`view` behind the door; `ways` gives those that its address has, by method, once somebody asks."""

    @csrf_exempt
    @login_not_required
    @functools.wraps(view)
    def guarded(http: HttpRequest, **where: Any) -> HttpResponse:
        try:
            response = _answered(http, ways(), lambda: view(http, **where))
        except KeptError as error:
            response = answer_to(as_problem(error))
        except OperationalError as error:
            response = _database_says(error)
        except Exception:
            log.exception("%s %s", http.method, http.path)
            response = answer_to(Problem("our-fault", "Something broke here. It is written down; nothing was changed."))
        return _with_headers(http, response)

    return guarded


def _answered(http: HttpRequest, ways: Ways, do: Callable[[], HttpResponse]) -> HttpResponse:
    reads = http.method in READS
    way = ways.get("GET" if reads else http.method or "")
    if way is None:
        allowed = sorted({*ways, *(["HEAD"] if "GET" in ways else [])})
        raise Problem("no-such-method", "This cannot be done here.", headers={"Allow": ", ".join(allowed)})
    who = _let_in(http)
    _sound(http, way)
    if reads:
        http.method = "GET"
        return _unless_known(http, do())
    if who.token.scope != ApiToken.Scope.WRITE:
        raise Problem("read-only-key", "This key may read only. A key that may act is made on the page “Your keys”.")
    if way.content_type == RAW:
        return repeating.once_in_pieces(http, who.token, who.at, do)  # as it comes in, nothing else waits for it
    return repeating.once(http, who.token, who.at, functools.partial(_written, do), kept=who.kept)


def _written(do: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer to a write, which is done whole or not at all; a refusal is an answer as well."""
    try:
        with transaction.atomic():
            return do()
    except KeptError as error:
        return answer_to(as_problem(error))


# --- who ----------------------------------------------------------------------------------------------------------


def _let_in(http: HttpRequest) -> Caller:
    scheme, _, key = http.headers.get("Authorization", "").partition(" ")
    at = timezone.now()
    try:
        token = token_for(key.strip() if scheme.lower() == "bearer" else "", scopes=SCOPES, at=at)
    except NotFound as error:
        challenge = {"WWW-Authenticate": 'Bearer realm="Kept"'}
        raise Problem(
            "no-key", "Send “Authorization: Bearer KEY” with a key that is good.", headers=challenge
        ) from error
    allowance = limits.take(token.pk, at)
    who = Caller(token, at, allowance)
    http.kept_caller = who  # type: ignore[attr-defined]
    if not allowance.granted:
        raise Problem("too-many-calls", f"That is enough for this minute; go on in {allowance.seconds} seconds.")
    return who


# --- the form of the call -----------------------------------------------------------------------------------------


def _sound(http: HttpRequest, way: Way) -> None:
    for name in http.GET:
        if name not in way.query:
            known = f"known are: {', '.join(sorted(way.query))}." if way.query else "none are."
            raise field_problem(name[:40], f"This parameter is not known here; {known}", where="query")
    length = int(http.META.get("CONTENT_LENGTH") or 0)
    if not way.content_type or not length:
        return
    if http.content_type != way.content_type:
        raise Problem("not-json", f"Send “Content-Type: {way.content_type}”.")
    if way.content_type == "application/json" and length > LARGEST_BODY:
        raise Problem("too-large", f"A call holds at most {LARGEST_BODY // 1024} kB; attach the rest as a file.")


def json_of(http: HttpRequest) -> Any:
    """The body as JSON. Raises `Problem`."""
    try:
        return json.loads(http.body, parse_constant=_no_number)
    except RequestDataTooBig as error:
        raise Problem("too-large", "The call is too large.") from error
    except (ValueError, RecursionError) as error:
        raise Problem("malformed", "The body is not JSON in UTF-8.") from error


def _no_number(word: str) -> float:
    raise ValueError(word)


# --- what was read ------------------------------------------------------------------------------------------------


def _unless_known(http: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its ETag; 304 where the program has it already."""
    if response.status_code != 200 or response.streaming:
        return response
    tag = response.headers.get("ETag") or _tag(http, response)
    known = {each.strip().removeprefix("W/") for each in http.headers.get("If-None-Match", "").split(",")}
    if tag in known or "*" in known:
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    response.headers["ETag"] = tag
    return response


def _tag(http: HttpRequest, response: HttpResponse) -> str:
    said = hashlib.sha256(response.content).hexdigest()[:20]
    version = caller(http).version
    return f'"{said}"' if version is None else f'"{version}-{said}"'


def version_wanted(http: HttpRequest) -> int | None:
    """The version that `If-Match` asks for, where it does: that of the ETag which the program has read."""
    wanted = http.headers.get("If-Match", "").strip()
    if wanted in {"", "*"}:
        return None
    number = wanted.split(",")[0].strip().removeprefix("W/").strip('"').partition("-")[0]
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise Problem("changed-since", "That ETag is none of this promise. Read it again, then decide.")
    return int(number)


def _with_headers(http: HttpRequest, response: HttpResponse) -> HttpResponse:
    who: Caller | None = getattr(http, "kept_caller", None)
    if who is not None:
        for name, value in who.allowance.headers.items():
            response.headers[name] = value
        if who.version is not None and response.status_code in {200, 201} and "ETag" not in response.headers:
            response.headers["ETag"] = _tag(http, response)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.headers["Vary"] = "Authorization"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _database_says(error: OperationalError) -> HttpResponse:
    """A database that others keep busy is no fault of the program: it may try again."""
    log.warning("the database refused: %s", error)
    return answer_to(Problem("busy", "The database is busy; nothing was changed.", headers={"Retry-After": "1"}))
