"""Where a world is served, and within which limits."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MIB: Final = 1024 * 1024

_HOST: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z._-]{1,253})(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may take.

    Parameters
    ----------
    connections : int
        Open at once, all clients together; more are answered 503 and closed.
    head_bytes, head_fields : int
        Of request line and headers.
    head_seconds, body_seconds, idle_seconds, write_seconds : float
        Longest time for a head, for a body, between two requests, and for taking an answer.
    body_bytes : int
        Of one request.
    held_bytes : int
        Of all bodies that are coming in at once.
    """

    connections: int = 4000
    head_bytes: int = 64 * 1024
    head_fields: int = 100
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    idle_seconds: float = 75.0
    write_seconds: float = 30.0
    body_bytes: int = 10 * MIB
    held_bytes: int = 256 * MIB


@dataclass(frozen=True, slots=True)
class Site:
    """Where systems are served.

    Parameters
    ----------
    host : str
        Address or name that is bound.
    ports : mapping of int to str
        System by port.
    names : frozenset of str
        Names under which clients may reach the systems, in lower case, beside ``localhost`` and addresses.
    token : str or None
        What control endpoints ask for; None asks for nothing, on loopback alone.
    prefixes : mapping of str to str
        Path below which a system stands, as the first server of its contract has it: ``/api/v1``; none for most.
    """

    host: str
    ports: Mapping[int, str]
    names: frozenset[str] = frozenset()
    token: str | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def base_url(self, port: int) -> str:
        """Return the address of the system at a port, its prefix included."""
        return self.origin(port) + self.prefixes.get(self.ports[port], "")

    def origin(self, port: int) -> str:
        """Return scheme, host and port alone."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104  # what is shown, not bound
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{port}"

    def knows(self, host: str) -> bool:
        """Tell whether a ``Host`` header names this site.

        A page elsewhere can make a browser send requests here under its own name (DNS rebinding); it cannot do so under
        an address.
        """
        matched = _HOST.fullmatch(host)
        if matched is None:
            return False
        name = matched["name"].lower()
        return name == "localhost" or name in self.names or _is_address(name.strip("[]"))


def is_loopback(host: str) -> bool:
    """Tell whether a host to bind is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
