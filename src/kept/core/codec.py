"""Acts as JSON-able dicts and back: what the ledger stores and the API takes.

A field of an act becomes a key of the same name: moments as ISO 8601 in UTC, durations in seconds, enums by value,
nested dataclasses as dicts. Fields that hold their default are left out.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
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


def _from_dict(kind: type, data: Mapping[str, Any]) -> Any:
    known, needed = _shape(kind)
    for key in data:
        if key not in known:
            shown = str(key)[:40].encode("utf-8", "replace").decode()
            raise Incomplete(f"“{shown}” is not known here; known are: {', '.join(sorted(known))}.", field=shown)
    for name in needed:
        if name not in data:
            raise Incomplete(f"“{name}” is missing.", field=name)
    return kind(**{key: known[key](value, key) for key, value in data.items()})


Reads = Callable[[Any, str], Any]
"""Makes a field's value of what stands under its name; `Incomplete`, naming it, where that cannot be."""


@cache
def _shape(kind: type) -> tuple[dict[str, Reads], tuple[str, ...]]:
    """How to read each field of `kind`, by name; and the names of those without a default."""
    hints = typing.get_type_hints(kind)
    needed = tuple(f.name for f in fields(kind) if f.default is MISSING)
    return {f.name: _reader(hints[f.name]) for f in fields(kind)}, needed


def _reader(hint: Any) -> Reads:
    if isinstance(hint, types.UnionType):
        return _or_nothing(hint)
    if typing.get_origin(hint) is tuple:
        return _several(_reader(typing.get_args(hint)[0]))
    return _nested(hint) if is_dataclass(hint) else _plain_reader(hint)


def _or_nothing(hint: types.UnionType) -> Reads:
    one = _reader(next(arg for arg in typing.get_args(hint) if arg is not types.NoneType))
    if types.NoneType not in typing.get_args(hint):
        return one
    return lambda value, name: None if value is None else one(value, name)


def _several(one: Reads) -> Reads:
    def read(value: Any, name: str) -> Any:
        if not isinstance(value, list | tuple):
            raise Incomplete(f"“{name}” must be a list.", field=name)
        return tuple(one(each, name) for each in value)

    return read


def _nested(kind: Any) -> Reads:
    def read(value: Any, name: str) -> Any:
        if not isinstance(value, Mapping):
            raise Incomplete(f"“{name}” must be an object.", field=name)
        return _from_dict(kind, value)

    return read


def _plain_reader(hint: Any) -> Reads:
    def read(value: Any, name: str) -> Any:
        try:
            return _scalar(hint, value)
        except (ValueError, TypeError, OverflowError) as error:
            raise Incomplete(f"“{name}” must be {_wanted(hint)}.", field=name) from error

    return read


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
        return _UNSTORABLE.search(value) is None
    return -(2**63) <= value < 2**63


_UNSTORABLE = re.compile("[\\0\\ud800-\\udfff]")


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
