"""Pages of a list by cursor: each says where the next begins, so that what comes in between moves nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from kept.api.v1.problems import Problem, field_problem

M = TypeVar("M", bound=Model)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order(Generic[T]):
    """An order of rows: by `column` (with the id to decide), downwards or up; `read` makes its value from JSON."""

    name: str
    column: str
    down: bool
    read: Callable[[Any], T]


def moment(value: Any) -> datetime:
    """A moment as it stands in a cursor."""
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError(value)
    return read


def number(value: Any) -> int:
    """A number as it stands in a cursor."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError(value)
    return value


def text(value: Any) -> str:
    """A text as it stands in a cursor."""
    if not isinstance(value, str) or "\0" in value or len(value) > 500:
        raise ValueError(value)
    value.encode()
    return value


def page_of(rows: QuerySet[M], order: Order[Any], cursor: str, limit: int) -> tuple[list[M], str | None]:
    """The rows after `cursor` ("": the first), at most `limit`, and the cursor of the next page, if there is one."""
    if cursor:
        rows = rows.filter(_after(order, cursor))
    sign = "-" if order.down else ""
    found: Sequence[M] = list(rows.order_by(f"{sign}{order.column}", f"{sign}pk")[: limit + 1])
    shown = list(found[:limit])
    return shown, _written(order, shown[-1]) if len(found) > limit else None


def page_of_list(rows: Sequence[T], order: Order[int], cursor: str, limit: int) -> tuple[list[T], str | None]:
    """The same of a list that is read already and stands in its order: upwards, by a number that each has alone."""
    after = _place(order, cursor)[0] if cursor else -1
    left = [row for row in rows if getattr(row, order.column) > after]
    shown = left[:limit]
    last = getattr(shown[-1], order.column) if shown else 0
    return shown, _text(order, last, last) if len(left) > limit else None


def _written(order: Order[Any], row: Model) -> str:
    value = row.pk if order.column == "pk" else getattr(row, order.column)
    return _text(order, value.isoformat() if isinstance(value, datetime) else value, row.pk)


def _text(order: Order[Any], value: Any, key: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([order.name, value, key]).encode()).decode().rstrip("=")


def _after(order: Order[Any], cursor: str) -> Q:
    value, key = _place(order, cursor)
    step = "lt" if order.down else "gt"
    return Q(**{f"{order.column}__{step}": value}) | Q(**{order.column: value, f"pk__{step}": key})


def _place(order: Order[T], cursor: str) -> tuple[T, int]:
    """Where a page ended: the value of its last row in that order, and its id. Raises `Problem`."""
    try:
        name, plain, key = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        if name != order.name:
            raise _foreign()
        return order.read(plain), number(key)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise _foreign() from error


def _foreign() -> Problem:
    return field_problem("cursor", "Give `next` of the page before, with the same `sort`; or none.", where="query")
