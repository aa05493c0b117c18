"""A page that tells how far something is while it is done: its head at once, then a bar, then what came of it.

It is one answer, sent piece by piece: it needs no script and no second request, and works with any number of servers.
The work runs to its end even where the browser goes away.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html

from kept.core.errors import KeptError

PLACE = "<!-- as it goes -->"
"""Stands in the template where the bar and the outcome go."""
Progress = Callable[[float], None]
Work = Callable[[Progress], str]


def as_it_goes(
    request: HttpRequest, template: str, context: dict[str, Any], *, doing: str, work: Work
) -> StreamingHttpResponse:
    """Answer with `template`; at its `PLACE` a bar that says what it is `doing`, then the HTML that `work` gives."""
    before, _, after = render_to_string(template, context, request).partition(PLACE)

    def pieces() -> Iterator[str]:
        yield before
        yield from _told(doing, work)
        yield after

    response = StreamingHttpResponse(pieces())
    response.headers["X-Accel-Buffering"] = "no"  # a proxy in front that collects answers would hide the bar
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(doing: str, work: Work) -> Iterator[str]:
    heard: queue.Queue[float | str | None] = queue.Queue()

    def run() -> None:
        try:
            heard.put(work(heard.put))
        except KeptError as error:
            heard.put(
                format_html('<div class="k-outcome k-note k-note--alarm" role="alert"><p>{}</p></div>', str(error))
            )
        finally:
            heard.put(None)
            connection.close()

    threading.Thread(target=run, name=f"kept: {doing}").start()
    yield _bar(doing, 0)
    shown = 0
    while (piece := heard.get()) is not None:
        if isinstance(piece, str):
            yield piece
        elif (percent := int(piece * 100)) > shown:
            shown = percent
            yield _bar(doing, percent)


def _bar(doing: str, percent: int) -> str:
    return format_html(
        '<p class="k-step"><label>{}: {} %<br>'
        '<progress class="k-progress" max="100" value="{}"></progress></label></p>\n',
        doing,
        percent,
        percent,
    )
