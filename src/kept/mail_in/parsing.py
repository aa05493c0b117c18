"""From the bytes of a message to what it says. Nothing here touches the database, and nothing raises.

Whatever a header holds was written by the sender, so only little is taken from it, and each piece by a narrow pattern.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

from kept.mail_in.plain import from_html

LARGEST_HEADERS: Final = 128 * 1024
MOST_HEADERS: Final = 500
MOST_PARTS: Final = 200
MOST_BOUNDARIES: Final = 400
LONGEST_HEADER: Final = 8_000
LONGEST_TEXT: Final = 200_000
"""Characters of a text that are looked at; what stands beyond goes along as a file."""
_BREAK = re.compile(rb"\r?\n\r?\n|\r\r")
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_ADDRESS = r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+"
_ONE = re.compile(rf"\s*(?:[^<>@,;:()\"]*<\s*({_ADDRESS})\s*>|({_ADDRESS}))\s*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_ID = re.compile(r"<[^<>\s]{1,300}>")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a message: its name and media type as stated, and its content."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a message, by their names in lower case, unfolded and otherwise as they came."""

    all: tuple[tuple[str, str], ...]

    def every(self, name: str) -> list[str]:
        """All headers of this name, the topmost first."""
        return [value for each, value in self.all if each == name]

    def first(self, name: str) -> str:
        """The topmost header of this name; "" where there is none."""
        return next((value for each, value in self.all if each == name), "")


@dataclass(frozen=True, slots=True)
class Read:
    """What a message says.

    `sender` is the one address in its one From, in lower case, "" where that is not plain. `trouble` says why it can't
    be used at all, "" where it can. `sealed` and `calendar` say that its text is encrypted, or an invitation.
    """

    headers: Headers
    sender: str = ""
    subject: str = ""
    text: str = ""
    attached: tuple[Attached, ...] = ()
    parts: tuple[Message, ...] = ()
    sealed: bool = False
    calendar: bool = False
    trouble: str = ""

    @property
    def own_id(self) -> str:
        """Its Message-ID with its angle brackets; "" where it has none."""
        return next(iter(_ID.findall(self.headers.first("message-id"))), "")

    @property
    def answers(self) -> list[str]:
        """The Message-IDs that it says it answers, the nearest first."""
        nearest = _ID.findall(self.headers.first("in-reply-to"))
        return [*nearest, *reversed(_ID.findall(self.headers.first("references")))]


def read(raw: bytes) -> Read:
    """What `raw` says. Whatever cannot be read is said in `trouble`; nothing is raised."""
    head, _ = split(raw)
    if len(head) > LARGEST_HEADERS or head.count(b"\n") > 4 * MOST_HEADERS:
        return Read(Headers(()), trouble="Its headers are larger than those of any usual mail.")
    try:
        return _read(raw)
    except Exception as error:  # the parser of the standard library meets bytes that it does not expect
        return Read(
            _headers(BytesParser(policy=compat32), head), trouble=f"It could not be read ({type(error).__name__})."
        )


