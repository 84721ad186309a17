"""The one door outward: connections that the mock opens.

Takes an address that a client gave, gives a connection to it if the user allowed that; promises that the name is looked
up once and that the very address that was checked is connected to (a name that answers differently the second time
leads nowhere), that redirects are not followed and that no answer is read without bound.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from sim.errors import TargetError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.contract.model import Request

MAX_HEAD: Final = 64 * 1024
LIMIT: Final = 10.0
"""Seconds that one attempt may take, look-up and answer included."""

_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |\r|$)")
_PORTS: Final = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Where a server is: scheme, name or address, port."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where the mock may call.

    Parameters
    ----------
    allowed : frozenset of (str, int)
        Host, in lower case, and port.
    routes : mapping of Origin to Origin
        What is meant for the first is taken to the second: contracts often want https addresses under public names.
    loopback : bool
        Whether any port of this machine may be called too.
    """

    allowed: frozenset[tuple[str, int]] = frozenset()
    routes: Mapping[Origin, Origin] = field(default_factory=dict)
    loopback: bool = True

    def find(self, url: str) -> Origin:
        """Return where a call to an address is to go.

        Raises
        ------
        TargetError
            The user did not allow it.
        """
        origin = origin_of(url)
        if origin in self.routes:
            return self.routes[origin]
        is_here = self.loopback and (origin.host == "localhost" or _is_loopback(origin.host))
        if is_here or (origin.host, origin.port) in self.allowed:
            return origin
        place = f"{origin.host}:{origin.port}"
        raise TargetError(f"{place} is not allowed", f"start the mock with --allow-callback {place}")


def parse_destinations(texts: Iterable[str], *, loopback: bool) -> Destinations:
    """Return what ``--allow-callback`` says: ``HOST:PORT``, or ``https://NAME=http://HOST:PORT``.

    Raises
    ------
    UsageError
        A text has another form.
    """
    allowed: set[tuple[str, int]] = set()
    routes: dict[Origin, Origin] = {}
    for text in texts:
        source, sign, target = text.partition("=")
        try:
            if sign:
                routes[origin_of(source)] = origin_of(target)
            else:
                origin = origin_of(f"http://{source}")
                allowed.add((origin.host, origin.port))
        except TargetError as error:
            remedy = "write HOST:PORT, or https://NAME=http://HOST:PORT"
            raise UsageError(f"--allow-callback {text!r} is no place to call", remedy) from error
    return Destinations(frozenset(allowed), routes, loopback)


def origin_of(url: str) -> Origin:
    """Return the origin of an address.

    Raises
    ------
    TargetError
        It is none of HTTP.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise TargetError(f"{url[:200]!r} is no address", "use http:// or https://") from error
    is_plain = url.isprintable() and " " not in url and parts.username is None
    if parts.scheme not in _PORTS or not parts.hostname or not is_plain:
        raise TargetError(f"{url[:200]!r} is no address", "use http:// or https://")
    return Origin(parts.scheme, parts.hostname.lower(), _PORTS[parts.scheme] if port is None else port)


async def post(destinations: Destinations, base: str, request: Request) -> int:
    """Send a request and return the status of its answer; the answer's body is not read.

    Parameters
    ----------
    base : str
        Origin of the address as the client gave it; the ``Host`` header says it, wherever the call goes.

    Raises
    ------
    TargetError
        The address is not allowed, not reached in time, or does not speak HTTP.
    """
    origin = destinations.find(base)
    try:
        async with asyncio.timeout(LIMIT):
            reader, writer = await connect(origin)
            try:
                writer.write(_written(base, request))
                await writer.drain()
                matched = _STATUS.match(await reader.readuntil(b"\r\n"))
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError) as error:
        reason = str(error) or f"no answer within {LIMIT:g} s"
        raise TargetError(f"{origin.host}:{origin.port} did not take it: {reason}") from error
    if matched is None:
        raise TargetError(f"{origin.host}:{origin.port} does not speak HTTP/1.1")
    return int(matched[1])


async def connect(origin: Origin) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection to an origin that was found allowed: every outgoing connection of a mock comes from here."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    address = next((str(info[4][0]) for info in found if _is_callable(str(info[4][0]))), None)
    if address is None:
        message = f"{origin.host} leads to no address that may be called"
        raise OSError(message)
    secured = ssl.create_default_context() if origin.scheme == "https" else None
    name = origin.host if secured is not None else None
    return await asyncio.open_connection(address, origin.port, ssl=secured, server_hostname=name, limit=MAX_HEAD)


def _written(base: str, request: Request) -> bytes:
    query = f"?{request.query_text}" if request.query_text else ""
    head = [f"{request.method} {request.path}{query} HTTP/1.1", f"Host: {urlsplit(base).netloc}"]
    head += [f"{name}: {value}" for name, value in request.headers]
    head += [f"Content-Length: {len(request.body)}", "Connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1") + request.body


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_callable(address: str) -> bool:
    """Tell whether an address is a host's: link-local ones are those of cloud machines' own metadata."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = mapped if mapped is not None else found
    return not (found.is_link_local or found.is_multicast or found.is_unspecified)
