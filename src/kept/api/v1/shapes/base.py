"""What all shapes stand on: strict, no unknown fields, moments as RFC 3339 with their zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

T = TypeVar("T")
LARGEST_ID = 2**63 - 1
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _rfc3339(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("write a moment with its time zone, such as 2026-05-04T14:00:00+02:00")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("choose a year that a calendar has") from error


def _day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("write a day as year-month-day, such as 2026-05-04")
    return date.fromisoformat(value)


Moment = Annotated[datetime, BeforeValidator(_rfc3339, json_schema_input_type=datetime)]
Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
"""The number of something. Of parties (persons, teams, outside customers) there is one row of numbers for all."""
Words = Annotated[str, StringConstraints(max_length=4000)]


class Taken(BaseModel):
    """What a call takes: nothing but what is named here, each of exactly its type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Asked(BaseModel):
    """What stands in an address: text that is read as its type."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    """What a call gives."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Page(Given, Generic[T]):
    """One page of a list; `next` is the cursor of the page after it, null on the last."""

    items: list[T]
    next: str | None


class Paged(Asked):
    """How much of a list, and from where."""

    cursor: Annotated[str, Field(max_length=1000, description="`next` of the page before; empty for the first.")] = ""
    limit: Annotated[int, Field(ge=1, le=100, description="At most so many.")] = 50
