"""What one side of a tie expects of it, and how two such lists differ.

Every field may stay empty: then nothing is expected there. Times named "working" are working time of the provider's
calendar; the others are plain time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from kept.core.errors import Incomplete
from kept.core.terms import FARTHEST, LONGEST_WORDS, Check, Given

LONGEST_NAME = 80
LONGEST_LINE = 300
MOST_ITEMS = 30


class NeedKind(StrEnum):
    """What kind of thing a good ask contains."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    DOCUMENT = "document"


class Channel(StrEnum):
    """Where the customer hears how it stands."""

    KEPT = "kept"
    MAIL = "mail"
    CHAT = "chat"
    PHONE = "phone"
    IN_PERSON = "in person"


class WhileOpen(StrEnum):
    """Whether something may be delivered while a promise that it relies on is still open."""

    REASON = "with a reason"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a good ask contains: its name, and in the provider's words what is meant."""

    name: str
    kind: NeedKind = NeedKind.TEXT
    hint: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What one side expects.

    `turnaround`: from ask to delivery, working time. `acknowledge_within`: until the customer hears that the ask was
    seen, working time. `hours`: when the provider can be reached, in words ("" is: as its calendar says). `needs`: what
    a good ask contains. `checklist`: what a good delivery looks like. `update_every`: how often the customer hears,
    working time; by `channel`. `grace`: how long the provider has, once warned that
    a date is likely to be missed, until the customer hears of it, working time. `tell`: the persons who are told when
    it slips. `share`: of the provider's capacity, in
    percent. `reopen_window`: how long after acceptance the customer may reopen. `deliver_while_open`: see `WhileOpen`.
    `complaint_within`: until a complaint is acknowledged, working time. `review_on`: when both look at it again.
    """

    turnaround: timedelta | None = None
    acknowledge_within: timedelta | None = None
    hours: str = ""
    needs: tuple[Need, ...] = ()
    checklist: tuple[str, ...] = ()
    update_every: timedelta | None = None
    channel: Channel | None = None
    grace: timedelta | None = None
    tell: tuple[int, ...] = ()
    share: int | None = None
    reopen_window: timedelta | None = None
    deliver_while_open: WhileOpen = WhileOpen.REASON
    complaint_within: timedelta | None = None
    review_on: date | None = None
    words: str = ""


NOTHING = Expectations()
NAMES = tuple(field.name for field in fields(Expectations))
TIMES = ("turnaround", "acknowledge_within", "update_every", "grace", "complaint_within", "reopen_window")


# --- two sides ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One field of two lists of expectations, side by side."""

    field: str
    customer: Any
    provider: Any

    @property
    def same(self) -> bool:
        """Whether both sides expect the same."""
        return bool(self.customer == self.provider)


def side_by_side(customer: Expectations, provider: Expectations) -> tuple[Row, ...]:
    """Every field that at least one of the two says something about, in the order of `Expectations`."""
    rows = (Row(name, getattr(customer, name), getattr(provider, name)) for name in NAMES)
    return tuple(row for row in rows if not row.same or row.customer != getattr(NOTHING, row.field))


def differences(customer: Expectations, provider: Expectations) -> tuple[Row, ...]:
    """The fields in which the two differ."""
    return tuple(row for row in side_by_side(customer, provider) if not row.same)


# --- an ask and a delivery under an agreement ---------------------------------------------------------------------


def lacking(expectations: Expectations, given: Iterable[Given]) -> tuple[tuple[Need, str], ...]:
    """What an ask lacks: each need that `given` does not answer, or answers in a way that is no date or number, with
    the sentence that says so in the words of those who need it.
    """
    texts = {each.name: each.text.strip() for each in given}
    reasons = ((need, _lacks(need, texts)) for need in expectations.needs)
    return tuple((need, reason) for need, reason in reasons if reason)


def _lacks(need: Need, texts: Mapping[str, str]) -> str:
    text = texts.get(need.name, "")
    hint = f": {need.hint}" if need.hint else ""
    if not text:
        what = "Say where to find" if need.kind is NeedKind.DOCUMENT else "Say"
        return f"{what} “{need.name}”{hint or ', as both sides agreed.'}" if need.required else ""
    if need.kind is NeedKind.DATE and not _reads(date.fromisoformat, text):
        return f"“{need.name}” is a date: write it as year-month-day{hint}"
    if need.kind is NeedKind.NUMBER and not _reads(_number, text):
        return f"“{need.name}” is a number{hint}"
    return ""


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise InvalidOperation(text)
    return number


def _reads(read: Any, text: str) -> bool:
    try:
        read(text)
    except (ValueError, ArithmeticError):
        return False
    return True


def whole_checklist(expectations: Expectations, ticked: Iterable[Check]) -> tuple[Check, ...]:
    """The agreed checklist as it was delivered: what nobody spoke of is not done. What was ticked besides stays."""
    said = {check.item: check.done for check in ticked}
    agreed = tuple(Check(item, said.pop(item, False)) for item in expectations.checklist)
    return (*agreed, *(Check(item, done) for item, done in said.items()))


# --- does it make sense? ------------------------------------------------------------------------------------------


def check(expectations: Expectations, at: datetime) -> None:
    """Refuse expectations that say nothing, or something that cannot be; `Incomplete` names the field."""
    if expectations == NOTHING:
        raise Incomplete("Say at least one thing that you expect.", field="turnaround")
    for name in TIMES:
        _check_time(name, getattr(expectations, name))
    _check_text("hours", expectations.hours, LONGEST_LINE)
    _check_text("words", expectations.words, LONGEST_WORDS)
    _check_needs(expectations.needs)
    _check_lines("checklist", expectations.checklist, LONGEST_LINE)
    if len(expectations.tell) > MOST_ITEMS or len(set(expectations.tell)) < len(expectations.tell):
        raise Incomplete(f"Name each person once, and at most {MOST_ITEMS}.", field="tell")
    if expectations.share is not None and not 1 <= expectations.share <= 100:
        raise Incomplete("A share lies between 1 and 100 percent.", field="share")
    if expectations.review_on is not None and expectations.review_on <= at.date():
        raise Incomplete("Choose a day that is still to come.", field="review_on")


def _check_time(name: str, time: timedelta | None) -> None:
    if time is not None and not timedelta(0) < time <= FARTHEST:
        raise Incomplete("A time is more than nothing and less than a hundred years; or leave it empty.", field=name)


def _check_text(field: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise Incomplete(f"That is longer than {longest:,} characters; shorten it.", field=field)


def _check_needs(needs: tuple[Need, ...]) -> None:
    _check_lines("needs", tuple(need.name for need in needs), LONGEST_NAME)
    for need in needs:
        _check_text("needs", need.hint, LONGEST_LINE)


def _check_lines(field: str, lines: tuple[str, ...], longest: int) -> None:
    if len(lines) > MOST_ITEMS:
        raise Incomplete(f"That is more than {MOST_ITEMS}: nobody keeps so many in mind.", field=field)
    if any(line.strip() != line or line.splitlines() != [line] for line in lines):
        raise Incomplete("Each is one line with words in it.", field=field)
    if len({line.casefold() for line in lines}) < len(lines):
        raise Incomplete("One of them stands there twice; leave one out.", field=field)
    for line in lines:
        _check_text(field, line, longest)
