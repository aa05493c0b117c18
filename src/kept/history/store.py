"""The logs that are kept: one folder a log, its events as Parquet, and a manifest that says what they are.

    history/
      servicenow-incidents/
        manifest.json              names the folder of the version in force
        v-1f0c…/events.parquet     that version: never changed, only replaced
        v-1f0c…/rejects.csv        what could not be used, and why
      kept/                        Kept's own ledger: parts that are only ever added (see kept.history.parts)

A version is written beside the others and becomes the one in force when the manifest is renamed into place, so that
a crash leaves either the old state or the new one. The version before stays until the next import: whoever was
reading it may finish.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kept.history.engine import Source
from kept.history.errors import BrokenStore, HistoryError, UnknownLog
from kept.history.files import make_durable

MANIFEST: Final = "manifest.json"
EVENTS_FILE: Final = "events.parquet"
REJECTS_FILE: Final = "rejects.csv"
OWN_LOG: Final = "kept"
FORMAT_VERSION: Final = 1
LONGEST_NAME: Final = 100
LEFT_BEHIND_AFTER_S: Final = 3600


@dataclass(frozen=True)
class KeptLog:
    """One imported log as its manifest says it: counts as in `Understanding`, moments in UTC."""

    name: str
    folder: Path
    version: str
    source: str
    format: str
    fingerprint: str
    imported_at: datetime
    rows: int
    cases: int
    events: int
    teams: int
    persons: int
    customers: int
    first: datetime
    last: datetime
    rejected: int
    values_left_out: int
    attributes: tuple[str, ...]
    mapping: str

    @property
    def events_file(self) -> Path:
        """The Parquet file of its events."""
        return self.folder / self.version / EVENTS_FILE

    @property
    def rejects_file(self) -> Path | None:
        """The CSV file of what could not be used, where there was any."""
        path = self.folder / self.version / REJECTS_FILE
        return path if path.exists() else None

    def to_json(self) -> dict[str, Any]:
        """The manifest's content."""
        said = {name: getattr(self, name) for name in MANIFEST_KEYS}
        moments = {name: getattr(self, name).isoformat() for name in MOMENT_KEYS}
        return {"format_version": FORMAT_VERSION, **said, **moments, "attributes": list(self.attributes)}


MOMENT_KEYS: Final = ("imported_at", "first", "last")
MANIFEST_KEYS: Final = tuple(
    name for name in KeptLog.__dataclass_fields__ if name not in ("folder", "attributes", *MOMENT_KEYS)
)


