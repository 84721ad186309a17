"""Where a system is: its address, looked up once, and how it is trusted."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sim.errors import TargetError, UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Tls:
    """What a TLS connection needs beside the system's own trust.

    Parameters
    ----------
    ca : Path or None
        Certificates in PEM that are trusted in place of the system's.
    client_cert, client_key : Path or None
        For mutual TLS, in PEM; the key may stand in the certificate's file.
    """

    ca: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return a context that verifies the server: TLS 1.2 or later.

        Raises
        ------
        UsageError
            A file cannot be read or is none of those.
        """
        try:
            context = ssl.create_default_context(cafile=str(self.ca) if self.ca is not None else None)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"--ca {self.ca}: {_why(error)}", "give a file of certificates in PEM") from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.client_key is not None and self.client_cert is None:
            raise UsageError("--client-key needs --client-cert", "give both")
        if self.client_cert is not None:
            try:
                context.load_cert_chain(self.client_cert, self.client_key, password=_no_password)
            except (OSError, ssl.SSLError, ValueError) as error:
                remedy = "give certificate and key in PEM, the key without a password"
                raise UsageError(f"--client-cert {self.client_cert}: {_why(error)}", remedy) from error
        return context


@dataclass(frozen=True)
class Place:
    """A base address.

    Parameters
    ----------
    base : str
        Without a slash at its end.
    prefix : str
        Its path.
    context : ssl.SSLContext or None
        None for plain HTTP.
    """

    base: str
    host: str
    port: int
    prefix: str
    context: ssl.SSLContext | None

    @property
    def authority(self) -> str:
        """What the ``Host`` header says."""
        return urlsplit(self.base).netloc

    @cached_property
    def addresses(self) -> tuple[tuple[int, Any], ...]:
        """Family and socket address of each address that the name has; looked up once, so it cannot change later.

        Raises
        ------
        TargetError
            The name is not known.
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise TargetError(f"the host {self.host!r} is not known", "check --target, and the network") from error
        return tuple((int(family), address) for family, _, _, _, address in found)


def place_of(url: str, tls: Tls | None = None, *, option: str = "--target") -> Place:
    """Return where an address leads.

    Raises
    ------
    UsageError
        It is no base address of HTTP, or holds a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    is_plain = url.isascii() and url.isprintable() and not set(' "<>\\^`{|}') & set(url)
    if parts.scheme not in _PORTS or not parts.hostname or not is_plain or parts.query or parts.fragment:
        raise UsageError(f"{option} {_shown(url)!r} is no base address", "write http://HOST:PORT or https://HOST/path")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{option} holds a password", "secrets stand in environment variables; see --auth")
    wanted = tls or Tls()
    if parts.scheme == "http" and wanted != Tls():
        raise UsageError(f"{option} is plain HTTP, so certificates have no use", "write https://")
    context = wanted.context() if parts.scheme == "https" else None
    prefix = parts.path.rstrip("/")
    base = f"{parts.scheme}://{parts.netloc}{prefix}"
    return Place(base, parts.hostname, _PORTS[parts.scheme] if port is None else port, prefix, context)


def _shown(url: str) -> str:
    return url[:200] if "@" not in url else "..."


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it is none").lower().replace("_", " ")
    reason = error.strerror if isinstance(error, OSError) else None
    return reason or type(error).__name__


def _no_password() -> bytes:
    """Give no password: else OpenSSL asks for one on the terminal."""
    message = "the key has a password"
    raise ValueError(message)
