"""From the bytes of a CSV file to its rows: found out are its encoding, its separator and what its columns are."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kept.people.importing.columns import SAID, column_of
from kept.people.importing.errors import BadPeopleFile

LARGEST = 50 * 1024 * 1024
LONGEST_CELL = 100_000
"""The largest file that is read, in bytes: some hundred thousand people."""
MOST_COLUMNS = 500
SEPARATORS = ",;\t|"
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file, and the line that it begins on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was understood. `columns` says for each column that is read its place among the cells."""

    encoding: str
    separator: str
    heading: tuple[str, ...]
    columns: dict[str, int]
    rows: tuple[RawRow, ...]

    @property
    def unread(self) -> tuple[str, ...]:
        """The headings of the columns that Kept does not read."""
        read = set(self.columns.values())
        return tuple(name for place, name in enumerate(self.heading) if name.strip() and place not in read)


def read_sheet(data: bytes) -> Sheet:
    """The rows of a CSV file of people. Raises `BadPeopleFile`, which says what to do."""
    text, encoding = _decoded(data)
    text, separator = _separated(text)
    rows = _rows(text, separator)
    heading = next(rows, None)
    if heading is None:
        raise BadPeopleFile("The file is empty. Its first line names the columns: Name, E-mail, Teams, Boss …")
    columns = _columns(heading)
    return Sheet(encoding, separator, heading.cells, columns, tuple(rows))


def _decoded(data: bytes) -> tuple[str, str]:
    if len(data) > LARGEST:
        raise BadPeopleFile(f"The file is larger than {LARGEST // 1024 // 1024} MB; bring it in parts.")
    if data.startswith(WORKBOOKS):
        raise BadPeopleFile("This is a workbook, not a CSV file: in your spreadsheet choose “Save as”, then CSV UTF-8.")
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding), encoding
    for encoding in (_without_a_mark(data), "cp1252"):
        try:
            return _text(data, encoding), encoding
        except BadPeopleFile:
            continue
    return _text(data, "latin-1"), "latin-1"


def _without_a_mark(data: bytes) -> str:
    """UTF-16 without its mark shows itself by every second byte of the heading being empty."""
    start = data[:200]
    if len(start) > 3 and start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    return "utf-16-be" if len(start) > 3 and start[::2].count(0) > len(start) // 3 else "utf-8"


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadPeopleFile(
            f"The file says that it is {encoding.upper()}, but is not whole: save it again as CSV UTF-8."
        ) from error
    if "\x00" in text:
        raise BadPeopleFile("The file holds characters that are no text. Save it as CSV UTF-8 and bring that.")
    return text


def _separated(text: str) -> tuple[str, str]:
    """The text without a spreadsheet's `sep=` line, and its separator: the one under which most columns are known."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return "\n" + rest, first.strip()[4]
    line = next((line for line in text.splitlines() if line.strip()), "")
    heading = line[:10_000]

    def known(separator: str) -> tuple[int, int]:
        names = heading.split(separator)
        return sum(1 for name in names if column_of(name)), len(names)

    return text, max(SEPARATORS, key=known)


def _refuse_endless(cells: list[str]) -> None:
    """csv's own limit on a cell is the whole process's, and other readers move it."""
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise csv.Error("a cell without end")


def _rows(text: str, separator: str) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            _refuse_endless(cells)
            if any(cell.strip() for cell in cells):
                yield RawRow(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadPeopleFile(
            f"From line {line} on the file cannot be read: a quotation mark is opened and not closed, or something "
            "stands behind a closing one. Put that right, or save the file anew from your spreadsheet."
        ) from error


def _columns(heading: RawRow) -> dict[str, int]:
    if len(heading.cells) > MOST_COLUMNS:
        raise BadPeopleFile(f"The first line names {len(heading.cells):,} columns; {MOST_COLUMNS} are the most.")
    found = [(column, place) for place, name in enumerate(heading.cells) if (column := column_of(name))]
    twice = [column for column, count in Counter(column for column, _ in found).items() if count > 1]
    if twice:
        places = ", ".join(f"“{heading.cells[place].strip()}”" for column, place in found if column == twice[0])
        raise BadPeopleFile(f"Two columns say the same ({SAID[twice[0]]}): {places}. Rename or remove one.")
    columns = dict(found)
    if "name" not in columns and "last_name" not in columns:
        raise BadPeopleFile(
            f"No column is called “Name”. The first line (line {heading.line}) names the columns: "
            "Name, E-mail, Title, Teams, Leads, Boss; for teams and outside customers also Kind."
        )
    return columns
