"""A lesson's Markdown as HTML. Raw HTML in it stays text; pictures are those that Kept brings, drawn into the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

PICTURE: Final = re.compile(r"pictures/([a-z]+)\.svg")


class _Renderer(RendererHTML):
    """Draws a picture where it stands, with its words for who can't see it; of any other image only the words."""

    def image(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        token = tokens[idx]
        words = escape(token.content)
        named = PICTURE.fullmatch(str(token.attrs["src"]))
        drawn = _drawn().get(named[1]) if named else None
        if drawn is None:
            return words
        return f'<span class="k-pic" role="img" aria-label="{words}">{drawn}</span>'


@cache
def _drawn() -> dict[str, str]:
    folder = files("kept.programme.lessons") / "content" / "pictures"
    return {one.name.removesuffix(".svg"): one.read_text("utf-8") for one in folder.iterdir()}


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "typographer": True}, renderer_cls=_Renderer).enable("smartquotes")


def as_html(body: str) -> SafeString:
    """The Markdown `body` as HTML that is safe to show whoever wrote it."""
    html: str = _markdown().render(body)
    return mark_safe(html)  # noqa: S308 raw HTML is off, and links are checked by the library