class HistoryStore:
    """The history folder of an installation: the logs in it, by name."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def logs(self) -> tuple[KeptLog, ...]:
        """Every imported log, by name. Raises BrokenStore where a manifest can't be read."""
        if not self.root.is_dir():
            return ()
        found = (_read_manifest(path) for path in sorted(self.root.glob(f"*/{MANIFEST}")))
        return tuple(sorted(found, key=lambda log: log.name))

    def find(self, name: str) -> KeptLog | None:
        """The imported log of that name, if there is one."""
        path = self.folder_of(name) / MANIFEST
        return _read_manifest(path) if path.exists() else None

    def log(self, name: str) -> KeptLog:
        """The imported log of that name. Raises UnknownLog."""
        found = self.find(name)
        if found is None:
            names = ", ".join(log.name for log in self.logs()) or "none yet"
            raise UnknownLog(f'No log called "{name}" is kept here. Kept are: {names}.')
        return found

    def by_fingerprint(self, fingerprint: str) -> KeptLog | None:
        """The log with this very content and mapping, under whatever name."""
        return next((log for log in self.logs() if log.fingerprint == fingerprint), None)

    def remove(self, name: str) -> KeptLog:
        """Forget a log and delete its files. Raises UnknownLog."""
        log = self.log(name)
        # Without its manifest a log is gone; the rest is only space.
        (log.folder / MANIFEST).unlink()
        shutil.rmtree(log.folder, ignore_errors=True)
        return log

    def folder_of(self, name: str) -> Path:
        """The folder of the log of that name: readable, and its own even where only signs differ."""
        plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
        if plain != name:
            plain = f"{plain or 'log'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        return self.root / plain

    def new_version(self, name: str) -> Path:
        """An empty folder to write a version of a log into; `adopt` puts it in force."""
        folder = self.folder_of(name)
        _sweep(folder)
        path = folder / f"v-{uuid.uuid4().hex}"
        path.mkdir(parents=True)
        return path

    def adopt(self, log: KeptLog) -> None:
        """Put a version that has been written whole in force, in one step."""
        make_durable(log.folder / log.version)
        beside = log.folder / f".{MANIFEST}-{uuid.uuid4().hex}"
        beside.write_text(json.dumps(log.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        make_durable(beside)
        beside.replace(log.folder / MANIFEST)
        make_durable(log.folder)

    def sources(self) -> tuple[Source, ...]:
        """Everything the history holds, for an engine: the imported logs and Kept's own ledger."""
        imported = [Source(log.name, (log.events_file,)) for log in self.logs()]
        own = part_files(self.root / OWN_LOG)
        return (*imported, *([Source(OWN_LOG, own)] if own else []))


def checked_name(name: str) -> str:
    """A name for a log, without surrounding space. Raises HistoryError where it can't be one."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise HistoryError(f"A log's name must be 1 to {LONGEST_NAME} readable signs. Choose another.")
    if name.lower() == OWN_LOG:
        raise HistoryError(f'"{OWN_LOG}" is the name of Kept\'s own history. Choose another name for this log.')
    return name


def name_from(path: Path) -> str:
    """The name of a log after its file: without folder and endings."""
    name = path.name
    for ending in (".gz", ".csv", ".tsv", ".txt", ".parquet", ".xes", ".xml"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[: -len(ending)]
    return name[:LONGEST_NAME]


PART_NAME: Final = re.compile(r"part-(\d{15})-(\d{15})\.parquet")


def part_files(folder: Path) -> tuple[Path, ...]:
    """The parts in a folder that together hold each event once, in order.

    A part that lies within another is what was merged into it and not yet deleted: it is left aside.
    """
    if not folder.is_dir():
        return ()
    spans = []
    for path in folder.iterdir():
        named = PART_NAME.fullmatch(path.name)
        if named:
            spans.append((int(named[1]), -int(named[2]), path))
    chosen: list[Path] = []
    covered = -1
    for _, negative_last, path in sorted(spans):
        if -negative_last > covered:
            chosen.append(path)
            covered = -negative_last
    return tuple(chosen)


def _read_manifest(path: Path) -> KeptLog:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["format_version"] != FORMAT_VERSION:
            raise BrokenStore(f"{path} was written by another version of Kept. Import the log again.")
        content: dict[str, Any] = {name: said[name] for name in MANIFEST_KEYS}
        content |= {name: datetime.fromisoformat(said[name]).astimezone(UTC) for name in MOMENT_KEYS}
        log = KeptLog(folder=path.parent, attributes=tuple(said["attributes"]), **content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenStore(
            f"{path} can't be read ({error}). Delete the folder {path.parent.name} and import the log again."
        ) from None
    if not log.events_file.exists():
        raise BrokenStore(
            f"The events of the log “{log.name}” are gone ({log.events_file}). Delete its folder and import it again."
        )
    return log


def _sweep(folder: Path) -> None:
    """Delete what is no longer in force, but nothing that someone may be writing right now."""
    if not folder.is_dir():
        return
    manifest = folder / MANIFEST
    in_force = _read_manifest(manifest).version if manifest.exists() else ""
    for path in folder.glob("v-*"):
        if path.name != in_force and path.stat().st_mtime < time.time() - LEFT_BEHIND_AFTER_S:
            shutil.rmtree(path, ignore_errors=True)
