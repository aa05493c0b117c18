"""Bringing a work log into the history: read it, keep it, put it in force; or leave everything as it was."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from kept.history.errors import HistoryError
from kept.history.files import write_events, write_rejects
from kept.history.mapping import LogMapping
from kept.history.reading import OpenLog, Understanding, open_log
from kept.history.sql import Sql, literal, sql
from kept.history.store import EVENTS_FILE, REJECTS_FILE, HistoryStore, KeptLog, checked_name, name_from
from kept.history.unpack import Progress


class Outcome(Enum):
    """What an import did."""

    IMPORTED = "imported"
    REPLACED = "replaced"
    ALREADY_THERE = "already there"


@dataclass(frozen=True)
class ImportReport:
    """What an import did: `log` is what is kept now, `before` the version that it replaced (where it did)."""

    outcome: Outcome
    log: KeptLog
    understanding: Understanding
    before: KeptLog | None = None


def import_log(
    path: Path,
    mapping: LogMapping | None = None,
    *,
    store: HistoryStore,
    name: str | None = None,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Keep the log at `path` under `name` (default: its file name without endings).

    The same content by the same mapping is left as it is, under whatever name it is there. A longer export of a log
    that is kept under this name replaces it; anything else of that name is refused. Raises UnreadableLog, BadMapping,
    HistoryError, BrokenStore: then nothing has changed.
    """
    name = checked_name(name or name_from(path))
    with open_log(path, mapping, name=path.name, on_progress=on_progress) as log:
        there = store.by_fingerprint(log.understanding.fingerprint)
        if there:
            return ImportReport(Outcome.ALREADY_THERE, there, log.understanding)
        before = store.find(name)
        if before:
            _refuse_another_log(log, before)
        if on_progress:
            on_progress("Keeping the log", 0.0)
        kept = _keep(log, store, name)
    outcome = Outcome.REPLACED if before else Outcome.IMPORTED
    return ImportReport(outcome, kept, log.understanding, before)


def _refuse_another_log(log: OpenLog, before: KeptLog) -> None:
    """A log may only be replaced by a later state of itself."""
    shared = log.connection.execute(
        sql(
            'SELECT 1 FROM {events} WHERE "case" IN (SELECT "case" FROM read_parquet({before})) LIMIT 1',
            events=Sql(log.events),
            before=literal(str(before.events_file)),
        )
    ).fetchall()
    if not shared:
        raise HistoryError(
            f'A log called "{before.name}" is kept already, and this one has no case in common with it. '
            f"Give this one another name (--name), or remove the other first (kept log remove)."
        )
    if log.understanding.last < before.last:
        raise HistoryError(
            f'A later state of the log "{before.name}" is kept already: until {before.last:%Y-%m-%d %H:%M} UTC, this '
            f"one until {log.understanding.last:%Y-%m-%d %H:%M}. If you mean to go back, remove the other first "
            f"(kept log remove)."
        )


def _keep(log: OpenLog, store: HistoryStore, name: str) -> KeptLog:
    version = store.new_version(name)
    try:
        write_events(log, version / EVENTS_FILE)
        if log.understanding.rejects:
            write_rejects(log, version / REJECTS_FILE)
        kept = _described(log, name, version)
        store.adopt(kept)
    except BaseException:
        shutil.rmtree(version, ignore_errors=True)
        if not any(version.parent.iterdir()):
            version.parent.rmdir()
        raise
    return kept


def _described(log: OpenLog, name: str, version: Path) -> KeptLog:
    said = log.understanding
    return KeptLog(
        name=name,
        folder=version.parent,
        version=version.name,
        source=said.source,
        format=said.format,
        fingerprint=said.fingerprint,
        imported_at=datetime.now(UTC),
        rows=said.rows,
        cases=said.cases,
        events=said.events,
        teams=said.teams,
        persons=said.persons,
        customers=said.customers,
        first=said.first,
        last=said.last,
        rejected=said.rejected,
        values_left_out=said.values_left_out,
        attributes=log.attributes,
        mapping=said.mapping.to_toml(),
    )
