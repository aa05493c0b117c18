"""What a file of people would change, said before anything is changed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from kept.people.importing.drafts import Draft


class What(StrEnum):
    """What would happen to a party."""

    ADDED = "added"
    CHANGED = "changed"
    RETURNED = "comes back"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, as people call it, with what stands in it now and what will."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is taken and changes something."""

    line: int
    kind: str
    name: str
    what: What
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who would leave: because a row says so (`line`), or because no row names them (`line` is None).

    `successor` is the key of whoever takes over: a person's id, minus a line for one who comes with this file.
    """

    person: int
    name: str
    line: int | None
    successor: int | None
    successor_name: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is put aside, with the reason, and its cells to hand it back."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Everything that a file would change. `drafts` are the rows that `apply` carries out."""

    heading: tuple[str, ...]
    unread: tuple[str, ...]
    encoding: str
    separator: str
    rows: int
    entries: tuple[Entry, ...]
    leavers: tuple[Leaver, ...]
    missing: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    notes: tuple[str, ...]
    drafts: tuple[Draft, ...] = field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """How many are added, changed, come back, leave, stay as they are, are put aside, are missing in the file."""
        counted = Counter(str(entry.what) for entry in self.entries)
        return {
            "added": counted[What.ADDED],
            "changed": counted[What.CHANGED],
            "returned": counted[What.RETURNED],
            "left": len(self.leavers),
            "unchanged": self.unchanged,
            "rejected": len(self.rejected),
            "missing": self.missing,
        }

    @property
    def changes_nothing(self) -> bool:
        """Whether there is nothing to do."""
        return not self.entries and not self.leavers

    @property
    def fingerprint(self) -> str:
        """The same for the same changes: tells whether something else changed between looking and doing."""
        return hashlib.sha256(json.dumps(self._said(), sort_keys=True).encode()).hexdigest()[:32]

    def as_json(self) -> dict[str, Any]:
        """Everything that people look at, for `--json`."""
        return {
            "rows": self.rows,
            "encoding": self.encoding,
            "separator": self.separator,
            "not_read": list(self.unread),
            **self.counts,
            **self._said(),
            "rejects": [{"line": one.line, "reason": one.reason} for one in self.rejected],
            "notes": list(self.notes),
        }

    def _said(self) -> dict[str, Any]:
        return {
            "changes": [asdict(entry) for entry in self.entries],
            "leavers": [asdict(leaver) for leaver in self.leavers],
        }


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names in a sentence: "Ann, Bo and 3 more"."""
    first = list(names)
    if len(first) <= most:
        return ", ".join(first)
    return f"{', '.join(first[:most])} and {len(first) - most:,} more"
