"""Hostile clients against a mock in a process of its own, whose memory is that of the mock alone."""

from __future__ import annotations

import json
import resource
import signal
import socket
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

SYSTEM: Final = "provincial-platform"
MIB: Final = 1024 * 1024
PIECE: Final = bytes(MIB).replace(b"\0", b"a")
SPARE: Final = 200


@dataclass(frozen=True)
class Prey:
    """A mock that is served: its address, its process, a citizen's token."""

    port: int
    pid: int
    token: str

    def memory(self) -> int:
        """Bytes that the process holds now (proc(5), VmRSS)."""
        return self._kib("VmRSS") * 1024

    def peak(self) -> int:
        """Most bytes that it ever held (proc(5), VmHWM)."""
        return self._kib("VmHWM") * 1024

    def _kib(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def is_up(self) -> bool:
        """Whether the next citizen is served."""
        return self.status(self.head("GET", "/cases")) == 200

    def head(self, method: str, path: str, *fields: str) -> bytes:
        first = (f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self.token}")
        return "\r\n".join((*first, *fields, "Connection: close", "", "")).encode()

    def post(self, body: bytes) -> bytes:
        """A request to the first writing operation with a body of any kind."""
        size = f"Content-Length: {len(body)}"
        head = self.head("POST", "/cases", "Content-Type: application/json", "Idempotency-Key: key-00000001", size)
        return head + body

    def status(self, data: bytes) -> int:
        """Send a request and return the status of its answer; 0 where none came."""
        with closing(self.connect()) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(data)
            return _status(connection)


def _status(connection: socket.socket) -> int:
    answer = b""
    with suppress(ConnectionResetError, TimeoutError):
        while len(answer) < 12 and (part := connection.recv(4096)):
            answer += part
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


@contextmanager
def prey(*options: str) -> Iterator[Prey]:
    """Serve the mock of the platform with the command that everybody uses."""
    command = [sys.executable, "-m", "sim.cli", "mock", SYSTEM, "--port", "0", "--format", "json", "-q", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603 - the command above
        try:
            assert process.stdout is not None
            told: dict[str, Any] = json.loads(process.stdout.readline())
            port = urlsplit(told["systems"][SYSTEM]).port
            assert port is not None
            yield Prey(port, process.pid, told["citizens"][0]["token"])
            assert process.poll() is None, "the mock has ended"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def open_files(many: int) -> None:
    """Allow this process so many open files.

    Raises
    ------
    OSError
        The machine does not.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < many + SPARE:
        if hard < many + SPARE:
            message = f"{many} connections need more open files than the {hard} that this machine allows"
            raise OSError(message)
        resource.setrlimit(resource.RLIMIT_NOFILE, (many + SPARE, hard))


# What each attack gives is the statuses that it was answered with; 0 is a connection that was closed without one.


def crowd(target: Prey, many: int) -> Counter[int]:
    """Open so many connections at once, then ask on each of them."""
    open_files(many)
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(target.connect())) for _ in range(many)]
        for connection in connections:
            connection.sendall(target.head("GET", "/cases"))
        return Counter(_status(connection) for connection in connections)


def half_open(target: Prey, many: int) -> Counter[int]:
    """Leave so many connections in the middle: half a head, half a body, or one direction closed."""
    open_files(many)
    body = target.post(b"x" * 100)
    parts = (b"", b"GET /cas", target.head("GET", "/cases")[:-2], body[:-50])
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(target.connect())) for _ in range(many)]
        for number, connection in enumerate(connections):
            connection.sendall(parts[number % len(parts)])
            if number % 8 >= 4:
                connection.shutdown(socket.SHUT_WR)
        assert target.is_up(), "half-open connections keep the next citizen out"
        ready = [one for number, one in enumerate(connections) if number % 8 >= 4]
        return Counter(_status(connection) for connection in ready)


def flood(target: Prey, many: int, size: int, *, chunked: bool = False) -> Counter[int]:
    """Send so many bodies of a size at once, each whole or until the mock closes the connection."""
    kind = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    head = target.head("POST", "/cases", "Content-Type: application/json", "Idempotency-Key: key-00000001", kind)
    piece = b"%x\r\n%s\r\n" % (len(PIECE), PIECE) if chunked else PIECE
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(target.connect())) for _ in range(many)]
        for connection in connections:
            connection.sendall(head)
        for _ in range(size // MIB):
            for connection in connections:
                with suppress(BrokenPipeError, ConnectionResetError):
                    connection.sendall(piece)
        return Counter(_status(connection) for connection in connections)


def requests_of(target: Prey) -> dict[str, tuple[bytes, frozenset[int]]]:
    """Single requests that break something, with the statuses that may answer them."""
    refused, too_large = frozenset((400,)), frozenset((431,))
    fields = tuple(f"X-{number}: {'a' * 100}" for number in range(10_000))
    return {
        "invalid UTF-8": (target.post(b'{"applicant_name": "\xff\xfe"}'), refused),
        "a lone surrogate": (target.post(rb'{"applicant_name": "\ud800"}'), refused),
        "lists nested 100,000 deep": (target.post(b"[" * 100_000), refused),
        "objects nested 100,000 deep": (target.post(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), refused),
        "a number of a million digits": (target.post(b"9" * 1_000_000), refused),
        "10,000 headers": (target.head("GET", "/cases", *fields), too_large),
        "a header of 10 MB": (target.head("GET", "/cases", f"X: {'a' * 10 * MIB}"), too_large),
        "a path of 1 MB": (target.head("GET", f"/{'a' * MIB}"), too_large),
        "no HTTP at all": (b"\x16\x03\x01\x02\x00" * 1000, refused),
    }
