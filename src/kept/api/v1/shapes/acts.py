"""The acts as the API takes them: made from `core.acts`, one shape an act, told apart by `act`; new acts need no line.

A field of an act is a field of the shape. What Kept itself adds (`FIXED`) is not the caller's to say.
"""

from __future__ import annotations

import functools
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar, Union

from pydantic import Field, RootModel, create_model

from kept.api.v1.shapes.base import Day, Id, Moment, Taken
from kept.core import acts, codec

FIXED = frozenset({"agreement", "agreement_version", "reopen_window", "answerable", "shown"})
OPENINGS: tuple[type[acts.Act], ...] = (acts.Ask, acts.Offer)
FURTHER = tuple(act for act in acts.EVERY_ACT if act not in OPENINGS)
D = TypeVar("D")


class Acting(Taken):
    """What goes with an act besides what it carries: what the actor was looking at, and for which side it is done."""

    seen: Annotated[
        int | None, Field(ge=0, le=2**31, description="The `sequence` that you were looking at when you decided.")
    ] = None
    side: Annotated[
        Literal["customer", "provider"] | None,
        Field(description="The side you act for; needed only where you may act for both."),
    ] = None


@functools.cache
def shape_of(kind: type) -> type[Taken]:
    """The shape of a dataclass of the rules: terms, expectations, a checklist's line …"""
    return create_model(kind.__name__, __base__=Taken, __doc__=_said(kind), **_fields(kind))


def shape_of_act(
    kind: type[acts.Act], base: type[Taken] = Taken, *, without: frozenset[str] = FIXED, called: str = ""
) -> type[Taken]:
    """The shape of an act: its fields, and `act`, its name. One that leaves more out is `called` something else."""
    more = {name: how for name, how in _fields(kind).items() if name not in without}
    tag: dict[str, Any] = {"act": (Literal[kind.name], Field(title="act"))}
    return create_model(called or f"{kind.__name__}Act", __base__=base, __doc__=_said(kind), **tag, **more)


def _one_of(kinds: tuple[type[acts.Act], ...], base: type[Taken]) -> Any:
    """The shapes of several acts as one type, told apart by `act`."""
    shapes = tuple(shape_of_act(kind, base) for kind in kinds)
    return Annotated[Union[shapes], Field(discriminator="act")]  # noqa: UP007 from a tuple


def act_from(shape: Taken) -> acts.Act:
    """The act that a shape describes. Raises `Incomplete`, naming the field."""
    return codec.act_from_dict(plain(shape))


def from_shape(kind: type[D], shape: Taken) -> D:
    """Any other dataclass that a shape describes."""
    return codec.from_dict(kind, plain(shape))


def plain(shape: Taken) -> dict[str, Any]:
    """What was said, as `core.codec` reads it."""
    return shape.model_dump(mode="json", exclude_unset=True)


def _fields(kind: type) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {field.name: (_type(hints[field.name], field.name), _default(field.default)) for field in fields(kind)}


def _default(default: Any) -> Any:
    """What stands where nothing was said; `...`: it must be said."""
    if default is MISSING:
        return ...
    return list(default) if isinstance(default, tuple) else default


def _type(hint: Any, name: str) -> Any:
    """The type of a field as it stands in JSON."""
    if isinstance(hint, types.UnionType):
        inner = [_type(arg, name) for arg in typing.get_args(hint) if arg is not types.NoneType]
        return Union[*inner, None]
    if typing.get_origin(hint) is tuple:
        return Annotated[list[_type(typing.get_args(hint)[0], name)], Field(strict=True)]  # type: ignore[misc]
    if is_dataclass(hint):
        return shape_of(typing.cast("type", hint))
    if hint is datetime:
        return Moment
    if hint is date:
        return Day
    if hint is timedelta:
        return Annotated[float, Field(description="In seconds.")]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Literal[tuple(str(each) for each in hint)]
    return Id if hint is int and name not in NUMBERS else hint


NUMBERS = frozenset({"share"})
"""Whole numbers that are no ids."""


def _said(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())


class Opening(RootModel[_one_of(OPENINGS, Taken)]):  # type: ignore[misc]
    """An ask or an offer."""


class Further(RootModel[_one_of(FURTHER, Acting)]):  # type: ignore[misc]
    """Any act in a promise that is open already."""