def split(raw: bytes) -> tuple[bytes, bytes]:
    """The headers and the body."""
    found = _BREAK.search(raw)
    return (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")


def same_message(read: Read, raw: bytes) -> str:
    """A digest that is the same for two deliveries of one message, whose trace headers differ."""
    stable = "\0".join((read.own_id, *(read.headers.first(name) for name in ("from", "date", "subject"))))
    return hashlib.sha256(stable.encode(errors="replace") + b"\0" + hashlib.sha256(split(raw)[1]).digest()).hexdigest()


def decoded(value: str) -> str:
    """A header as people read it, on one line; what cannot be decoded stays as it came."""
    try:
        pieces = decode_header(value)
        text = "".join(each if isinstance(each, str) else _text(each, charset or "ascii") for each, charset in pieces)
    except Exception:
        text = value
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Text without what no database and no page takes: NULs, other control signs, halves of a sign."""
    kept = (sign for sign in text if sign in "\n\t" or (sign >= " " and not "\x7f" <= sign <= "\x9f"))
    return "".join(kept).encode("utf-8", "ignore").decode()


def _read(raw: bytes) -> Read:
    if raw.count(b"\n--") > 100 * MOST_BOUNDARIES and raw.lower().count(b"boundary") > MOST_BOUNDARIES:
        return Read(Headers(()), trouble="It has more parts than any usual mail.")
    message = BytesParser(policy=compat32).parsebytes(raw)
    headers = _headers_of(message)
    common = {"headers": headers, "sender": one_address(headers), "subject": decoded(headers.first("subject"))}
    parts = tuple(_parts(message))
    if len(headers.all) > MOST_HEADERS:
        return Read(**common, trouble="It has more headers than any usual mail.")  # type: ignore[arg-type]
    if len(parts) >= MOST_PARTS:
        return Read(**common, trouble="It has more parts than any usual mail.")  # type: ignore[arg-type]
    kinds = {part.get_content_type() for part in parts}
    text, body = _words(parts)
    return Read(
        **common,  # type: ignore[arg-type]
        text=text[:LONGEST_TEXT],
        attached=tuple(_attached(parts, body)),
        parts=parts,
        sealed=bool(kinds & SEALED) or "-----BEGIN PGP MESSAGE-----" in text[:500],
        calendar="text/calendar" in kinds,
    )


SEALED: Final = {
    "multipart/encrypted",
    "application/pgp-encrypted",
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
}


def _headers(parser: BytesParser, head: bytes) -> Headers:
    try:
        return _headers_of(parser.parsebytes(head, headersonly=True))
    except Exception:
        return Headers(())


def _headers_of(message: Message) -> Headers:
    rows = ((name.lower(), _unfolded(value)) for name, value in message.raw_items())
    return Headers(tuple(rows))


def _unfolded(value: object) -> str:
    """On one line. What is no sign of a header stays to be seen as such: an address must not read as another's."""
    text = _FOLD.sub(" ", str(value)[:LONGEST_HEADER])
    return "".join(sign if clean(sign) else "\ufffd" for sign in text)


def one_address(headers: Headers) -> str:
    """The sender's address, where there is just one From with just one address in it, and no doubt about it."""
    rows = headers.every("from")
    if len(rows) != 1:
        return ""
    plain = _COMMENT.sub(" ", _QUOTED.sub(" ", rows[0]))
    found = _ONE.fullmatch(plain)
    address = (found[1] or found[2]).lower() if found else ""
    return address if len(address) <= 254 and address.isascii() else ""


def _parts(message: Message) -> Iterator[Message]:
    """The parts, outermost first; what a forwarded message holds is not looked into."""
    waiting, given = [message], 0
    while waiting and given < MOST_PARTS:
        part = waiting.pop(0)
        given += 1
        yield part
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting[:0] = [each for each in part.get_payload() if isinstance(each, Message)]


def _words(parts: tuple[Message, ...]) -> tuple[str, list[Message]]:
    """The text that a person wrote, and the parts that it stands in: all plain text, else the first HTML made plain."""
    plain = [part for part in parts if part.get_content_type() == "text/plain" and not _is_file(part)]
    said = [_content(part).replace("\r\n", "\n").replace("\r", "\n") for part in plain]
    if any(each.strip() for each in said):
        return clean("\n".join(said)), plain
    for part in parts:
        if part.get_content_type() == "text/html" and not _is_file(part):
            text = from_html(_content(part)[:LONGEST_TEXT])
            if text.strip():
                return clean(text), [part]
    return "", []


def _attached(parts: tuple[Message, ...], body: list[Message]) -> Iterator[Attached]:
    for part in parts:
        kind = part.get_content_type()
        if part in body or part.get_content_maintype() == "multipart":
            continue
        if kind == "message/rfc822":
            yield Attached(_name(part) or "message.eml", kind, _bytes_of(part))
        elif _is_file(part) or part.get_content_maintype() != "text":
            yield Attached(_name(part) or "file", kind, part.get_payload(decode=True) or b"")  # type: ignore[arg-type]


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _name(part: Message) -> str:
    return decoded(str(part.get_filename() or ""))[:200]


def _bytes_of(part: Message) -> bytes:
    inner = part.get_payload()
    return inner[0].as_bytes() if isinstance(inner, list) and inner else b""  # type: ignore[union-attr]


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return _text(payload, part.get_content_charset() or "utf-8") if isinstance(payload, bytes) else str(payload or "")


def _text(content: bytes, charset: str) -> str:
    """The text in this charset; where it is unknown or wrong, in UTF-8, else in what takes any bytes."""
    for each in (charset, "utf-8"):
        try:
            found = content.decode(each)
        except (LookupError, ValueError):
            continue
        if isinstance(found, str):
            return found
    return content.decode("cp1252", "replace")
