"""Is this a good HTML mail? Looks inline, nothing loaded or run, readable without HTML, and ended by one press."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser

TAGS = "html head meta title body div p h1 h2 h3 ul ol li a b strong em blockquote br hr code pre table tbody tr td"
SAID = "style href lang charset name content alt src width height role http-equiv title start"
ALLOWED, ATTRIBUTES = frozenset(TAGS.split(" ")), frozenset(SAID.split(" "))
VOID = frozenset({"meta", "br", "hr", "img"})
WIDEST = 640


def faults(mail: EmailMessage) -> list[str]:
    """What is wrong with a mail; nothing where it is good."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    if plain is None or html is None:
        return ["It must come in plain text and in HTML."]
    page = _Read()
    page.feed(html.get_content())
    page.close()
    return [*page.faults, *page.unclosed(), *_headers(mail), *_same(page, plain.get_content())]


class _Read(HTMLParser):
    """Reads the HTML part, and notes what mail programs can't show or a reader should not be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag not in ALLOWED and tag != "img":
            self.faults.append(f"<{tag}> has no place in a mail.")
        if tag == "img" and (not said.get("alt") or not str(said.get("src")).startswith(("cid:", "data:"))):
            self.faults.append("An image needs words for who can't see it, and is never fetched from elsewhere.")
        self.faults += [f"<{tag} {name}> is not inline looks." for name in said if name not in ATTRIBUTES]
        self._looks(tag, said.get("style") or "", said)
        if tag == "a":
            self.links.append(said.get("href") or "")
            if not re.match(r"https?://[^/]+|mailto:", self.links[-1]):
                self.faults.append(f"A link leads nowhere outside the page: {self.links[-1]!r}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def _looks(self, tag: str, style: str, said: dict[str, str | None]) -> None:
        if re.search(r"url\(|expression|@import|position\s*:", style):
            self.faults.append(f"The looks of <{tag}> fetch something, or don't hold in a mail: {style}")
        wide = [int(found) for found in re.findall(r"(?<!-)\bwidth:\s*(\d+)px", style.replace("max-width", "width"))]
        wide += [int(found) for found in re.findall(r"^\d+$", said.get("width") or "")]
        if any(one > WIDEST for one in wide):
            self.faults.append(f"<{tag}> is wider than {WIDEST} pixels.")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open.")

    def handle_data(self, data: str) -> None:
        if "title" not in self.open:
            self.words.append(data)

    def unclosed(self) -> Iterator[str]:
        """What was never closed."""
        return (f"<{tag}> is never closed." for tag in self.open)


def links(mail: EmailMessage) -> list[str]:
    """Every address in the mail: in its HTML, its text and its headers."""
    page = _Read()
    html, plain = mail.get_body(("html",)), mail.get_body(("plain",))
    page.feed(html.get_content() if html else "")
    said = re.findall(r"https?://[^\s<>]+", plain.get_content() if plain else "")
    return sorted({*page.links, *said, *re.findall(r"<(http[^>]+)>", str(mail["List-Unsubscribe"]))})


def _headers(mail: EmailMessage) -> Iterator[str]:
    if not re.fullmatch(r"<https?://[^>]+>", str(mail["List-Unsubscribe"]).strip()):
        yield "List-Unsubscribe must be one whole address."
    if mail["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        yield "List-Unsubscribe-Post must say that one press is enough."
    if not str(mail["Subject"] or "").strip() or not mail["Message-ID"] or not mail["Date"]:
        yield "It lacks a subject, a number or a date."


def _same(page: _Read, plain: str) -> Iterator[str]:
    html, text = _words(" ".join(page.words)), _words(re.sub(r"(?m)^\s*\d+\. ", "", plain))
    if html != text:
        missing = [one for one in html if one not in text] + [one for one in text if one not in html]
        yield f"The plain text says something else than the HTML: {missing[:12] or 'in another order'}"
    if any(len(line) > 100 and "http" not in line for line in plain.split("\n")):
        yield "A line of the plain text is too long to read."


def _words(said: str) -> list[str]:
    """The words in order, without addresses, marks of lists and what underlines a heading."""
    return re.findall(r"[^\W_]+", re.sub(r"https?://[^\s<>]+", " ", said))
