"""The names and media types that files come with, made harmless. They are shown and sent, never used as paths."""

from __future__ import annotations

import re
import unicodedata

LONGEST_BYTES = 255
LONGEST_ENDING = 20
NAMELESS = "file"
# Signs that turn the reading direction make "exe.gpj" of "jpg.exe".
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNREADABLE = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}")
ANYTHING = "application/octet-stream"
# What a browser does not run, whatever stands in it. All else is sent as bytes.
HARMLESS = frozenset({
    "application/pdf", "application/zip", "application/json", "application/msword", "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint", "audio/mpeg", "image/gif", "image/heic", "image/jpeg", "image/png", "image/webp",
    "text/csv", "text/plain", "video/mp4",
})  # fmt: skip
OFFICE = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")


def clean_name(given: str) -> str:
    """The name without folders, control signs and signs that turn the reading direction; at most 255 bytes."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given.encode(errors="ignore").decode()))[-1]
    readable = "".join(" " if sign.isspace() else sign for sign in last if sign.isspace() or _readable(sign))
    return _shortened(" ".join(readable.split()).lstrip(".").strip()) or NAMELESS


def _readable(sign: str) -> bool:
    return sign not in TURNING and unicodedata.category(sign) not in UNREADABLE


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    room = LONGEST_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip() + dot + ending


def media_type(stated: str) -> str:
    """The media type that was stated, without its parameters; that of any bytes where it is none."""
    plain = stated.partition(";")[0].strip().lower()
    return plain if MEDIA_TYPE.fullmatch(plain) else ANYTHING


def sent_as(stated: str) -> str:
    """The media type under which a file is handed out: its own where no browser runs that, else any bytes."""
    plain = media_type(stated)
    return plain if plain in HARMLESS or plain.startswith(OFFICE) else ANYTHING
