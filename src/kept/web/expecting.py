"""How pages say what a side expects: each field with its name, in lines of words, and where the other side differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kept.core.expectations import NOTHING, Channel, Expectations, Need, NeedKind, Row, WhileOpen, side_by_side
from kept.core.moments import MONTHS
from kept.people.models import Person

HOUR = timedelta(hours=1)
LABELS: dict[str, str] = {
    "turnaround": "From ask to delivery",
    "acknowledge_within": "Until the customer hears that the ask was seen",
    "hours": "When the provider can be reached",
    "needs": "What a good ask contains",
    "checklist": "What a good delivery looks like",
    "update_every": "How often the customer hears",
    "channel": "Where the customer hears",
    "grace": "Time for the provider, once a date is likely to be missed, until the customer hears of it",
    "tell": "Who is told when it slips",
    "share": "Share of the provider's capacity",
    "reopen_window": "How long after acceptance it can be reopened",
    "deliver_while_open": "Delivery while something it relies on is open",
    "complaint_within": "Until a complaint is acknowledged",
    "review_on": "Both look at it again",
    "words": "And besides",
}
CHANNELS: dict[Channel, str] = {
    Channel.KEPT: "in Kept",
    Channel.MAIL: "by e-mail",
    Channel.CHAT: "in the chat",
    Channel.PHONE: "by phone",
    Channel.IN_PERSON: "in person",
}
NEED_KINDS: dict[NeedKind, str] = {
    NeedKind.TEXT: "words",
    NeedKind.DATE: "a date",
    NeedKind.NUMBER: "a number",
    NeedKind.DOCUMENT: "a document",
}
OPEN: dict[WhileOpen, str] = {WhileOpen.REASON: "possible, with a reason", WhileOpen.REFUSE: "not possible"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a field; `alone` says that the other side does not expect it."""

    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field as both sides see it."""

    label: str
    customer: tuple[Line, ...]
    provider: tuple[Line, ...]
    same: bool


def beside(customer: Expectations | None, provider: Expectations | None) -> list[Field]:
    """Every field that one of the two says something about, side by side. None: that side has said nothing."""
    rows = side_by_side(customer or NOTHING, provider or NOTHING)
    names = _names(rows)
    return [_field(row, names) for row in rows]


def alone(expectations: Expectations) -> list[Field]:
    """The fields of one list, for a page that shows a version by itself."""
    return beside(expectations, expectations)


def _field(row: Row, names: dict[int, str]) -> Field:
    ours, theirs = _lines(row.field, row.customer, names), _lines(row.field, row.provider, names)
    return Field(
        LABELS[row.field],
        tuple(Line(text, text not in theirs) for text in ours),
        tuple(Line(text, text not in ours) for text in theirs),
        row.same,
    )


def _lines(field: str, value: Any, names: dict[int, str]) -> list[str]:
    """What a field says, in lines; none where it says nothing."""
    if value is None or value in ((), ""):
        return []
    if field == "needs":
        return [_need(need) for need in value]
    if field == "checklist":
        return list(value)
    if field == "tell":
        return [names.get(person, "somebody who is not here any more") for person in value]
    return [_SAID.get(field, str)(value)]


def working(time: timedelta) -> str:
    """A stretch of working time: "16 working hours", "45 working minutes"."""
    if time < HOUR:
        minutes = round(time / timedelta(minutes=1))
        return f"{minutes} working {'minute' if minutes == 1 else 'minutes'}"
    hours = f"{time / HOUR:,.2f}".rstrip("0").rstrip(".")
    return f"{hours} working {'hour' if hours == '1' else 'hours'}"


def _plain(time: timedelta) -> str:
    days = f"{time / timedelta(days=1):,.2f}".rstrip("0").rstrip(".")
    return f"{days} {'day' if days == '1' else 'days'}"


def _day(day: date) -> str:
    return f"on {day.day} {MONTHS[day.month - 1]} {day.year}"


def _need(need: Need) -> str:
    said = f"{need.name} ({NEED_KINDS[need.kind]}{'' if need.required else ', if there is one'})"
    return f"{said}: {need.hint}" if need.hint else said


def _names(rows: tuple[Row, ...]) -> dict[int, str]:
    ids = {person for row in rows if row.field == "tell" for person in (*row.customer, *row.provider)}
    return dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


_SAID: dict[str, Callable[[Any], str]] = {
    "turnaround": lambda time: f"within {working(time)}",
    "acknowledge_within": lambda time: f"within {working(time)}",
    "complaint_within": lambda time: f"within {working(time)}",
    "update_every": lambda time: f"at least every {working(time)}",
    "grace": working,
    "channel": lambda channel: CHANNELS[channel],
    "share": lambda share: f"{share} %",
    "reopen_window": _plain,
    "deliver_while_open": lambda open_: OPEN[open_],
    "review_on": _day,
}
