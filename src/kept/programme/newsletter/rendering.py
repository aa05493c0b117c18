"""An issue's Markdown as HTML for a page, as HTML for a mail (its looks inline), and as plain text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from typing import Any, Final

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from kept.programme.cases.access import is_approved
from kept.programme.newsletter.drafting import CASE_HERE, plain
from kept.programme.newsletter.models import Issue

WIDE: Final = 72
"""Letters in a line of plain text."""
LOOKS: Final = {
    "h2": "margin:28px 0 8px;font-size:20px;line-height:1.3;font-weight:650",
    "h3": "margin:20px 0 6px;font-size:17px;line-height:1.3;font-weight:650",
    "p": "margin:0 0 12px",
    "ul": "margin:0 0 12px;padding:0 0 0 20px",
    "ol": "margin:0 0 12px;padding:0 0 0 24px",
    "li": "margin:0 0 6px",
    "a": "color:#1f5fbf",
    "blockquote": "margin:0 0 12px;padding:2px 0 2px 12px;border-left:3px solid #8a94a6",
}


class _Renderer(RendererHTML):
    """Of an image only its words: nothing is loaded from anywhere."""

    def image(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        return escape(tokens[idx].content)


def text_of(issue: Issue) -> str:
    """The Markdown of an issue with its case in place, where both sides approve it as it stands now."""
    there = issue.case if issue.case is not None and is_approved(issue.case) else None
    told = f"## A case: {plain(there.title)}\n\n{there.text}" if there else ""
    lines = [told if line.strip() == CASE_HERE else line for line in issue.text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def as_page(text: str) -> SafeString:
    """Markdown as HTML for a page; safe whoever wrote it."""
    html: str = _markdown().render(text)
    return mark_safe(html)  # noqa: S308 raw HTML is off, and links are checked by the library


def as_mail(text: str) -> SafeString:
    """The same with the looks in each element, and whole addresses."""
    tokens = _markdown().parse(text)
    for token in _all(tokens):
        if token.nesting == 1 and token.tag in LOOKS:
            token.attrSet("style", LOOKS[token.tag])
        if token.type == "link_open":
            token.attrSet("href", _whole(str(token.attrGet("href") or "")))
    html: str = _markdown().renderer.render(tokens, _markdown().options, {})
    return mark_safe(html)  # noqa: S308 as above


def as_text(text: str) -> str:
    """The same as plain text that reads well: headings underlined, links with their address behind them."""
    lines = list(_lines(_markdown().parse(text)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    inside: list[str] = []
    for token in tokens:
        if token.type in ("bullet_list_close", "ordered_list_close", "blockquote_close"):
            yield ""
        if token.type in ("list_item_open", "blockquote_open"):
            inside.append(f"{token.info}. " if token.info else "- " if token.type == "list_item_open" else "> ")
        elif token.type in ("list_item_close", "blockquote_close"):
            inside.pop()
        elif token.type in ("fence", "code_block"):
            yield from textwrap.indent(token.content.rstrip(), "    ").split("\n")
            yield ""
        elif token.type == "inline":
            yield from _said(_words(token.children or []), inside, heading=_heading(tokens, token))


def _heading(tokens: Sequence[Token], token: Token) -> str:
    before = tokens[tokens.index(token) - 1]
    return {"h1": "=", "h2": "-"}.get(before.tag, "") if before.type == "heading_open" else ""


def _said(words: str, inside: Sequence[str], *, heading: str) -> Iterator[str]:
    if heading:
        yield from ("", words, heading * min(len(words), WIDE), "")
        return
    first = "".join(inside)
    rest = "".join(one if one == "> " else " " * len(one) for one in inside)
    for part in words.split("\n"):
        wrapped = textwrap.wrap(part, WIDE, initial_indent=first, subsequent_indent=rest, break_long_words=False,
                                break_on_hyphens=False)  # fmt: skip
        yield from wrapped
        first = rest
    if not inside:
        yield ""


def _words(children: Sequence[Token]) -> str:
    found: list[str] = []
    leads: list[str] = []
    for token in children:
        if token.type == "link_open":
            leads.append(_whole(str(token.attrGet("href") or "")))
        elif token.type == "link_close":
            found.append(f" <{leads.pop()}>")
        elif token.type == "hardbreak":
            found.append("\n")
        elif token.type == "softbreak":
            found.append(" ")
        else:
            found.append(token.content)
    return "".join(found)


def _whole(address: str) -> str:
    return f"{settings.KEPT_ADDRESS}{address}" if address.startswith("/") else address


def _all(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "typographer": True}, renderer_cls=_Renderer).enable("smartquotes")
