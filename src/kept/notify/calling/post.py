"""One POST to a server of somebody else: 20 seconds in all, no redirects, the beginning of the answer and no more."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final

import httpx

from kept.core.errors import Incomplete
from kept.notify.calling.addresses import Address, AddressRefused, Place, read_url, resolve

LIMIT_S: Final = 20.0
"""Seconds for all of it: the name, the connection, the answer."""
ANSWER: Final = 1024
"""Bytes of the answer that are read."""
LONGEST_PLACE: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: the status (None where there was none), how long it took, the beginning of the answer.

    `error` says in a sentence why it failed; it is empty where it did not.
    """

    status: int | None
    ms: int
    body: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class _What:
    place: Place
    url: httpx.URL
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Came:
    status: int
    body: bytes
    location: str


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = LIMIT_S) -> Answer:
    """Send `body` to `url`, and say what came of it; raises nothing."""
    began = time.monotonic()
    try:
        came = _post(url, body, headers, until=began + seconds)
    except (TimeoutError, httpx.TimeoutException):
        return Answer(None, _ms(began), error=f"It did not answer within {seconds:g} seconds.")
    except (AddressRefused, Incomplete) as error:
        return Answer(None, _ms(began), error=str(error))
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Answer(None, _ms(began), error=_why(error))
    text = came.body.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return Answer(came.status, _ms(began), text, _failure(came))


def _post(url: str, body: bytes, headers: Mapping[str, str], *, until: float) -> _Came:
    what = _What(read_url(url), httpx.URL(url), body, headers)
    addresses = resolve(what.place, seconds=until - time.monotonic())
    with ThreadPoolExecutor(1) as hand:  # whoever calls may be in an event loop of their own
        return hand.submit(lambda: asyncio.run(_within(until - time.monotonic(), what, addresses))).result()


async def _within(seconds: float, what: _What, addresses: Sequence[Address]) -> _Came:
    async with (
        asyncio.timeout(seconds),
        httpx.AsyncClient(verify=_tls(), trust_env=False, follow_redirects=False, timeout=seconds) as client,
    ):
        for address in addresses[:-1]:  # a name may have an address that this machine has no way to
            try:
                return await _to(client, address, what)
            except httpx.ConnectError:
                continue
        return await _to(client, addresses[-1], what)


async def _to(client: httpx.AsyncClient, address: Address, what: _What) -> _Came:
    """Call that address and no other; Host and the TLS name are those of the URL, so its certificate is checked."""
    own = {"host": what.url.netloc.decode("ascii"), "accept-encoding": "identity", "user-agent": "Kept"}
    request = client.build_request(
        "POST", what.url.copy_with(host=str(address)), content=what.body, headers=own | dict(what.headers),
        extensions={"sni_hostname": what.place.host},
    )  # fmt: skip
    answer = await client.send(request, stream=True)
    try:
        return _Came(answer.status_code, await _beginning(answer), answer.headers.get("location", "")[:LONGEST_PLACE])
    finally:
        await answer.aclose()


async def _beginning(answer: httpx.Response) -> bytes:
    read = b""
    async for piece in answer.aiter_raw(ANSWER):
        read += piece
        if len(read) >= ANSWER:
            break
    return read[:ANSWER]


def _failure(came: _Came) -> str:
    if 200 <= came.status < 300:
        return ""
    if 300 <= came.status < 400:
        where = f" to {came.location}" if came.location else ""
        return f"It answered {came.status} and sent Kept on{where}. Kept is not sent on: give it the address itself."
    return f"It answered {came.status}."


def _why(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"Its certificate is not good: {cause.verify_message}."
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return "There is no connection to it."
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return "It closed the connection before its answer was whole."
    return f"The call failed: {type(error).__name__}."


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
