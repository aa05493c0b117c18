"""The contents of files, kept under KEPT_HOME/files by their SHA-256, so that twice the same is kept once.

    files/
      3f/3f9a…c1        one content, under its digest alone: no name that a person gave is ever a path
      .writing-…        one that is being written; it gets its place in one step, when it is on the disk

What is kept never changes. Whoever keeps something holds a shared lock until its row is in the database, whoever sweeps
an exclusive one, so that nothing is swept between the two.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from kept.core.errors import Incomplete

DIGEST = re.compile(r"[0-9a-f]{64}")
CHUNK = 1 << 20


def folder() -> Path:
    """Where the contents lie; it need not exist yet."""
    return Path(settings.KEPT_HOME) / "files"


def path_of(digest: str) -> Path:
    """Where the content with this SHA-256 (64 hexadecimal signs) lies. ValueError for anything else."""
    if not DIGEST.fullmatch(digest):
        raise ValueError(f"{digest!r} is no SHA-256")
    return folder() / digest[:2] / digest


def keep(chunks: Iterable[bytes], *, at_most: int) -> tuple[str, int]:
    """Keep a content of at most `at_most` bytes; gives its SHA-256 and its size once it is on the disk.

    Only inside `keeping`. Raises `Incomplete` where it is larger, or empty; then nothing is kept.
    """
    root = folder()
    beside = root / f".writing-{secrets.token_hex(8)}"
    try:
        digest, size = _write(beside, chunks, at_most)
        path = path_of(digest)
        _made(path.parent)
        beside.replace(path)
        _durable(path.parent)
    finally:
        beside.unlink(missing_ok=True)
    return digest, size


def _write(path: Path, chunks: Iterable[bytes], at_most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as target:
        for chunk in chunks:
            size += len(chunk)
            if size > at_most:
                raise Incomplete(f"It is larger than {in_words(at_most)}, which is the most here.", field="files")
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    if not size:
        raise Incomplete("It is empty. Was it saved?", field="files")
    return digest.hexdigest(), size


def is_whole(digest: str) -> bool:
    """Whether the content is there, and still what its digest says."""
    path = path_of(digest)
    if not path.is_file():
        return False
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest() == digest


@contextmanager
def keeping() -> Iterator[None]:
    """While inside, nothing is swept: keep a content and write its row here."""
    with _locked(fcntl.LOCK_SH):
        yield


@contextmanager
def alone() -> Iterator[bool]:
    """While inside, nobody keeps anything; gives whether that could be had without waiting."""
    try:
        with _locked(fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield True
    except BlockingIOError:
        yield False


@contextmanager
def _locked(how: int) -> Iterator[None]:
    _made(folder())
    handle = os.open(folder() / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)  # which lets the lock go


def drop(digests: Iterable[str]) -> None:
    """Delete these contents. Only inside `alone`, and only those that no row tells of."""
    for digest in digests:
        path_of(digest).unlink(missing_ok=True)


def sweep(*, older_than_s: float, wanted: Callable[[list[str]], set[str]]) -> int:
    """Delete what lies here for longer and is not among those of them that `wanted` gives; says how many.

    Only inside `alone`.
    """
    before, swept = time.time() - older_than_s, 0
    for path in folder().glob(".writing-*"):
        swept += _gone(path, before)
    for shelf in folder().iterdir():
        if shelf.is_dir() and (old := [path for path in shelf.iterdir() if path.stat().st_mtime < before]):
            still = wanted([path.name for path in old])
            swept += sum(_gone(path, before) for path in old if path.name not in still)
    return swept


def _gone(path: Path, before: float) -> int:
    if path.stat().st_mtime >= before:
        return 0
    path.unlink(missing_ok=True)
    return 1


def in_words(size: int) -> str:
    """A size in bytes as people say it: "812 bytes", "3.4 MB"."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} byte{'' if size == 1 else 's'}"


def _made(path: Path) -> None:
    """See to it that the folder is there, for its owner alone, and on the disk."""
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _durable(path.parent)


def _durable(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
