"""How many applications a mock takes in a second of its CPU: POSTs of 1 KB, stateful, both directions validated.

    python -m benchmarks.mock_server
    python -m benchmarks.mock_server --prism node_modules/.bin/prism    # and Prism 5 beside it, round by round

Each request enters a case of its own at the window of the provincial platform, signed, over eight connections that stay
open. A server's CPU is user and system time of its process (proc(5), /proc/PID/stat); the client's is not counted, and
the client is light, so that it takes little of the caches and of the core that the server may share with it. Two ways
are measured, in both of them the servers are begun anew for each round and warm before they are measured:

- as they come: with their defaults, what they tell going to a file, as in a CI job. Ours tells a line a request, Prism
  four;
- silent: neither tells anything of single requests.

Prism holds requests and its examples against the same contract; it remembers nothing and checks no signature.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

import uvloop

from sim.contract import Request
from sim.mock import SigningKey, signature_headers
from sim.mock.message import encode_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
CONNECTIONS: Final = 8
CARD: Final = "11640099MB0009902H4640709900001"
WARMING: Final = 6000
"""Requests before the measured ones: Prism is compiled while it runs, and after 2,000 it still grows faster."""
CHANGED: Final = 10_000_000
"""The first number of cases whose applications break the contract."""
STARTING: Final = 60
"""Seconds that Prism gets to begin."""
MATERIALS: Final = 7
"""Listed in an application: as many as make its body 1 KB."""


WAYS: Final = ("as they come", "silent")


@contextmanager
def served(way: str = "silent") -> Iterator[tuple[int, dict[str, Any]]]:
    """Start our mock; gives its process and what it says when it is ready."""
    command = [sys.executable, "-m", "sim.cli", "mock", "provincial-platform", "--port", "0", "--format", "json"]
    if way == "silent":
        command.append("-q")
    with TemporaryFile() as told:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=told, text=True)  # noqa: S603 - the command above
        try:
            assert process.stdout is not None  # noqa: S101 - for the type checker
            yield process.pid, json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def application(citizen: dict[str, Any]) -> dict[str, Any]:
    """Return the body of an application, about 1 KB."""
    return {
        "implementation_code": CARD,
        "applicant_name": citizen["name"],
        "applicant_id_no": citizen["citizen_number"],
        "contact_mobile": citizen["mobile"],
        "address": "宁夏回族自治区示例县示例街道1号",
        "applicant_division": "640000",
        "delivery": "courier",
        "materials": [{"material_name": "其他材料", "material_taken": "1", "material_count": "1"}] * MATERIALS,
    }


def draft(citizen: dict[str, Any], number: int, netloc: str) -> bytes:
    """Return the request that opens a case."""
    names = {"applicant_name": citizen["name"], "applicant_id_no": citizen["citizen_number"]}
    body = encode_body({"implementation_code": CARD, **names, "applicant_division": "640000", "entry_point": "window"})
    headers = (("Content-Type", "application/json"), ("Idempotency-Key", f"draft-{number:08d}"))
    token = (("Authorization", f"Bearer {citizen['token']}"),)
    return written(Request("POST", "/cases", (), (*headers, *token), body), netloc)


def entry(case_no: str, body: bytes, key: SigningKey, base: str) -> bytes:
    """Return the signed request that enters an application."""
    headers = (("Content-Type", "application/json"), ("Idempotency-Key", f"entry-{case_no}"))
    request = Request("POST", f"/cases/{case_no}/window-entry", (), headers, body)
    signed = signature_headers(request, base, key, created=int(time.time()), nonce=case_no)
    return written(Request("POST", request.path, (), (*headers, *signed), body), urlsplit(base).netloc)


def written(request: Request, netloc: str) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{request.method} {request.path} HTTP/1.1", f"Host: {netloc}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    return "\r\n".join([*lines, f"Content-Length: {len(request.body)}", "", ""]).encode() + request.body


class Connection(asyncio.Protocol):
    """Sends one request after the other.

    Parameters
    ----------
    numbers : iterator of int
        Of the requests that nobody has sent yet.
    requests : sequence of bytes
    answers : list
        Takes statuses and bodies.
    """

    def __init__(
        self,
        numbers: Iterator[int],
        requests: Sequence[bytes],
        answers: list[tuple[int, bytes]],
        over: Callable[[], None],
    ) -> None:
        self._numbers, self._requests, self._answers, self._over = numbers, requests, answers, over
        self._number = -1
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer; after its end send the next request."""
        self._data += data
        head, ended, body = self._data.partition(b"\r\n\r\n")
        if ended:
            size = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            if len(body) >= size:
                self._answers[self._number] = (int(head[9:12]), body)
                self._data = b""
                self._send()

    def _send(self) -> None:
        self._number = next(self._numbers, -1)
        if self._number < 0:
            self._transport.close()
        else:
            self._transport.write(self._requests[self._number])

    def connection_lost(self, _: Exception | None) -> None:
        """Tell that this connection has ended."""
        self._over()


