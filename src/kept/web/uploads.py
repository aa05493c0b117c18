"""Work logs that were handed in through the page and are looked at before anything is kept.

One folder an upload under KEPT_HOME/uploads: the file, the mapping, and how far it is. Reading and keeping happen in a
thread; its progress lies in the folder, so that any web process can tell it. What is older than a day is swept.
"""

from __future__ import annotations

import json
import pickle
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from kept.core.errors import KeptError, NotFound
from kept.history.errors import NotRecognised
from kept.history.home import history_folder
from kept.history.importing import ImportReport, import_log
from kept.history.mapping import LogMapping, load_mapping, mapping_from_toml
from kept.history.reading import Understanding, understand
from kept.history.store import HistoryStore, name_from

SWEPT_AFTER_S = 24 * 3600
STALE_AFTER_S = 120


@dataclass
class Progress:
    """How far an upload is. `phase` is reading, read, keeping, kept or refused; `share` from 0 to 1."""

    phase: str
    what: str = ""
    share: float = 0.0
    refusal: str = ""
    columns: list[str] = field(default_factory=list)
    log: str = ""
    at: float = field(default_factory=time.time)

    @property
    def running(self) -> bool:
        """Whether something is still being done."""
        return self.phase in {"reading", "keeping"} and time.time() - self.at < STALE_AFTER_S

    @property
    def stopped(self) -> bool:
        """Whether it was being done, but nobody does it any more: the server was stopped in between."""
        return self.phase in {"reading", "keeping"} and not self.running


class Upload:
    """One file that somebody handed in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def token(self) -> str:
        """What the page's address names it by."""
        return self.folder.name

    @property
    def file(self) -> Path:
        """The file as it was handed in, under its own name."""
        return next((self.folder / "file").iterdir())

    @property
    def name(self) -> str:
        """What the log would be called."""
        return name_from(self.file)

    def progress(self) -> Progress:
        """How far it is."""
        return Progress(**json.loads((self.folder / "progress.json").read_text()))

    def understanding(self) -> Understanding | None:
        """What was understood, once it has been read."""
        path = self.folder / "understanding"
        return pickle.loads(path.read_bytes()) if path.exists() else None  # noqa: S301 written by this server alone

    def mapping(self) -> LogMapping | None:
        """The mapping that was handed in or chosen, where there was one."""
        path = self.folder / "mapping.toml"
        return load_mapping(path) if path.exists() else None

    def read(self, mapping_toml: str | None = None) -> None:
        """Read it in the background, anew with a mapping where one is given. Raises BadMapping."""
        if mapping_toml is not None:
            mapping_from_toml(mapping_toml)
            (self.folder / "mapping.toml").write_text(mapping_toml, encoding="utf-8")
        self._say(Progress("reading", "Reading the file"))
        self._start(self._read)

    def keep(self, name: str) -> None:
        """Keep it in the background under `name`."""
        self._say(Progress("keeping", "Keeping the log"))
        self._start(lambda: self._keep(name))

    def throw_away(self) -> None:
        """Forget it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, work: Callable[[], None]) -> None:
        threading.Thread(target=self._guarded, args=(work,), name=f"upload-{self.token}").start()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except NotRecognised as error:
            self._say(Progress("refused", refusal=str(error), columns=list(error.columns)))
        except KeptError as error:
            self._say(Progress("refused", refusal=str(error)))
        except FileNotFoundError:
            return  # thrown away meanwhile
        except Exception:
            self._say(Progress("refused", refusal="Something went wrong here. Nothing was kept; try it once more."))
            raise

    def _read(self) -> None:
        understood = understand(self.file, self.mapping(), on_progress=self._telling("reading"))
        _write(self.folder / "understanding", pickle.dumps(understood))
        self._say(Progress("read", share=1.0))

    def _keep(self, name: str) -> None:
        store = HistoryStore(history_folder())
        report: ImportReport = import_log(
            self.file, self.mapping(), store=store, name=name, on_progress=self._telling("keeping")
        )
        self._say(Progress("kept", what=report.outcome.value, share=1.0, log=report.log.name))
        shutil.rmtree(self.folder / "file")  # kept now; the rest says so until it is swept

    def _telling(self, phase: str) -> Callable[[str, float], None]:
        last = 0.0

        def tell(what: str, share: float) -> None:
            nonlocal last
            if time.monotonic() - last > 0.2:
                last = time.monotonic()
                self._say(Progress(phase, what, share))

        return tell

    def _say(self, progress: Progress) -> None:
        _write(self.folder / "progress.json", json.dumps(asdict(progress)).encode())


def take(home: Path, file: UploadedFile[Any], *, owner: int, mapping_toml: str | None) -> Upload:
    """Put a file that was handed in aside and begin to read it. Raises BadMapping."""
    if mapping_toml is not None:
        mapping_from_toml(mapping_toml)
    root = home / "uploads"
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root)
    upload = Upload(root / f"{owner}-{secrets.token_urlsafe(9)}")
    (upload.folder / "file").mkdir(parents=True)
    with (upload.folder / "file" / _plain_name(file.name or "log")).open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    upload.read(mapping_toml)
    return upload


def find(home: Path, token: str, *, owner: int) -> Upload:
    """The upload of that token, for the person who handed it in. Raises NotFound."""
    folder = home / "uploads" / Path(token).name
    if not token.startswith(f"{owner}-") or not (folder / "progress.json").exists():
        raise NotFound("That file is no longer here: it was kept, thrown away, or left for more than a day.")
    return Upload(folder)


def _plain_name(name: str) -> str:
    return "".join(sign for sign in Path(name).name if sign.isprintable())[-100:].lstrip(".") or "log"


def _sweep(root: Path) -> None:
    for folder in root.iterdir():
        if folder.stat().st_mtime < time.time() - SWEPT_AFTER_S:
            shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all: somebody may be reading."""
    beside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    beside.write_bytes(content)
    beside.replace(path)


def toml_from_columns(chosen: dict[str, Any]) -> str:
    """The mapping that a choice of columns means: `{"case": "Ticket", "at": "Changed", …}`."""
    lines = [f"{role} = {json.dumps(column, ensure_ascii=False)}" for role, column in chosen.items() if column]
    return "\n".join(["[columns]", *lines, ""])
