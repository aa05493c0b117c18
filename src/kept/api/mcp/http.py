"""The server over HTTP, at /mcp: each POST is one exchange by itself, answered in JSON; nothing is kept between them.

The protocol's library speaks ASGI, and Kept is served by WSGI. An exchange without a stream is a request and its answer
all the same, so the library's own transport is run for the length of one; see docs/decisions/0015.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from kept.api.mcp.calls import let_in
from kept.api.mcp.server import server_for
from kept.core.errors import NotFound

LARGEST = 256 * 1024
"""Bytes of one message."""


def endpoint(request: HttpRequest) -> HttpResponse:
    """One exchange with an assistant, with the key that it sends."""
    response = _answer(request)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    if _is_foreign(request):
        return _refused(403, "Pages of other sites may not call this.")
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    key = key.strip() if scheme.lower() == "bearer" else ""
    try:
        let_in(key, timezone.now())
    except NotFound:
        refused = _refused(401, "Send “Authorization: Bearer KEY” with a key that is good.")
        refused.headers["WWW-Authenticate"] = 'Bearer realm="Kept"'
        return refused
    if request.method != "POST":
        refused = _refused(405, "Each message is a POST; there is no stream to listen to, and no session to end.")
        refused.headers["Allow"] = "POST"
        return refused
    try:
        body = request.body if int(request.META.get("CONTENT_LENGTH") or 0) <= LARGEST else None
    except RequestDataTooBig:
        body = None
    if body is None:
        return _refused(413, f"A message holds at most {LARGEST // 1024} kB.")
    exchanged: HttpResponse = async_to_sync(_exchange)(request, key, body)
    return exchanged


def _is_foreign(request: HttpRequest) -> bool:
    """Whether a page of another site sends this: only browsers say where they come from."""
    origin = request.headers.get("Origin")
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return False
    return urlsplit(origin).netloc != request.get_host()


def _refused(status: int, why: str) -> HttpResponse:
    said = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": why}}
    return HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type="application/json")


# --- one exchange -------------------------------------------------------------------------------------------------


async def _exchange(request: HttpRequest, key: str, body: bytes) -> HttpResponse:
    """The library's answer to one message. The tools run in the request's own thread, on its own connection."""
    manager = StreamableHTTPSessionManager(
        server_for(key, before=_nothing), json_response=True, stateless=True, max_request_body_size=LARGEST
    )
    response = HttpResponse()
    arrived = False

    async def receive() -> dict[str, Any]:
        nonlocal arrived
        if arrived:
            return {"type": "http.disconnect"}
        arrived = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            response.status_code = message["status"]
            _copy_headers(message.get("headers", ()), response)
        elif message["type"] == "http.response.body":
            response.write(message.get("body", b""))

    async with manager.run():
        await manager.handle_request(_scope(request), receive, send)
    return response


def _nothing() -> None:
    """The request's connection is looked after by the request."""


def _copy_headers(headers: Iterable[tuple[bytes, bytes]], response: HttpResponse) -> None:
    del response.headers["Content-Type"]
    for name, value in headers:
        if name.lower() != b"content-length":
            response.headers[name.decode("latin-1")] = value.decode("latin-1")


def _scope(request: HttpRequest) -> dict[str, Any]:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()]
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method,
        "scheme": request.scheme, "path": request.path, "raw_path": request.path.encode(), "root_path": "",
        "query_string": b"", "headers": headers, "server": None, "client": None,
    }  # fmt: skip
