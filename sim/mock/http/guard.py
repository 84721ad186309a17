"""The connection: uvicorn's protocol with the limits that it lacks.

Takes bytes from a client, gives requests whose head was bounded in size, fields and time; promises that a connection
that is too slow, too large or too many is answered with a 4xx or 503 where it can be and closed.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sim.mock.message import PROBLEM, encode_body

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from sim.mock.http.site import Limits

ABORT: Final = "tongban.abort"
"""Extension of the scope: closes the connection without an answer."""
CYCLE: Final = "tongban.cycle"
"""Extension of the scope: the request as far as it has come."""


class _Joining:
    """A transport that sends the head of an answer together with its body: one packet, one call of the system."""

    __slots__ = ("_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:  # of the transport
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Keep a head, send everything else after it."""
        if data.startswith(b"HTTP/1.1 ") and data.endswith(b"\r\n\r\n") and not data.startswith(b"HTTP/1.1 1"):
            self.flush()
            self._head = data
        elif self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Send a head that has no body."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Send what is kept, then close."""
        self.flush()
        self._transport.close()


class Guard(HttpToolsProtocol):
    """One connection within ``Limits``, which the application holds as ``limits``."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # the signature is uvicorn's
        super().__init__(*arguments, **named)
        self._limits: Limits = self.config.app.limits  # type: ignore[union-attr]  # sim.mock.http.app.App
        self._timer: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._field_bytes = 0
        self._is_in_head = True
        self._is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take a connection, or refuse it where there are too many."""
        super().connection_made(transport)
        self._joining = _Joining(transport)
        self.transport = self._joining  # type: ignore[assignment]  # it has all that uvicorn uses
        if len(self.connections) > self._limits.connections:
            self._refuse(503, "too many connections are open")
        else:
            self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes as long as the head is within its limits."""
        if self._is_refused:
            return
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._timer is None:
                self._arm()
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.cycle.keep_alive = False  # answered as if nothing else were asked for (RFC 9110, section 7.8)
        except httptools.HttpParserError:
            self._refuse(400, "the request is not HTTP")
        if self._is_in_head and self._head_bytes > self._limits.head_bytes:
            self._refuse(431, f"the head is larger than {self._limits.head_bytes} bytes")

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._is_in_head = True
        self._field_bytes = 0
        self.scope["extensions"] = {ABORT: {"call": self._abort}}

    def on_url(self, url: bytes) -> None:
        """Take a part of the request line."""
        self._field_bytes += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or leave it where there are too many: the request is refused as soon as the head ends."""
        self._field_bytes += len(name) + len(value)
        if len(self.headers) <= self._limits.head_fields and self._field_bytes <= self._limits.head_bytes:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End the head."""
        self._disarm()
        self._is_in_head = False
        self._head_bytes = 0
        limits = self._limits
        if self._is_refused:
            return
        if self._field_bytes > limits.head_bytes or len(self.headers) > limits.head_fields:
            self._refuse(431, f"more than {limits.head_bytes} bytes or {limits.head_fields} headers")
        elif sum(name == b"host" for name, _ in self.headers) > 1:
            self._refuse(400, "the request has two Host headers")
        else:
            try:
                super().on_headers_complete()
            except (httptools.HttpParserError, UnicodeError):
                self._refuse(400, "the request line names no path")
            else:
                self.scope["extensions"][CYCLE] = {"cycle": self.cycle}

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._is_in_head = True
        if not self._is_refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """End an answer."""
        self._joining.flush()
        super().on_response_complete()

    def _arm(self) -> None:
        self._timer = self.loop.call_later(self._limits.head_seconds, self._late)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        self._refuse(408, f"the head took longer than {self._limits.head_seconds:g} s")

    @property
    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn begins with None
        return cycle is not None and not cycle.response_complete

    def _abort(self) -> None:
        self._is_refused = True
        self.transport.abort()

    def _refuse(self, status: int, detail: str) -> None:
        """Answer a request that no application sees, and close; an answer that is under way is not mixed with it."""
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        self._disarm()
        if not self._is_answering:
            title = HTTPStatus(status).phrase
            body = encode_body({"type": "about:blank", "title": title, "status": status, "detail": detail})
            retry = "Retry-After: 1\r\n" if status == 503 else ""
            head = f"HTTP/1.1 {status} {title}\r\nContent-Type: {PROBLEM}\r\nContent-Length: {len(body)}\r\n{retry}"
            self.transport.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        self.transport.close()
