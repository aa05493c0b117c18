"""The one shape of history: every work log, and Kept's own ledger, is a table of events with these columns.

Besides them a log may carry the attributes that its mapping lists, as text: a case's attribute X is the column
`case.X`, an event's is `event.X`. Nothing downstream ever sees a foreign system's column name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Column:
    """One column of the shape: its name, its SQL type (understood by DuckDB and Spark) and what it means."""

    name: str
    type: str
    meaning: str


COLUMNS: Final[tuple[Column, ...]] = (
    Column("case", "VARCHAR", "the piece of work that the event belongs to"),
    Column("at", "TIMESTAMP WITH TIME ZONE", "when it happened (UTC)"),
    Column("order", "BIGINT", "the source's own order among events of one moment, where it has one"),
    Column("place", "BIGINT", "the event's place in the file, from 1: the last word on order"),
    Column("activity", "VARCHAR", "what was done"),
    Column("lifecycle", "VARCHAR", "the phase of the activity (start, complete, …)"),
    Column("team", "VARCHAR", "the team that had the work"),
    Column("person", "VARCHAR", "the person who had the work"),
    Column("customer", "VARCHAR", "whom the case is served to"),
    Column("due", "TIMESTAMP WITH TIME ZONE", "the promised moment (UTC)"),
    Column("ended", "TIMESTAMP WITH TIME ZONE", "when the case ended, where its events stop earlier (UTC)"),
    Column("kept", "BOOLEAN", "whether the promise was kept (the last event of a case counts)"),
)
NAMES: Final[tuple[str, ...]] = tuple(column.name for column in COLUMNS)
MEANINGS: Final[dict[str, str]] = {column.name: column.meaning for column in COLUMNS}
TYPES: Final[dict[str, str]] = {column.name: column.type for column in COLUMNS}

# What a mapping may name a source column for: all of the shape but `place`, which is the file's own.
ROLES: Final[tuple[str, ...]] = tuple(name for name in NAMES if name != "place")
REQUIRED_ROLES: Final[tuple[str, ...]] = ("case", "at")
TIME_ROLES: Final[tuple[str, ...]] = ("at", "due", "ended")

CASE_PREFIX: Final = "case."
EVENT_PREFIX: Final = "event."
