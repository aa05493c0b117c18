"""The server over standard input and output, as an assistant on this machine starts it."""

from __future__ import annotations

import asyncio

from django.db import connections
from django.utils import timezone
from mcp.server.stdio import stdio_server

from kept.api.mcp.calls import let_in
from kept.api.mcp.server import server_for


def serve(key: str) -> None:
    """Answer until standard input ends. Raises `NotFound` at once for a key that is not good."""
    let_in(key, timezone.now())
    connections.close_all()  # the calls come in a thread of their own
    asyncio.run(_serve(key))


async def _serve(key: str) -> None:
    server = server_for(key)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
