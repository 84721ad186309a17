"""The connection: uvicorn's protocol with the limits that it lacks.

Takes bytes from a client, gives requests whose head was bounded in size, fields and time; promises that a connection
that is too slow, too large or too many is answered with a 4xx or 503 where it can be and closed.

::

    bytes -> head within limits -> came whole, nothing before it -> App.answer_at_once -> one write
                                -> comes in parts, or must wait  -> uvicorn's cycle and task -> App

The first way needs no task, no messages to and fro and no timer a request.
"""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from sim.contract.model import Request
from sim.mock.message import PROBLEM, encode_body

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from sim.contract.model import Answer
    from sim.mock.http.app import App
    from sim.mock.http.site import Limits

ABORT: Final = "tongban.abort"
"""Extension of the scope: closes the connection without an answer."""
CYCLE: Final = "tongban.cycle"
"""Extension of the scope: the request as far as it has come."""
ANSWER: Final = "tongban.answer"
"""Extension of the scope: the answer that was made already and waits for the client to take it."""
AT_ONCE: Final = 16 * 1024
"""Bytes of an answer that never wait for the client to take them."""

_HEAD: Final = re.compile(rb"HTTP/1\.1 [ -~]*\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [\t -~\x80-\xff]*\r\n)*")
_NAMES: Final = {
    name.encode(): name.lower()
    for name in (
        *("Host", "Accept", "Accept-Encoding", "Authorization", "Connection", "Content-Digest", "Content-Length"),
        *("Content-Type", "Idempotency-Key", "Signature", "Signature-Input", "User-Agent"),
    )
}
"""Names as most clients write them, to those in lower case."""
_NO_REQUEST: Final = Request("", "", (), (), b"")


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
        self._app: App = self.config.app  # type: ignore[assignment]  # sim.mock.http.server serves nothing else
        self._limits: Limits = self._app.limits
        self._timer: asyncio.TimerHandle | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._idle_since: float | None = None
        self._head_bytes = 0
        self._field_bytes = 0
        self._is_in_head = True
        self._has_begun = False
        self._is_refused = False
        self._is_held = False
        self._parts: list[bytes] = []
        self._dates: list[tuple[bytes, bytes]] = []
        self._dated = b""
        self._texts: list[tuple[str, str]] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take a connection, or refuse it where there are too many."""
        super().connection_made(transport)
        self._wire = transport
        self._port = self.server[1] if self.server is not None else None
        self._joining = _Joining(transport)
        self.transport = self._joining  # type: ignore[assignment]  # it has all that uvicorn uses
        if len(self.connections) > self._limits.connections:
            self._refuse(503, "too many connections are open")
        else:
            self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._disarm()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes as long as the head is within its limits."""
        if self._is_refused:
            return
        if self._is_in_head:
            self._head_bytes += len(data)
        self._idle_since = None
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if not self._is_refused:
                self.cycle.keep_alive = False  # answered as if nothing else were asked for (RFC 9110, section 7.8)
        except httptools.HttpParserError:
            self._refuse(400, "the request is not HTTP")
        if self._is_held and not self._is_refused:
            self._begin()
        if self._is_in_head and (self._head_bytes or self._has_begun) and not self._is_refused:
            self._bound_head()

    def _bound_head(self) -> None:
        """Give a head that has come in part its time, unless it is too large already."""
        if self._head_bytes > self._limits.head_bytes:
            self._refuse(431, f"the head is larger than {self._limits.head_bytes} bytes")
        elif self._timer is None:
            self._arm()

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.url = b""
        self._texts = []
        self._is_in_head = self._has_begun = True
        self._field_bytes = 0
        self._parts = []

    def on_url(self, url: bytes) -> None:
        """Take a part of the request line."""
        self._field_bytes += len(url)
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or leave it where there are too many: the request is refused as soon as the head ends."""
        self._field_bytes += len(name) + len(value)
        if len(self._texts) <= self._limits.head_fields:
            self._texts.append((_NAMES.get(name) or name.lower().decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """End the head; the request is held until it is known whether it has come whole."""
        if self._timer is not None:
            self._disarm()
        self._is_in_head = self._has_begun = False
        self._head_bytes = 0
        limits = self._limits
        if self._is_refused:
            return
        if self._field_bytes > limits.head_bytes or len(self._texts) > limits.head_fields:
            self._refuse(431, f"more than {limits.head_bytes} bytes or {limits.head_fields} headers")
        else:
            self._is_held = True

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        if self._is_held:
            self._parts.append(body)
        elif not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._is_in_head = True
        if self._is_refused:
            return
        if self._is_held:
            if self._answer_at_once():
                return
            self._begin()
        if not self._is_refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """End an answer."""
        self._joining.flush()
        super().on_response_complete()

    def _answer_at_once(self) -> bool:
        """Answer the request that is held, unless something has to be waited for; tell whether it is answered."""
        parser = self.parser
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn begins with None
        if (cycle is not None and not cycle.response_complete) or self.flow.write_paused:
            return False
        method = parser.get_method()
        if method == b"HEAD" or parser.get_http_version() != "1.1" or parser.should_upgrade():
            return False
        answer = self._app.answer_at_once(self._port, method, self.url, self._texts, b"".join(self._parts))
        if answer is None:
            return False
        if len(answer.body) > AT_ONCE:
            self._begin(answer)
            if not self._is_refused:
                super().on_message_complete()
        else:
            self._is_held = False
            self._parts = []
            self._write(answer, is_last=not parser.should_keep_alive())
        return True

    def _begin(self, answer: Answer | None = None) -> None:
        """Hand the request that is held to a task of its own: uvicorn's way."""
        self._is_held = False
        url = self.url
        super().on_message_begin()
        self.url = url
        self.headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self._texts]
        self.expect_100_continue = ("expect", "100-continue") in [(name, value.lower()) for name, value in self._texts]
        if sum(name == "host" for name, _ in self._texts) > 1:
            self._refuse(400, "the request has two Host headers")
            return
        self.scope["extensions"] = {ABORT: {"call": self._abort}, ANSWER: {"answer": answer}}
        try:
            super().on_headers_complete()
        except (httptools.HttpParserError, UnicodeError):
            self._refuse(400, "the request line names no path")
            return
        self.scope["extensions"][CYCLE] = {"cycle": self.cycle}
        if self._parts:
            super().on_body(b"".join(self._parts))
            self._parts = []

    def _write(self, answer: Answer, *, is_last: bool) -> None:
        """Send an answer in one piece."""
        try:
            head = _head(answer.status, answer.headers)
        except ValueError as error:
            answer = self._app.failed(error, _NO_REQUEST)
            head = _head(answer.status, answer.headers)
        if self._dates is not self.server_state.default_headers:  # another list each second
            self._dates = self.server_state.default_headers
            self._dated = b"".join([b"%b: %b\r\n" % pair for pair in self._dates])
        closing = b"connection: close\r\n" if is_last else b""
        has_length = answer.status >= 200 and answer.status not in (204, 304)
        length = b"content-length: %d\r\n" % len(answer.body) if has_length else b""
        self._wire.write(b"".join((head, self._dated, length, closing, b"\r\n", answer.body)))
        self.server_state.total_requests += 1
        if is_last:
            self._is_refused = True
            self._wire.close()
            return
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._idle_timer = self.loop.call_later(self._limits.idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        """Close a connection on which nothing came for too long; one timer serves all its requests."""
        since = self._idle_since
        waited = 0.0 if since is None else self.loop.time() - since
        if waited >= self._limits.idle_seconds:
            self._wire.close()
        else:
            self._idle_timer = self.loop.call_later(self._limits.idle_seconds - waited, self._end_idle)

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


@lru_cache(maxsize=1024)
def _head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Return status line and headers as they go over the wire.

    Raises
    ------
    ValueError
        A header holds what would end it.
    """
    lines = [f"{name}: {value}\r\n".encode("latin-1") for name, value in headers]
    head = STATUS_LINE[status] + b"".join(lines)
    if _HEAD.fullmatch(head) is None or head.count(b"\r\n") != len(lines) + 1:
        message = "a header of an answer holds what no header may"
        raise ValueError(message)
    return head
