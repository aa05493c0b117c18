"""A file that went with an act, to be saved; never shown by the browser itself."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from kept.promises.file_names import sent_as
from kept.promises.files import file_for_reading
from kept.promises.models import File
from kept.web.http import viewer

LOCKED = "default-src 'none'; sandbox"
"""A page that is opened out of a file anyway may do nothing."""


@require_safe
def file(request: HttpRequest, promise_id: int, file_id: int) -> FileResponse:
    """Hand the file out, to those who may read the act that it went with."""
    return saved(*file_for_reading(viewer(request), promise_id, file_id))


def saved(found: File, path: Path) -> FileResponse:
    """The answer that saves a file."""
    headers = {
        "Content-Security-Policy": LOCKED,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=found.name, content_type=sent_as(found.media_type),
        headers=headers,
    )  # fmt: skip
