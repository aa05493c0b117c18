"""The archive of a backup: one tar.gz of plain files, the last of which says what all the others must be.

database.sqlite3 or database.pgdump
files/3f/3f9a…                    the contents of files
history/LOG/…                     the imported work logs, without Kept's own history: the ledger gives that again
kept-backup.json                  the manifest: it comes last, so that an archive without it was cut off
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from kept.core.errors import Refused
from kept.history.files import make_durable

FORMAT = 1
MANIFEST = "kept-backup.json"
LARGEST_MANIFEST = 1 << 28
CHUNK = 1 << 20
MEMBER = re.compile(
    r"database\.(sqlite3|pgdump)|files/[0-9a-f]{2}/[0-9a-f]{64}|history(/[A-Za-z0-9][A-Za-z0-9._-]{0,120}){1,4}"
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself: when and of what it was made, and the SHA-256 of each of its `members` by name.

    `engine` is the database's: sqlite or postgresql; `made_with` says which program wrote its copy; `migrations` are
    those that its tables have had.
    """

    format: int
    kept: str
    made_at: str
    engine: str
    made_with: str
    migrations: list[str]
    members: dict[str, str] = field(default_factory=dict)


class Writer:
    """An archive that is being written."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Put a file in under `name`."""
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            told = _Told(source)
            self._put(name, size, told)
        self.members[name] = told.digest.hexdigest()

    def close(self, manifest: Manifest) -> None:
        """Put the manifest in, with the digests of everything before it."""
        said = json.dumps(asdict(manifest) | {"members": self.members}, indent=1).encode()
        self._put(MANIFEST, len(said), io.BytesIO(said))

    def _put(self, name: str, size: int, source: Any) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, source)


class _Told:
    """A file that is read once, with the digest of what was read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """As a file reads."""
        piece = self._source.read(size)
        self.digest.update(piece)
        return piece


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write an archive: it has its name only once it is whole and on the disk, readable by its owner alone."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            with (
                gzip.GzipFile("", "wb", 6, target) as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT, bufsize=CHUNK) as tar,
            ):
                yield Writer(tar)
            target.flush()
            os.fsync(target.fileno())
        path.hardlink_to(beside)  # unlike a rename it takes nobody's place
        make_durable(path.parent)
    except FileExistsError as error:
        raise Refused(taken(path)) from error
    finally:
        beside.unlink(missing_ok=True)


def unpack(path: Path, staging: Path) -> Manifest:
    """Unpack an archive into the empty folder `staging` and hold every file against the manifest.

    Raises `Refused` where it is damaged, cut off, of a newer kind, or holds anything that no backup holds (links, paths
    that lead elsewhere).
    """
    try:
        with tarfile.open(path, "r|gz", bufsize=CHUNK) as tar:
            found, manifest = _members(tar, staging)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError, KeyError, TypeError) as error:
        raise Refused(_damaged(path, "it cannot be read to its end")) from error
    except FileNotFoundError as error:
        raise Refused(f"There is no file {path}.") from error
    if manifest is None:
        raise Refused(_damaged(path, "it was cut off before its end, or is no backup of Kept"))
    if manifest.format != FORMAT:
        raise Refused("This backup was made by another version of Kept. Install that version, and restore with it.")
    spoiled = sorted(name for name in found.keys() | manifest.members if found.get(name) != manifest.members.get(name))
    if spoiled:
        raise Refused(_damaged(path, f"{spoiled[0]} is not what was put in"))
    return manifest


def _members(tar: tarfile.TarFile, staging: Path) -> tuple[dict[str, str], Manifest | None]:
    found: dict[str, str] = {}
    for member in tar:
        source = tar.extractfile(member) if member.isreg() else None
        if source is None or not (member.name == MANIFEST or MEMBER.fullmatch(member.name)) or member.name in found:
            raise Refused(f"This is no backup that Kept made: it holds “{member.name!a:.80}”. Nothing was changed.")
        if member.name == MANIFEST:
            said = json.loads(source.read(LARGEST_MANIFEST))
            return found, _manifest(said)
        found[member.name] = _write(source, staging / member.name)
    return found, None


def _manifest(said: dict[str, Any]) -> Manifest:
    """The manifest from its JSON; ValueError, KeyError or TypeError where it is none."""
    if not isinstance(said, dict) or not isinstance(said["members"], dict) or not isinstance(said["migrations"], list):
        raise TypeError("the manifest has another shape")
    if not all(isinstance(each, str) for each in (*said["migrations"], *said["members"].values())):
        raise ValueError("names are text")
    texts = {name: str(said[name]) for name in ("kept", "made_at", "engine", "made_with")}
    return Manifest(format=said["format"], migrations=list(said["migrations"]), members=dict(said["members"]), **texts)


def _write(source: IO[bytes], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with path.open("xb") as target:
        path.chmod(0o600)
        while piece := source.read(CHUNK):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def taken(path: Path) -> str:
    """The refusal of a name that a file has already."""
    return f"There is a file {path} already. Choose another name: no backup takes another's place."


def _damaged(path: Path, why: str) -> str:
    return f"{path} is damaged: {why}. Nothing was changed; take another copy of it, or an earlier backup."
