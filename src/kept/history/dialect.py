"""The head of a CSV file: which sign separates its columns, and what they are called."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from kept.history.errors import UnreadableLog

SEPARATORS: Final = (",", ";", "\t", "|")
MOST_COLUMNS: Final = 2_000
SAMPLE_CHARACTERS: Final = 1 << 20
SAMPLE_RECORDS: Final = 30
LARGEST_FIELD: Final = 1 << 20
SEPARATOR_WORDS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}


@dataclass(frozen=True)
class Header:
    """The head of a CSV file.

    `columns` are unique names in the file's order (`repeated` those that stood there more than once, `unnamed` those
    that Kept had to name); `lines` is how many lines the head takes, blank and "sep=" lines before it included.
    """

    separator: str
    columns: tuple[str, ...]
    repeated: frozenset[str]
    lines: int
    plain_head: bool
    notes: tuple[str, ...]


def read_header(path: Path, name: str, *, separator: str | None, wanted: Iterable[str] = ()) -> Header:
    """Read the head of the UTF-8 text `path`, called `name` in errors.

    `separator` is the mapping's, or None to find it out; `wanted` are column names that would speak for a separator.
    Raises UnreadableLog.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        sample = stream.read(SAMPLE_CHARACTERS)
    body, skipped, stated = _after_preamble(sample)
    separator = separator or stated or _found_separator(body, frozenset(wanted))
    names, lines = _first_record(body, separator, name)
    _refuse_unusable(names, name)
    columns, repeated, notes = _unique(names)
    if separator != ",":
        notes.append(f"The columns are separated by {SEPARATOR_WORDS.get(separator, separator)}.")
    return Header(separator, columns, repeated, skipped + lines, skipped == 0 and lines == 1, tuple(notes))


def _after_preamble(sample: str) -> tuple[str, int, str | None]:
    """Without blank lines before the head and Excel's "sep=;" line; with their number and the separator stated."""
    skipped, stated = 0, None
    lines = sample.splitlines(keepends=True)
    for line in lines:
        bare = line.strip()
        if bare.lower().startswith("sep=") and len(bare) == 5 and stated is None:
            stated = bare[4]
        elif bare:
            break
        skipped += 1
    return "".join(lines[skipped:]), skipped, stated


def _found_separator(body: str, wanted: frozenset[str]) -> str:
    """The sign that finds the wanted columns, and else the one that splits the first records alike and the most."""
    return max(SEPARATORS, key=lambda sign: (_score(body, sign, wanted), -SEPARATORS.index(sign)))


def _score(body: str, separator: str, wanted: frozenset[str]) -> tuple[int, float]:
    try:
        records = [r for r in islice(csv.reader(io.StringIO(body), delimiter=separator), SAMPLE_RECORDS) if r]
    except csv.Error:
        return (0, 0.0)
    if not records:
        return (0, 0.0)
    # The sample may end inside the last record.
    whole = records[:-1] if len(records) > 2 and len(records) < SAMPLE_RECORDS else records
    width = len(records[0])
    alike = Counter(len(record) == width for record in whole)[True] / len(whole)
    found = len(wanted & {name.strip() for name in records[0]})
    return (found, alike * width if width > 1 else 0.0)


def _first_record(body: str, separator: str, name: str) -> tuple[list[str], int]:
    csv.field_size_limit(LARGEST_FIELD)
    reader = csv.reader(io.StringIO(body), delimiter=separator, strict=True, skipinitialspace=True)
    try:
        return next(reader), reader.line_num
    except StopIteration:
        raise UnreadableLog(f"{name} has no header line: it holds only blank lines. Export it again.") from None
    except csv.Error as error:
        raise UnreadableLog(
            f"The header line of {name} can't be read ({error}). It must name the columns, separated by commas "
            f"or the like."
        ) from None


def _refuse_unusable(names: Sequence[str], name: str) -> None:
    if len(names) > MOST_COLUMNS:
        raise UnreadableLog(
            f"{name} has {len(names):,} columns; Kept reads up to {MOST_COLUMNS:,}. "
            f"Export only the columns that you need."
        )
    odd = next((text for text in names if any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text)), None)
    if odd is not None:
        raise UnreadableLog(
            f"{name} is not a text table: its first line holds unreadable signs. Save the log as CSV in UTF-8."
        )


def _unique(names: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str], list[str]]:
    """Names made unique: an empty one becomes "column 5", the second "Variant" becomes "Variant (2)"."""
    stripped = [text.strip() or f"column {place}" for place, text in enumerate(names, 1)]
    repeated = frozenset(text for text, count in Counter(stripped).items() if count > 1)
    taken = set(stripped)
    seen: Counter[str] = Counter()
    unique, notes = [], []
    for text in stripped:
        seen[text] += 1
        renamed, number = text, seen[text]
        while number > 1 and (renamed == text or renamed in taken):
            renamed, number = f"{text} ({number})", number + 1
        if renamed != text:
            taken.add(renamed)
            notes.append(f'Two columns are called "{text}"; the later one was read as "{renamed}".')
        unique.append(renamed)
    return tuple(unique), repeated, notes
