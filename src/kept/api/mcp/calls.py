"""What every call of an assistant goes through: key, limits, form, repetition, refusals in a plain sentence."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.utils import timezone
from pydantic import BaseModel, Field, ValidationError

from kept.api.v1 import limits, repeating
from kept.api.v1.shapes.base import Given, Taken
from kept.core.errors import Incomplete, KeptError, NotAllowed, Refused
from kept.people.calendars import calendars_of
from kept.people.models import ApiToken, Person
from kept.people.tokens import token_for

SCOPES = (ApiToken.Scope.READ, ApiToken.Scope.WRITE)
MOST_NAMED = 5
"""How many wrong fields one refusal names."""
log = logging.getLogger("kept.api")
T = TypeVar("T", bound=Taken)
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom an assistant calls, with which key, when."""

    token: ApiToken
    at: datetime

    @property
    def person(self) -> Person:
        """Whose key it is."""
        return self.token.person


class Writing(Taken):
    """What goes with every tool that changes something."""

    idempotency_key: Annotated[
        str | None,
        Field(
            min_length=1, max_length=repeating.LONGEST, pattern=r"^[!-~]+$",
            description="Any text of your own, one for each thing to do: sent again, it is not done twice.",
        ),
    ] = None  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tool(Generic[T]):
    """Something that an assistant can do: what it takes and gives; its description is what `does` says of itself.

    `writes`: only with a key that may act. `grave`: it can end something, so a person should be asked before.
    """

    name: str
    title: str
    takes: type[T]
    gives: type[Given]
    does: Callable[[Caller, T], Given]
    writes: bool = False
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call: what the tool gave, or why it was refused."""

    given: dict[str, Any] | None
    refusal: str = ""


def let_in(key: str, at: datetime) -> Caller:
    """Who calls with `key`. Raises `NotFound` for a key that is not good now."""
    return Caller(token_for(key, scopes=SCOPES, at=at), at)


def call(key: str, tool: Tool[Any], arguments: Mapping[str, Any]) -> Outcome:
    """Do what an assistant asks for, whole or not at all; a refusal is an outcome, in one plain sentence."""
    try:
        caller = let_in(key, timezone.now())
        _take_one(caller)
        _let_write(caller, tool)
        asked = read(tool.takes, arguments)
        zone = calendars_of([caller.person])[caller.person.pk].zone
        with timezone.override(ZoneInfo(zone)):
            return _written(tool, caller, asked, arguments) if tool.writes else _done(tool, caller, asked)
    except KeptError as error:
        return Outcome(None, str(error))
    except OperationalError as error:
        log.warning("the database refused: %s", error)
        return Outcome(None, "The database is busy; nothing was changed. Try again in a moment.")
    except Exception:
        log.exception("tool %s", tool.name)
        return Outcome(None, "Something broke here. It is written down; nothing was changed.")


def read(shape: type[M], said: Any) -> M:
    """What was said as `shape` has it. Raises `Incomplete`, which names each field that is missing or wrong."""
    try:
        return shape.model_validate(said)
    except ValidationError as error:
        raise Incomplete(_what_is_wrong(error)) from error


def _let_write(caller: Caller, tool: Tool[Any]) -> None:
    if tool.writes and caller.token.scope != ApiToken.Scope.WRITE:
        raise NotAllowed("This key may read only. A key that may act is made on the page “Your keys”.")


def _take_one(caller: Caller) -> None:
    allowance = limits.take(caller.token.pk, caller.at)
    if not allowance.granted:
        raise Refused(f"That is enough for this minute; go on in {allowance.seconds} seconds.")


def _done(tool: Tool[Any], caller: Caller, asked: Taken) -> Outcome:
    return Outcome(tool.does(caller, asked).model_dump(mode="json"))


def _written(tool: Tool[Any], caller: Caller, asked: Writing, arguments: Mapping[str, Any]) -> Outcome:
    """The same where it changes something; with a key of the assistant's own, once."""
    if asked.idempotency_key is None:
        return _whole(tool, caller, asked)
    said = json.dumps([tool.name, arguments], sort_keys=True, default=str)
    answer = repeating.once_for(
        caller.token, asked.idempotency_key, hashlib.sha256(said.encode()).hexdigest(), caller.at,
        lambda: _kept(_whole(tool, caller, asked)),
    )  # fmt: skip
    return Outcome(**json.loads(answer.content))


def _whole(tool: Tool[Any], caller: Caller, asked: Taken) -> Outcome:
    try:
        with transaction.atomic():
            return _done(tool, caller, asked)
    except KeptError as error:
        return Outcome(None, str(error))


def _kept(outcome: Outcome) -> HttpResponse:
    body = json.dumps({"given": outcome.given, "refusal": outcome.refusal})
    return HttpResponse(body, content_type="application/json")


def _what_is_wrong(error: ValidationError) -> str:
    """Which fields are missing or wrong, and what is wrong with each; what was sent is not repeated."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    named = [f"{_field(each['loc'])}: {str(each['msg']).removeprefix('Value error, ')}" for each in found[:MOST_NAMED]]
    return f"Not done: something is missing or wrong. {'; '.join(named)}."


def _field(place: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in place)[:200] or "the arguments"
