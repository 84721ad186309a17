"""A client that believes nothing: every byte of an answer has a deadline and a bound.

The requests library resets its time limit with every byte and knows no limit for a whole answer, so a server that sends
one byte a second would hold a run for days. This client reads by itself, with the parser that the mocks use.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import httptools

from sim.conformance.http.limit import CallLimits
from sim.conformance.transport import NoAnswer
from sim.contract.model import Answer
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.conformance.http.place import Place
    from sim.contract.model import Request

PIECE: Final = 64 * 1024
MAX_INTERIM: Final = 8
"""Interim answers (1xx) that may come before the real one."""
SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_STATED: Final = frozenset(("content-length", "transfer-encoding"))


class HttpTransport:
    """Carries requests to one system over HTTP/1.1, from any number of threads; connections are kept open.

    Parameters
    ----------
    place : Place
    limits : CallLimits, optional
    """

    def __init__(self, place: Place, limits: CallLimits | None = None) -> None:
        self.base = place.base
        self._place = place
        self._limits = limits or CallLimits()
        self._idle: list[socket.socket] = []
        self._busy: set[socket.socket] = set()
        self._is_over = False
        self._lock = threading.Lock()

    def send(self, request: Request, *, limit: float | None = None) -> Answer:
        """Return the answer to a request; a redirect is an answer like any other.

        Raises
        ------
        NoAnswer
            None came in time, it is larger than is taken, or it is not HTTP.
        TargetError
            The name of the system is not known.
        """
        total = self._limits.total_seconds if limit is None else min(limit, self._limits.total_seconds)
        deadline = time.monotonic() + total
        data = written(self._place, request)
        try:
            return self._sent(data, request, deadline)
        except TimeoutError:
            raise NoAnswer("timeout", f"no answer within {total:g} s") from None

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._lock:
            kept, self._idle = self._idle, []
        for one in kept:
            one.close()

    def abort(self) -> None:
        """End the calls that are under way, in other threads, and those to come: each meets what broke."""
        with self._lock:
            self._is_over = True
            busy = tuple(self._busy)
        for one in busy:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _sent(self, data: bytes, request: Request, deadline: float) -> Answer:
        kept = self._kept()
        if kept is not None:
            try:
                return self._exchange(kept, data, request, deadline)
            except _ClosedError:
                if not _may_repeat(request):
                    raise NoAnswer("protocol", "the connection was closed before an answer came") from None
        try:
            return self._exchange(self._connect(deadline), data, request, deadline)
        except _ClosedError:
            raise NoAnswer("protocol", "the connection was closed before an answer came") from None

    def _kept(self) -> socket.socket | None:
        """Return a connection that was kept and is still open."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if not _has_ended(connection):
                return connection
            connection.close()

    def _exchange(self, connection: socket.socket, data: bytes, request: Request, deadline: float) -> Answer:
        reader = _Reader(self._limits, is_head=request.method.upper() == "HEAD")
        is_kept = False
        with self._lock:
            self._busy.add(connection)
            is_over = self._is_over
        try:
            if is_over:
                raise NoAnswer("protocol", "the trial was interrupted")
            connection.settimeout(_left(deadline))
            connection.sendall(data)
            while not reader.is_done:
                connection.settimeout(min(self._limits.silence_seconds, _left(deadline)))
                reader.feed(connection.recv(PIECE))
            is_kept = reader.keeps_alive
        except TimeoutError:
            raise NoAnswer("timeout", f"no whole answer within {_spent(self._limits, deadline)}") from None
        except OSError as error:
            if not reader.has_begun:
                raise _ClosedError from error
            raise NoAnswer("protocol", f"the connection broke: {error.strerror or type(error).__name__}") from error
        finally:
            with self._lock:
                self._busy.discard(connection)
                if is_kept:
                    self._idle.append(connection)
            if not is_kept:
                connection.close()
        return reader.answer()

    def _connect(self, deadline: float) -> socket.socket:
        seconds = min(self._limits.connect_seconds, _left(deadline))
        reason = "it has no address"
        for family, address in self._place.addresses:
            connection = socket.socket(socket.AddressFamily(family), socket.SOCK_STREAM)
            try:
                connection.settimeout(seconds)
                connection.connect(address)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._place.context is not None:
                    connection = self._place.context.wrap_socket(connection, server_hostname=self._place.host)
            except ssl.SSLError as error:
                connection.close()
                reason = f"TLS: {error.reason or error}"[:200]
            except OSError as error:
                connection.close()
                reason = "no connection in time" if isinstance(error, TimeoutError) else error.strerror or str(error)
            else:
                return connection
        raise NoAnswer("unreachable", f"{self._place.host}:{self._place.port} cannot be reached: {reason}")


