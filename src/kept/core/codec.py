"""Acts as JSON-able dicts and back: what the ledger stores and the API takes.

A field of an act becomes a key of the same name: moments as ISO 8601 in UTC, durations in seconds, enums by value,
nested dataclasses as dicts. Fields that hold their default are left out.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from kept.core import acts
from kept.core.errors import Incomplete

SCHEMA = 1
"""The version of the shape below; a later shape raises it and keeps reading the earlier ones."""


def act_to_dict(act: acts.Act) -> dict[str, Any]:
    """`{"act": name, …}` with every field that differs from its default."""
    return {"act": act.name} | _fields_to_dict(act)


def act_from_dict(data: Mapping[str, Any]) -> acts.Act:
    """The act that `data` describes; `Incomplete`, naming the field, where it describes none."""
    kind = acts.BY_NAME.get(data.get("act", ""))
    if kind is None:
        raise Incomplete(f"“act” must be one of: {', '.join(sorted(acts.BY_NAME))}.", field="act")
    rest = {key: value for key, value in data.items() if key != "act"}
    act: acts.Act = _from_dict(kind, rest)
    return act


def _fields_to_dict(value: Any) -> dict[str, Any]:
    return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if getattr(value, f.name) != f.default}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
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
            raise Incomplete(f"“{key}” is not known here; known are: {', '.join(sorted(known))}.", field=key)
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
    try:
        return _scalar(hint, value, name)
    except (ValueError, TypeError, OverflowError) as error:
        raise Incomplete(f"“{name}” cannot be read: {value!r}.", field=name) from error


def _scalar(hint: Any, value: Any, name: str) -> Any:
    if hint is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise Incomplete(f"“{name}” needs a time zone, such as 2026-05-04T14:00:00+02:00.", field=name)
        return moment
    if hint is timedelta:
        return timedelta(seconds=value)
    if is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise Incomplete(f"“{name}” must be an object.", field=name)
        return _from_dict(typing.cast("type", hint), value)
    if issubclass(hint, StrEnum):
        return hint(value)
    if type(value) is not hint:
        raise Incomplete(f"“{name}” must be {_WORDS[hint]}.", field=name)
    return value


_WORDS = {str: "text", int: "a whole number", bool: "true or false"}
