"""Files that go with acts: handed in first, named by the act, then read by those who may read the act."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from django.http import FileResponse, HttpRequest
from ninja import Query, Router
from pydantic import Field

from kept.api.v1.door import RAW, caller
from kept.api.v1.routes.named import FileId, PromiseId
from kept.api.v1.shapes.base import Asked, Given, Id, Moment
from kept.promises import files
from kept.promises.files import HandedIn
from kept.promises.models import File

router = Router(tags=["Files"])
PIECE = 64 * 1024
CONTENT = {"schema": {"type": "string", "format": "binary"}, "example": "The content of the file, byte by byte."}
UPLOAD = {"requestBody": {"required": True, "content": {RAW: CONTENT}}}


class FileOut(Given):
    """A file: `id` is what an act carries in `files`. Until an act does, it is kept for a day."""

    id: Id
    name: str
    size: int
    media_type: str
    sha256: str
    uploaded_at: Moment

    @classmethod
    def of(cls, file: File) -> FileOut:
        """The file."""
        return cls(
            id=file.pk, name=file.name, size=file.size, media_type=file.media_type, sha256=file.sha256,
            uploaded_at=file.uploaded_at,
        )  # fmt: skip


class FileNamed(Asked):
    """What the file is called, and what kind it is."""

    name: Annotated[str, Field(min_length=1, max_length=255, description="Its name, such as `route.pdf`.")]
    media_type: Annotated[str, Field(max_length=127, description="Such as `application/pdf`.")] = ""


@router.post(
    "/files", response={201: FileOut}, operation_id="hand_in_file", summary="Hand in a file for an ask or an offer",
    openapi_extra=UPLOAD,
)  # fmt: skip
def hand_in_file(request: HttpRequest, named: Query[FileNamed]) -> FileOut:
    """Hand in a file for the ask or offer that opens a promise; the body is its content."""
    return _taken_in(request, None, named)


@router.post(
    "/promises/{int:promise_id}/files", response={201: FileOut}, operation_id="hand_in_file_for_act",
    summary="Hand in a file for an act", openapi_extra=UPLOAD,
)  # fmt: skip
def hand_in_file_for_act(request: HttpRequest, promise_id: PromiseId, named: Query[FileNamed]) -> FileOut:
    """Hand in a file for an act in a promise; the body is its content."""
    return _taken_in(request, promise_id, named)


@router.get(
    "/promises/{int:promise_id}/files/{int:file_id}", operation_id="get_file", summary="The content of a file",
    openapi_extra={
        "responses": {200: {"description": "OK", "content": {RAW: {"schema": CONTENT["schema"]}}}}
    },
)  # fmt: skip
def get_file(request: HttpRequest, promise_id: PromiseId, file_id: FileId) -> FileResponse:
    """The content of a file, for those who may read the act that it went with."""
    found, path = files.file_for_reading(caller(request).person, promise_id, file_id)
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.name, content_type=RAW)


def _taken_in(request: HttpRequest, promise_id: int | None, named: FileNamed) -> FileOut:
    who = caller(request)
    content = iter(partial(request.read, PIECE), b"")
    return FileOut.of(files.take_in(who.person, promise_id, HandedIn(named.name, named.media_type, content), at=who.at))