async def drive(netloc: str, requests: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """Send all requests over open connections; return statuses and bodies in order."""
    host, _, port = netloc.rpartition(":")
    answers: list[tuple[int, bytes]] = [(0, b"")] * len(requests)
    numbers = iter(range(len(requests)))
    loop = asyncio.get_running_loop()
    ends: list[asyncio.Future[None]] = [loop.create_future() for _ in range(CONNECTIONS)]
    for end in ends:
        await loop.create_connection(
            partial(Connection, numbers, requests, answers, partial(end.set_result, None)), host, int(port)
        )
    await asyncio.gather(*ends)
    return answers


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def prism(program: str, way: str = "silent") -> Iterator[tuple[int, str]]:
    """Start Prism on the contract; gives its process and address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    quiet = ["--cors", "false", "--verboseLevel", "silent"] if way == "silent" else []
    contract = str(ROOT / "contracts" / "provincial-platform.openapi.yaml")
    command = [program, "mock", "--port", str(port), *quiet, contract]
    with TemporaryFile() as told:
        process = subprocess.Popen(command, stdout=told, stderr=told)  # noqa: S603 - the program that the user named
        try:
            yield process.pid, _answering(f"127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait()


def _answering(netloc: str) -> str:
    """Return an address once it answers."""
    deadline = time.monotonic() + STARTING
    while True:
        try:
            uvloop.run(drive(netloc, [written(Request("GET", f"/items/{CARD}/guide", (), (), b""), netloc)]))
        except OSError as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"Prism does not answer after {STARTING} s") from error
            time.sleep(0.2)
        else:
            return netloc


def prepared(ready: dict[str, Any], netloc: str, count: int, **changes: str) -> list[bytes]:
    """Open cases at our mock and return the requests that enter their applications, changed so, at a server."""
    own = urlsplit(ready["systems"]["provincial-platform"]).netloc
    citizen = ready["citizens"][0]
    first = CHANGED if changes else 0
    opened = uvloop.run(drive(own, [draft(citizen, first + number, own) for number in range(count)]))
    key = SigningKey(ready["secrets"]["signing_keyid"], ready["secrets"]["signing_secret"].encode())
    body = encode_body({**application(citizen), **changes})
    return [entry(json.loads(answer)["case_no"], body, key, f"http://{netloc}") for _, answer in opened]


def rate(pid: int, netloc: str, requests: Sequence[bytes]) -> float:
    """Return requests a CPU-second of a server that takes them all, the first of them unmeasured."""
    warming, measured = requests[:WARMING], requests[WARMING:]
    statuses = {status for status, _ in uvloop.run(drive(netloc, warming))}
    before = cpu_seconds(pid)
    statuses |= {status for status, _ in uvloop.run(drive(netloc, measured))}
    seconds = cpu_seconds(pid) - before
    if statuses != {201}:
        raise SystemExit(f"not every application was taken: {sorted(statuses)}")
    return len(measured) / seconds


def check_refusal(netloc: str, ready: dict[str, Any]) -> None:
    """End unless a server refuses an application for what breaks its contract."""
    ((status, _),) = uvloop.run(drive(netloc, prepared(ready, netloc, 1, delivery="unknown")))
    if status not in (400, 422):
        raise SystemExit(f"an application that breaks the contract is answered {status}")


def ours(way: str, count: int) -> float:
    """Return requests a CPU-second of our mock."""
    with served(way) as (pid, ready):
        netloc = urlsplit(ready["systems"]["provincial-platform"]).netloc
        check_refusal(netloc, ready)
        return rate(pid, netloc, prepared(ready, netloc, WARMING + count))


def theirs(program: str, way: str, count: int) -> float:
    """Return requests a CPU-second of Prism, which gets requests that our mock would take."""
    with prism(program, way) as (pid, netloc), served() as (_, ready):
        check_refusal(netloc, ready)
        return rate(pid, netloc, prepared(ready, netloc, WARMING + count))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Applications a CPU-second of a mock server.")
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--prism", help="the program of Prism 5, to be measured beside")
    options = parser.parse_args()
    for way in WAYS:
        rates: list[float] = []
        beside: list[float] = []
        for _ in range(options.rounds):
            rates.append(ours(way, options.count))
            if options.prism:
                beside.append(theirs(options.prism, way, options.count))
        print(told(f"tongban, {way}", rates))
        if beside:
            print(told(f"Prism, {way}", beside))
            print(f"ratio, {way}: {median(rates) / median(beside):.1f}")


def told(name: str, rates: list[float]) -> str:
    """Return the median of rates in words."""
    return f"{name}: {median(rates):.0f} requests a CPU-second (of {', '.join(f'{one:.0f}' for one in rates)})"


if __name__ == "__main__":
    main()
