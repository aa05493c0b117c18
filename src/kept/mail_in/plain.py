"""HTML as plain text, for a mail that has no other; and what a person wrote, without signature and quoted history.

Line by line, so that no text takes longer than its length. Whatever is not surely somebody else's words stays.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

BREAKING: Final = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr", "pre"})
UNSEEN: Final = frozenset({"style", "script", "head", "title", "template"})
QUOTING: Final = frozenset({"blockquote"})
LONGEST_LINE: Final = 400
"""A line of a person's that is longer is looked at up to here to see whether it begins the quoted history."""

_WROTE = re.compile(
    r"^\W{0,5}(?:on|am|le|el|il|op|den|em|w dniu)\b(?=.{0,300}\d).{0,300}"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu|napisał(?:\(a\))?)\b.{0,120}:\s*$",
    re.IGNORECASE,
)
_WROTE_END = re.compile(
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu)[^:]{0,120}:\s*$", re.IGNORECASE
)
_WROTE_BEGIN = re.compile(r"^\W{0,5}(?:on|am|le|el|il|op|den|em)\b.{0,200}\d", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:original message|ursprüngliche nachricht|original-nachricht|message d'origine|mensaje original|"
    r"messaggio originale|forwarded message|weitergeleitete nachricht)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\W{0,3}(?:from|von|de|da|van|från|fra)\W{0,3}:\s", re.IGNORECASE)
_HEADER = re.compile(
    r"^\W{0,3}(?:sent|gesendet|date|datum|envoyé|enviado|inviato|verzonden|to|an|à|para|a|aan|subject|betreff|objet|asunto|"
    r"oggetto|onderwerp|cc)\W{0,3}:\s",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"^\s*(?:sent from my|get outlook for|von meinem .{1,40} gesendet|gesendet von|envoyé de mon|enviado desde mi|"
    r"inviato da)\b.{0,80}$",
    re.IGNORECASE,
)


class _Words(HTMLParser):
    """Collects what a person would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0
        self.quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Begin a line, or what is not shown."""
        self.hidden += tag in UNSEEN
        self.quoted += tag in QUOTING
        if tag in BREAKING or tag in QUOTING:
            self._line()

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        self.hidden = max(0, self.hidden - (tag in UNSEEN))
        self.quoted = max(0, self.quoted - (tag in QUOTING))
        if tag in BREAKING - {"br"}:
            self._line()

    def handle_data(self, data: str) -> None:
        """Take words as they are shown: runs of space are one."""
        if not self.hidden and data.strip():
            self.pieces.append(re.sub(r"\s+", " ", data))

    def _line(self) -> None:
        self.pieces.append("\n> " if self.quoted else "\n")


def from_html(html: str) -> str:
    """The words of an HTML page; what it quotes stands behind “> ”, as in a plain mail."""
    words = _Words()
    try:
        words.feed(html)
        words.close()
    except (AssertionError, ValueError):  # what the standard library's parser says of broken declarations
        words.pieces.append(re.sub(r"<[^<>]*>", " ", html))
    lines = ("".join(words.pieces)).split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def own_words(text: str) -> str:
    """What the sender wrote: without the quoted history, the signature, and what a phone adds; maybe ""."""
    lines = text.replace("\xa0", " ").split("\n")
    end = next((place for place in range(len(lines)) if _ends_here(lines, place)), len(lines))
    own = [line.rstrip() for line in lines[:end] if not line.lstrip().startswith(">")]
    while own and (not own[-1].strip() or _PHONE.match(own[-1][:LONGEST_LINE])):
        own.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(own)).strip()


def _ends_here(lines: list[str], place: int) -> bool:
    line = lines[place][:LONGEST_LINE]
    if line.rstrip("\r") in ("-- ", "--"):
        return True
    following = lines[place + 1][:LONGEST_LINE] if place + 1 < len(lines) else ""
    wrapped = bool(_WROTE_BEGIN.match(line)) and bool(_WROTE_END.search(following))
    outlook = bool(_FROM.match(line)) and any(
        _HEADER.match(each[:LONGEST_LINE]) for each in lines[place + 1 : place + 3]
    )
    rule = bool(re.fullmatch(r"\s*_{20,}\s*", line))
    return bool(_WROTE.match(line) or _ORIGINAL.match(line)) or wrapped or outlook or rule


_PREFIX = re.compile(r"^(?:\s*(?:re|aw|sv|fw|fwd|wg|tr)\s*:\s*)+", re.IGNORECASE)


def plain_subject(subject: str) -> str:
    """A subject without what mail programs put before it when they answer or forward."""
    return _PREFIX.sub("", subject).strip()
