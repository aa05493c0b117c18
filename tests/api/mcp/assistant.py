"""An assistant: the protocol library's own client, over standard input and output or over HTTP."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx2
import mcp_types as protocol
from django.db import connection
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

import environment
from kept.api.mcp.calls import Outcome, call
from kept.api.mcp.tools import BY_NAME
from kept.people.models import ApiToken, Person
from kept.people.tokens import make_token

KEPT = ("-c", "from kept.cli.main import main; main()", "mcp")
T = TypeVar("T")


def key_of(person: Person, scope: ApiToken.Scope = ApiToken.Scope.WRITE) -> str:
    """A new key of the person."""
    return make_token(person, scope=scope, at=datetime.now(UTC))[1]


@dataclass(frozen=True)
class Assistant:
    """Calls the tools in this process, as the server does once a message is read; `key` is whose it is."""

    key: str

    @classmethod
    def of(cls, person: Person, scope: ApiToken.Scope = ApiToken.Scope.WRITE) -> Assistant:
        return cls(key_of(person, scope))

    def call(self, tool: str, **arguments: Any) -> Outcome:
        return call(self.key, BY_NAME[tool], arguments)

    def gets(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """What a call gives, which must not be refused."""
        outcome = self.call(tool, **arguments)
        assert outcome.given is not None, outcome.refusal
        return outcome.given

    def refused(self, tool: str, **arguments: Any) -> str:
        """Why a call is refused, which it must be."""
        outcome = self.call(tool, **arguments)
        assert outcome.given is None
        assert outcome.refusal
        return outcome.refusal


# --- over a real door ---------------------------------------------------------------------------------------------

Door = Callable[[str, str], Client]
"""A client with a key; "auto" takes the newest revision of the protocol that both know, "legacy" the older ones."""


def over_stdio(key: str, mode: str) -> Client:
    """`kept mcp` as a process of its own, in the database of the tests."""
    return Client(StdioServerParameters(command=sys.executable, args=list(KEPT), env=settings_with(key)), mode=mode)


def settings_with(key: str) -> dict[str, str]:
    """The environment of `kept mcp`."""
    return {"KEPT_HOME": str(environment.HOME), "DATABASE_URL": _address(), "KEPT_TOKEN": key}


def over_http(url: str) -> Door:
    """The server that answers at `url`."""

    def client(key: str, mode: str) -> Client:
        return Client(_posting(f"{url}/mcp", key), mode=mode)

    return client


@asynccontextmanager
async def _posting(url: str, key: str) -> AsyncIterator[Any]:
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60) as http,
        streamable_http_client(url, http_client=http) as streams,
    ):
        yield streams


def talk(client: Client, conversation: Callable[[Client], Awaitable[T]]) -> T:
    """Have a conversation, in a thread of its own: the tests' own thread may have a loop already."""
    found: list[T] = []
    failed: list[BaseException] = []

    async def whole() -> None:
        async with client:
            found.append(await conversation(client))

    def run() -> None:
        try:
            asyncio.run(whole())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(120)
    if failed:
        raise failed[0]
    return found[0]


async def told(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool gives; the text must say the same, behind the warning."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, protocol.CallToolResult)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    """Why a tool refuses."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, protocol.CallToolResult)
    assert result.is_error
    assert result.structured_content is None
    (said,) = result.content
    assert isinstance(said, protocol.TextContent)
    return said.text


def _address() -> str:
    is_at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{is_at['NAME']}"
    password = f":{is_at['PASSWORD']}" if is_at["PASSWORD"] else ""
    host = is_at["HOST"] or "localhost"
    port = f":{is_at['PORT']}" if is_at["PORT"] else ""
    return f"postgresql://{is_at['USER']}{password}@{host}{port}/{is_at['NAME']}"
