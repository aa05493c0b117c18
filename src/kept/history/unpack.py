"""From the file as it was handed over to one plain file that can be parsed: what it is, unpacked and checked.

What a file is, is told from its content and never from its name. Text leaves here as UTF-8 without NUL bytes, with
its lines counted; anything else is refused with a sentence that says what to do.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO, Final, cast

from kept.history.errors import UnreadableLog

CHUNK_BYTES: Final = 1 << 20
FREE_BYTES_KEPT: Final = 500 << 20
LONGEST_LINE_BYTES: Final = 32 << 20
GZIP_MAGIC: Final = b"\x1f\x8b"

Progress = Callable[[str, float], None]
"""Called with what is being done, in words, and how far it is (0 to 1)."""


class Kind(Enum):
    """What a file is, by its content."""

    CSV = "CSV"
    PARQUET = "Parquet"
    XES = "XES"


@dataclass(frozen=True)
class PlainFile:
    """One file ready to be parsed.

    `path` is the original where nothing had to change, else a copy in the scratch folder. `fingerprint` is the SHA-256
    of the unpacked content; `line_feeds` and `ends_with_feed` count its lines (text only); `notes` say in words what
    was found out about the file.
    """

    path: Path
    kind: Kind
    fingerprint: str
    line_feeds: int = 0
    ends_with_feed: bool = True
    has_quotes: bool = False
    notes: tuple[str, ...] = ()


BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

FOREIGN: Final = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive", "Save the sheet as CSV, or unpack the archive,"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Office file", "Save the sheet as CSV"),
    (b"%PDF", "a PDF", "Export the log as CSV"),
    (b"BZh", "packed with bzip2", "Unpack it, or pack it with gzip,"),
    (b"\x28\xb5\x2f\xfd", "packed with zstandard", "Unpack it, or pack it with gzip,"),
    (b"\xfd7zXZ", "packed with xz", "Unpack it, or pack it with gzip,"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it"),
    (b"SQLite format 3", "an SQLite database", "Export the table as CSV"),
    (b"ORC", "an ORC file", "Save it as Parquet or CSV"),
    (b"Obj\x01", "an Avro file", "Save it as Parquet or CSV"),
)


def unpack(path: Path, scratch: Path, *, encoding: str | None, on_progress: Progress) -> PlainFile:
    """Tell what `path` is, unpack it into `scratch` where needed, and check it as a whole.

    `encoding` is the mapping's, for text that is neither UTF-8 nor marked. Raises UnreadableLog.
    """
    size = _size_of(path)
    with path.open("rb") as raw:
        head = _start_of(raw, path)
        packed = head.startswith(GZIP_MAGIC)
        if packed:
            head = _gunzipped_start(path)
    kind = _kind_of(head, path)
    source = _chunks(path, size, packed=packed, on_progress=on_progress)
    if kind is Kind.PARQUET:
        return _unpack_binary(path, source, scratch, kind, packed=packed)
    if kind is Kind.XES:
        # The XML parser reads the declared encoding itself, and must see the bytes as they are.
        return _unpack_binary(path, source, scratch, kind, packed=packed)
    return _unpack_text(path, source, scratch, head, encoding=encoding, packed=packed)


def _size_of(path: Path) -> int:
    try:
        if path.is_dir():
            raise UnreadableLog(f"{path} is a folder. Name the log file in it.")
        if not path.exists():
            raise UnreadableLog(f"There is no file {path}. Check the path.")
        if not path.is_file():
            raise UnreadableLog(f"{path} is not a regular file. Save the log as a file first.")
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableLog(f"{path} can't be opened: {error.strerror or error}.") from None
    if size == 0:
        raise UnreadableLog(f"{path.name} is empty (0 bytes). Export it again.")
    return size


def _start_of(raw: IO[bytes], path: Path) -> bytes:
    try:
        return raw.read(4096)
    except OSError as error:
        raise UnreadableLog(f"{path} can't be read: {error.strerror or error}.") from None


def _gunzipped_start(path: Path) -> bytes:
    with _readable_gzip(path), gzip.open(path) as stream:
        head = stream.read(4096)
    if not head:
        raise UnreadableLog(f"{path.name} is an empty file packed with gzip. Export it again.")
    if head.startswith(GZIP_MAGIC):
        raise UnreadableLog(f"{path.name} is packed twice with gzip. Unpack it once and try again.")
    return head


class _readable_gzip:  # noqa: N801 - reads as a verb in `with`
    """Turns what gzip says of a damaged file into a refusal in words."""

    def __init__(self, path: Path) -> None:
        self._name = path.name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, EOFError):
            raise UnreadableLog(
                f"{self._name} is cut off: its end is missing. Copy or export it again; nothing was kept."
            ) from None
        if isinstance(error, (gzip.BadGzipFile, zlib.error)):
            raise UnreadableLog(
                f"{self._name} is damaged: it can't be unpacked ({error}). Copy or export it again; nothing was kept."
            ) from None


def _kind_of(head: bytes, path: Path) -> Kind:
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    for magic, what, instead in FOREIGN:
        if head.startswith(magic):
            raise UnreadableLog(f"{path.name} is {what}, not CSV, Parquet or XES. {instead} and try again.")
    if head[257:262] == b"ustar":
        raise UnreadableLog(f"{path.name} is a tar archive. Unpack it and name the log inside.")
    text = _roughly_decoded(head).lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        return Kind.XES
    if text.startswith(("{", "[{")):
        raise UnreadableLog(f"{path.name} is JSON. Kept reads CSV, Parquet and XES so far: export it as one of them.")
    return Kind.CSV


def _bom_of(head: bytes) -> tuple[bytes, str] | None:
    return next(((mark, name) for mark, name in BOMS if head.startswith(mark)), None)


def _roughly_decoded(head: bytes) -> str:
    marked = _bom_of(head)
    return head.decode(marked[1] if marked else "utf-8", errors="replace")


def _chunks(path: Path, size: int, *, packed: bool, on_progress: Progress) -> Iterator[bytes]:
    with path.open("rb") as raw, _readable_gzip(path):
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
        while chunk := stream.read(CHUNK_BYTES):
            on_progress("Reading the file", min(raw.tell() / size, 1.0))
            yield chunk


def _unpack_binary(path: Path, source: Iterator[bytes], scratch: Path, kind: Kind, *, packed: bool) -> PlainFile:
    digest = hashlib.sha256()
    target = scratch / "unpacked" if packed else path
    if not packed:
        for chunk in source:
            digest.update(chunk)
    else:
        with target.open("wb") as out:
            for chunk in source:
                digest.update(chunk)
                _write(out, chunk, scratch, path)
    return PlainFile(target, kind, digest.hexdigest())


def _write(out: IO[bytes], chunk: bytes, scratch: Path, path: Path) -> None:
    if shutil.disk_usage(scratch).free < FREE_BYTES_KEPT:
        raise UnreadableLog(
            f"There is not enough disk space in {scratch.parent} to unpack {path.name}. Make room first."
        )
    out.write(chunk)


@dataclass
class _TextCheck:
    """Counts lines and refuses what is not text while the chunks go by."""

    name: str
    encoding: str
    line_feeds: int = 0
    has_quotes: bool = False
    last: bytes = b"\n"
    _since_feed: int = 0
    _decoder: codecs.IncrementalDecoder = field(init=False)

    def __post_init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder(self.encoding)()

    def decode(self, chunk: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            line = self.line_feeds + error.object[: error.start].count(b"\n") + 1
            raise UnreadableLog(self._wrong_encoding(line)) from None

    def _wrong_encoding(self, line: int) -> str:
        if self.encoding != "utf-8":
            return f"Line {line} of {self.name} holds bytes that are not {self.encoding}. Save the file as UTF-8."
        return (
            f"Line {line} of {self.name} holds bytes that are not UTF-8; perhaps it was saved as Windows-1252 or "
            f'Latin-1. Save it as UTF-8, or write encoding = "cp1252" under [read] of the mapping.'
        )

    def count(self, chunk: bytes) -> None:
        nul = chunk.find(b"\0")
        if nul >= 0:
            line = self.line_feeds + chunk.count(b"\n", 0, nul) + 1
            raise UnreadableLog(
                f"Line {line} of {self.name} holds a NUL byte, so it is not a text table: perhaps it is damaged, "
                f"binary, or UTF-16 without its mark. Save it as CSV in UTF-8."
            )
        feeds = chunk.count(b"\n")
        self.line_feeds += feeds
        self._since_feed = len(chunk) - chunk.rfind(b"\n") - 1 if feeds else self._since_feed + len(chunk)
        if self._since_feed > LONGEST_LINE_BYTES:
            raise UnreadableLog(
                f"{self.name} has a line of more than {LONGEST_LINE_BYTES >> 20} MB, so it is hardly a table. "
                f"Export it again."
            )
        self.has_quotes = self.has_quotes or b'"' in chunk
        self.last = chunk[-1:]


def _unpack_text(
    path: Path, source: Iterator[bytes], scratch: Path, head: bytes, *, encoding: str | None, packed: bool
) -> PlainFile:
    marked = _bom_of(head)
    told = marked[1] if marked else (encoding or "utf-8")
    old_mac = b"\r" in head and b"\n" not in head and len(head) > head.find(b"\r") + 1 and told == "utf-8"
    check = _TextCheck(path.name, told)
    copied = packed or told != "utf-8" or old_mac
    target = scratch / "unpacked" if copied else path
    digest = hashlib.sha256()
    out = target.open("wb") if copied else None
    try:
        for chunk in _plain_text(source, check, digest.update, marked[0] if marked else b"", old_mac=old_mac):
            if out:
                _write(out, chunk, scratch, path)
    finally:
        if out:
            out.close()
    notes = []
    if told != "utf-8":
        notes.append(f"The file is {told.upper()} text{' by its mark' if marked else ''}; it was read as such.")
    return PlainFile(
        target, Kind.CSV, digest.hexdigest(), check.line_feeds, check.last == b"\n", check.has_quotes, tuple(notes)
    )


def _plain_text(
    source: Iterator[bytes], check: _TextCheck, digest: Callable[[bytes], None], mark: bytes, *, old_mac: bool
) -> Iterator[bytes]:
    """The text as checked UTF-8 chunks; the digest takes the bytes as they came."""
    for chunk in source:
        digest(chunk)
        body = chunk[len(mark) :] if mark else chunk
        mark = b""
        text = check.decode(body)
        plain = body if check.encoding == "utf-8" else text.encode()
        plain = plain.replace(b"\r", b"\n") if old_mac else plain
        if plain:
            check.count(plain)
            yield plain
    check.decode(b"", final=True)
