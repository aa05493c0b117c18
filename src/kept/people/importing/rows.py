"""A row's cells, cleaned and judged each by itself: what can be wrong without looking at anything else."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.base_user import BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from kept.people.importing.columns import KINDS, LONGEST, OUTSIDE, SAID, SAYS
from kept.people.importing.sheet import RawRow, Sheet

YES = frozenset({"yes", "y", "x", "true", "1"})
NO = frozenset({"no", "n", "false", "0", "-"})
_FORMULA_TEXT = re.compile(r'^="(.*)"$')
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class BadRow(Exception):
    """The row is put aside; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says: for each column that the file has and that says something of this kind, its text ("": empty).

    `leaves` says that the row is about somebody who has left.
    """

    line: int
    kind: str
    said: dict[str, str]
    leaves: bool


def cleaned(sheet: Sheet, raw: RawRow, today: date) -> Row:
    """The row, cleaned. Raises `BadRow`."""
    if len(raw.cells) > len(sheet.heading) and any(cell.strip() for cell in raw.cells[len(sheet.heading) :]):
        raise BadRow("It has more cells than the first line has columns; put quotation marks around a cell that holds "
                     "the separator.")  # fmt: skip
    cells = {column: _cell(column, raw, place) for column, place in sheet.columns.items()}
    kind = KINDS.get(cells.get("kind", "").lower())
    if kind is None:
        raise BadRow(f"“{cells['kind']}” is no kind that Kept knows: write person, team or outside customer.")
    if "name" not in cells or not cells["name"]:
        cells["name"] = " ".join(filter(None, (cells.get("first_name"), cells.get("last_name"))))
    said = {column: text for column, text in cells.items() if column in SAYS[kind]}
    _judge(said, kind)
    return Row(raw.line, kind, said, leaves=_leaves(said, today))


def several(text: str) -> list[str]:
    """A cell that may name several, separated by semicolons or bars; each once."""
    return list(dict.fromkeys(filter(None, (" ".join(part.split()) for part in re.split(r"[;|]", text)))))


def _cell(column: str, raw: RawRow, place: int) -> str:
    text = raw.cells[place].strip() if place < len(raw.cells) else ""
    if text.isalnum() or not text:  # most cells: nothing to clean
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    text = unicodedata.normalize("NFC", text).strip()
    if found := _FORMULA_TEXT.match(text):  # how a spreadsheet is made to keep the zeros before a number
        text = found[1].replace('""', '"')
    if text[:1] == "'" and text[1:2] in "=+-@":
        text = text[1:]
    if column in {"teams", "leads"}:
        text = re.sub(r"[\r\n]+", ";", text)
    if _NO_TEXT.search(text):
        raise BadRow(f"“{SAID[column]}” holds a character that is no text.")
    return " ".join(text.split())


def _judge(said: dict[str, str], kind: str) -> None:
    if not said["name"]:
        raise BadRow("The name is missing.")
    for column, most in LONGEST.items():
        if len(said.get(column, "")) > most:
            raise BadRow(f"“{SAID[column]}” is longer than {most} characters.")
    if email := said.get("email"):
        said["email"] = _address(email)
    if kind == OUTSIDE and "looked_after_by" in said and not said["looked_after_by"]:
        raise BadRow("Say in “Looked after by” which team looks after them.")


def _address(email: str) -> str:
    email = BaseUserManager.normalize_email(email.removeprefix("mailto:"))
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadRow(f"“{email}” is not an e-mail address.") from error
    return email


def _leaves(said: dict[str, str], today: date) -> bool:
    text = said.get("left", "").lower()
    if not text or text in NO:
        return False
    if text in YES or text == "left":
        return True
    try:
        return date.fromisoformat(text[:10]) <= today
    except ValueError as error:
        raise BadRow(
            f"“{said['left']}” in “{SAID['left']}” is neither yes nor a day: write it like 2026-05-31."
        ) from error