class _ClosedError(Exception):
    """The connection ended before a byte of an answer came."""


class _Reader:
    """Takes an answer piece by piece."""

    def __init__(self, limits: CallLimits, *, is_head: bool) -> None:
        self.is_done = False
        self.has_begun = False
        self.keeps_alive = False
        self._limits = limits
        self._is_head = is_head
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._head_bytes = self._body_bytes = self._interim = 0
        self._in_head = True
        self._is_excess = False
        self._too_large = ""
        self._status = 0
        self._parser = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take a piece; nothing is the end of the connection."""
        if not data:
            self._end()
            return
        self.has_begun = True
        if self._in_head:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as error:
            raise NoAnswer("protocol", "the answer changes the protocol") from error
        except httptools.HttpParserError as error:
            if not self.is_done and not self._too_large:
                raise NoAnswer("protocol", f"the answer is not HTTP: {str(error)[:100]}") from error
        if self._in_head and self._head_bytes > self._limits.head_bytes:
            self._too_large = f"the head is larger than {self._limits.head_bytes} bytes"
        if self._is_excess:
            self.keeps_alive = False
        if self._too_large:
            raise NoAnswer("size", self._too_large)

    def answer(self) -> Answer:
        """Return the answer, which is whole."""
        return Answer(self._status, tuple(self._headers), b"".join(self._body))

    def on_message_begin(self) -> None:
        """Begin an answer; one behind the answer is nobody's, and its connection is not kept (CWE-444)."""
        self._is_excess = self.is_done

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        if not self._is_excess:
            self._headers.append((name.decode("latin-1"), value.decode("latin-1").strip()))

    def on_headers_complete(self) -> None:
        """End the head."""
        if self._is_excess:
            return
        self._status = self._parser.get_status_code()
        if self._status < 200:
            self._interim += 1
            self._headers.clear()
            if self._interim > MAX_INTERIM:
                self._too_large = f"more than {MAX_INTERIM} interim answers came"
            return
        self._in_head = False
        self.keeps_alive = self._parser.should_keep_alive()
        self.is_done = self._is_head

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        if self._is_excess:
            return
        self._body_bytes += len(body)
        if self._body_bytes > self._limits.body_bytes:
            self._too_large = f"the body is larger than {self._limits.body_bytes} bytes"
        elif not self._too_large:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """End the answer, unless it was an interim one."""
        self.is_done = self.is_done or self._status >= 200

    def _end(self) -> None:
        """Take the end of the connection: it ends a body that said no length (RFC 9112, section 6.3)."""
        if not self.has_begun:
            raise _ClosedError
        stated = {name.lower() for name, _ in self._headers} & _STATED
        if self._in_head or stated:
            raise NoAnswer("protocol", "the connection was closed in the middle of the answer")
        self.keeps_alive = False
        self.is_done = True


def written(place: Place, request: Request) -> bytes:
    """Return a request as it goes over the wire (RFC 9112, section 3)."""
    text = urlencode(request.query, quote_via=quote) if request.query_text is None else request.query_text
    target = f"{place.prefix}{request.path}" + (f"?{text}" if text else "")
    present = {name.lower() for name, _ in request.headers}
    head = [f"{request.method} {target} HTTP/1.1", f"Host: {place.authority}"]
    head += [f"{name}: {_line(name, value)}" for name, value in request.headers]
    head += [] if "accept" in present else ["Accept: application/json, application/problem+json"]
    if request.body or request.method.upper() not in SAFE:
        head.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join([*head, "", ""]).encode("utf-8", "surrogateescape") + request.body


def _line(name: str, value: str) -> str:
    """Return the value of a header that is one line: what a document says must not write others (CWE-93)."""
    if {"\r", "\n", "\0"} & set(name + value):
        raise UsageError(f"the header {name[:80]!a} would hold a line break", "correct the journey or the data")
    return value


def _may_repeat(request: Request) -> bool:
    """Tell whether a request may be sent again when its connection had ended (RFC 9110, section 9.2.2)."""
    return request.method.upper() in SAFE or any(name.lower() == "idempotency-key" for name, _ in request.headers)


def _has_ended(connection: socket.socket) -> bool:
    """Tell whether a kept connection was closed, or holds what nobody asked for."""
    try:
        return bool(select.select([connection], [], [], 0.0)[0])
    except (OSError, ValueError):
        return True


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0.0:
        raise TimeoutError
    return left


def _spent(limits: CallLimits, deadline: float) -> str:
    if time.monotonic() < deadline - 0.001:
        return f"{limits.silence_seconds:g} s of silence"
    return "the time that the call may take"
