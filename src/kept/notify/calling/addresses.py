"""Which addresses Kept calls: out of the network that it runs in, by name or by number, and no others.

A name is resolved once; each address behind it is looked at, and the call goes to just that address, so that a name
that means something else a moment later gains nothing.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Thread
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from kept.core.errors import Incomplete, Refused

PORTS: Final = {"http": 80, "https": 443}
LONGEST_URL: Final = 1000
_PUBLIC_V6: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_TUNNELS: Final = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))

Address = IPv4Address | IPv6Address


class AddressRefused(Refused):
    """Kept does not call this address; the words say why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call goes: the host as it was written, and its port."""

    scheme: str
    host: str
    port: int


def read_url(url: str) -> Place:
    """Where `url` leads. `Incomplete` for what is no plain http or https address, or leads where Kept never calls."""
    parts = _split(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise Incomplete("Write a whole address that begins with https:// (or http://).", field="url")
    if parts.username is not None or parts.password is not None:
        raise Incomplete("Leave name and password out of the address: they would stand in logs.", field="url")
    if parts.fragment:
        raise Incomplete("Leave out what follows the # in the address: no server ever sees it.", field="url")
    place = Place(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme])
    try:
        for address in _numbers(place):
            refuse(address)
    except AddressRefused as error:
        raise Incomplete(str(error), field="url") from error
    return place


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_URL or any(sign.isspace() or not sign.isprintable() for sign in url) or "\\" in url:
        raise Incomplete(f"Write the address in one piece, with at most {LONGEST_URL} signs.", field="url")
    try:
        parts = urlsplit(url)
        _ = parts.port
        (parts.hostname or "").encode("idna")
    except (ValueError, UnicodeError) as error:
        raise Incomplete("This is no address. Copy all of it.", field="url") from error
    return parts


def _numbers(place: Place) -> list[Address]:
    """The address where the host is written as a number, in whichever form the system reads; none for a name."""
    try:
        return _unique(socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    except OSError:
        return []


def resolve(place: Place, *, seconds: float) -> list[Address]:
    """Every address behind a place, each of which Kept may call.

    Raises `AddressRefused` where one of them is not for calling, or there is none; TimeoutError after `seconds`.
    """
    found: list[Any] = []
    asking = Thread(target=_ask, args=(place, found), daemon=True)  # the system's resolver cannot be told how long
    asking.start()
    asking.join(seconds)
    if not found:
        raise TimeoutError
    if isinstance(found[0], OSError | UnicodeError):
        raise AddressRefused(f"There is no server by the name {place.host}.")
    addresses = _unique(found[0])
    for address in addresses:
        refuse(address)
    return addresses


def _ask(place: Place, found: list[Any]) -> None:
    try:
        found.append(socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError) as error:
        found.append(error)


def _unique(rows: list[Any]) -> list[Address]:
    return list(dict.fromkeys(ip_address(row[4][0]) for row in rows))


def refuse(address: Address) -> None:
    """`AddressRefused` for an address inside the network, unless KEPT_WEBHOOK_PRIVATE=1 allows those."""
    if not settings.KEPT_WEBHOOK_PRIVATE and not is_public(address):
        raise AddressRefused(
            f"{address} is an address inside a network. "
            "Kept calls such addresses only where whoever runs it allows that."
        )


def is_public(address: Address) -> bool:
    """Whether the whole internet reaches this address, whichever way it is written."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if any(address in tunnel for tunnel in _TUNNELS):
        return False
    return address in _PUBLIC_V6 and address.is_global
