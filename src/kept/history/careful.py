"""CSV into `raw`, record by record: slower, but it knows each record's line and what is wrong with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kept.history.batches import Batches
from kept.history.dialect import LARGEST_FIELD, Header
from kept.history.raw import Task

MOST_LINES_A_RECORD: Final = 5_000


class _Lines:
    """The lines of a text, with those of the record at hand kept so that reading can start again after its first."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self._again: deque[str] = deque()
        self.number = 0
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._stream)
        self.number += 1
        self.record.append(line)
        if len(self.record) > MOST_LINES_A_RECORD:
            raise csv.Error("a quotation mark is opened here and not closed")
        return line

    @property
    def first_line(self) -> int:
        """The number of the record's first line."""
        return self.number - len(self.record) + 1

    def go_back(self) -> None:
        """Give every line of the record but its first once more."""
        self._again.extendleft(reversed(self.record[1:]))
        self.number -= len(self.record) - 1


def read_carefully(task: Task, header: Header, wanted: tuple[str, ...]) -> int:
    """Fill `raw` with the well-formed records and `rejects` with the others; give the number of records."""
    csv.field_size_limit(LARGEST_FIELD)
    places = [header.columns.index(column) for column in wanted]
    total = max(task.plain.line_feeds, 1)
    place = 0
    with Batches(task.connection, task.scratch, len(places)) as batches:
        for place, (line, record, fault) in enumerate(_records(task.plain.path, header), 1):
            if fault:
                batches.reject(line, fault)
            else:
                batches.add(place, line, [record[at] for at in places])
            if place % 50_000 == 0:
                task.on_progress("Checking each row", min(line / total, 1.0))
    return place


def _records(path: Path, header: Header) -> Iterator[tuple[int, list[str], str]]:
    """Each record below the head: its first line's number, its values, and what is wrong with it ("" if nothing)."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for _ in range(header.lines):
            next(stream)
        lines = _Lines(stream)
        lines.number = header.lines
        reader = _reader(lines, header)
        while True:
            lines.record.clear()
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield lines.first_line, [], _in_words(error)
                lines.go_back()
                reader = _reader(lines, header)
                continue
            if not record or (len(header.columns) > 1 and not any(map(str.strip, record)) and len(record) == 1):
                continue
            fault = _width_fault(record, header)
            yield lines.first_line, record, fault
            if fault and _swallowed(lines.record, header):
                lines.go_back()
                reader = _reader(lines, header)


def _reader(lines: _Lines, header: Header) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=header.separator, strict=True, skipinitialspace=True)


def _in_words(error: csv.Error) -> str:
    said = str(error)
    if "expected after" in said:
        return "A quotation mark stands inside a quoted value without being doubled."
    if "end of data" in said or "not closed" in said or "field larger" in said:
        return "A quotation mark is opened here and not closed."
    return f"The line can't be read ({said})."


def _width_fault(record: list[str], header: Header) -> str:
    if len(record) == len(header.columns):
        return ""
    values = "1 value" if len(record) == 1 else f"{len(record)} values"
    return f"The line has {values} where the header names {len(header.columns)} columns."


def _swallowed(record_lines: list[str], header: Header) -> bool:
    """Whether a record over several lines holds lines that are whole records of their own."""
    rest = record_lines[1:]
    try:
        alone = csv.reader(rest, delimiter=header.separator, strict=True, skipinitialspace=True)
        return any(len(record) == len(header.columns) for record in alone)
    except csv.Error:
        return bool(rest)
