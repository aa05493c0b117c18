"""Acts as JSON-able dicts and back: what the ledger stores and the API takes.

A field of an act becomes a key of the same name: moments as ISO 8601 in UTC, durations in seconds, enums by value,
nested dataclasses as dicts. Fields that hold their default are left out.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from kept.core import acts
from kept.core.errors import Incomplete

T = TypeVar("T")
SCHEMA = 1
"""The version of the shape below; a later shape raises it and keeps reading the earlier ones."""


def act_to_dict(act: acts.Act) -> dict[str, Any]:
    """`{"act": name, …}` with every field that differs from its default."""
    return {"act": act.name} | _fields_to_dict(act)


def act_from_dict(data: object, known: Mapping[str, type[acts.Act]] = acts.BY_NAME) -> acts.Act:
    """The act that `data` (a JSON object) describes, one of `known`; `Incomplete`, naming the field, where none."""
    if not isinstance(data, Mapping):
        raise Incomplete("An act is an object: “act” and what it carries.", field="act")
    name = data.get("act")
    kind = known.get(name) if isinstance(name, str) else None
    if kind is None:
        raise Incomplete(f"“act” must be one of: {', '.join(sorted(known))}.", field="act")
    rest = {key: value for key, value in data.items() if key != "act"}
    act: acts.Act = _from_dict(kind, rest)
    return act


def to_dict(value: Any) -> dict[str, Any]:
    """Any dataclass of the rules (expectations, terms, …) in the same shape."""
    return _fields_to_dict(value)


def from_dict(kind: type[T], data: Mapping[str, Any]) -> T:
    """The `kind` that `to_dict` wrote; `Incomplete`, naming the field, where `data` describes none."""
    made: T = _from_dict(kind, data)
    return made


def _fields_to_dict(value: Any) -> dict[str, Any]:
    return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if getattr(value, f.name) != f.default}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case StrEnum():
            return value.value
        case tuple():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value):
            return _fields_to_dict(value)
        case _:
            return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _fields(kind: type) -> dict[str, Field[Any]]:
    return {f.name: f for f in fields(kind)}


def _from_dict(kind: type, data: Mapping[str, Any]) -> Any:
    known = _fields(kind)
    for key in data:
        if key not in known:
            shown = str(key)[:40].encode("utf-8", "replace").decode()
            raise Incomplete(f"“{shown}” is not known here; known are: {', '.join(sorted(known))}.", field=shown)
    for name, field in known.items():
        if name not in data and field.default is MISSING:
            raise Incomplete(f"“{name}” is missing.", field=name)
    return kind(**{key: _typed(_hints(kind)[key], value, key) for key, value in data.items()})


def _typed(hint: Any, value: Any, name: str) -> Any:
    if isinstance(hint, types.UnionType):
        if value is None and types.NoneType in typing.get_args(hint):
            return None
        return _typed(next(arg for arg in typing.get_args(hint) if arg is not types.NoneType), value, name)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise Incomplete(f"“{name}” must be a list.", field=name)
        return tuple(_typed(typing.get_args(hint)[0], each, name) for each in value)
    if is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise Incomplete(f"“{name}” must be an object.", field=name)
        return _from_dict(typing.cast("type", hint), value)
    try:
        return _scalar(hint, value)
    except (ValueError, TypeError, OverflowError) as error:
        raise Incomplete(f"“{name}” must be {_wanted(hint)}.", field=name) from error


def _scalar(hint: Any, value: Any) -> Any:
    """`value` as the type `hint`; `ValueError`, `TypeError` or `OverflowError` where it is no such thing."""
    if hint is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC)
    if hint is date:
        return date.fromisoformat(value)
    if issubclass(hint, StrEnum):
        return hint(value)
    if hint is timedelta and type(value) in (int, float):
        return timedelta(seconds=value)
    if type(value) is not hint or not _storable(value):
        raise ValueError(value)
    return value


def _storable(value: str | int) -> bool:
    """Whether either database can keep it: 64 bits for a number; no NUL and no half of a character for text."""
    if isinstance(value, str):
        return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value)
    return -(2**63) <= value < 2**63


def _wanted(hint: Any) -> str:
    return f"one of: {', '.join(hint)}" if issubclass(hint, StrEnum) else _WORDS[hint]


_WORDS = {
    str: "text, without NUL or half characters",
    int: "a whole number of at most 64 bits",
    bool: "true or false",
    datetime: "a moment with its time zone, such as 2026-05-04T14:00:00+02:00",
    date: "a day, such as 2026-05-04",
    timedelta: "a number of seconds",
}
