"""What reading and keeping work logs refuses.

HistoryError
├── UnreadableLog      the file as a whole can't be read; nothing of it was kept
├── BadMapping         the mapping can't be understood, or doesn't fit the file
│   └── NotRecognised  no mapping was given, and the columns are of no system that Kept knows
├── UnknownLog         no log of that name is kept here
├── BrokenStore        what lies in the history folder is not what Kept wrote
├── OverlappingPart    an exported part of the ledger covers events that are there already
├── EngineAbsent       the engine asked for is unknown, or not installed here
└── NotExportable      the history can't be written in that form
"""

from __future__ import annotations

from kept.core.errors import KeptError


class HistoryError(KeptError):
    """The root of what history refuses."""


class UnreadableLog(HistoryError):
    """The file as a whole can't be read as a work log; nothing of it was kept."""


class BadMapping(HistoryError):
    """The mapping can't be understood, or doesn't fit the file."""


class NotRecognised(BadMapping):
    """No mapping was given and the columns are of no known system; `columns` are those of the file, to choose from."""

    def __init__(self, message: str, *, columns: tuple[str, ...]) -> None:
        super().__init__(message)
        self.columns = columns


class UnknownLog(HistoryError):
    """No log of that name is kept here."""


class BrokenStore(HistoryError):
    """What lies in the history folder is not what Kept wrote there."""


class OverlappingPart(HistoryError):
    """A part to be appended covers some events that are kept already and some that are not."""


class EngineAbsent(HistoryError):
    """The engine asked for is unknown, or not installed here."""


class NotExportable(HistoryError):
    """The history can't be written in the form asked for."""
