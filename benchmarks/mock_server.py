"""How many applications a mock takes in a second of its CPU: POSTs of 1 KB, stateful, both directions validated.

    python -m benchmarks.mock_server
    python -m benchmarks.mock_server --prism node_modules/.bin/prism    # and Prism 5 beside it, round by round

Each request enters a case of its own at the window of the provincial platform, signed, over eight connections that stay
open. A server's CPU is user and system time of its process (proc(5), /proc/PID/stat); the client's is not counted. Both
servers are warm before they are measured and tell nothing of single requests. Prism (``prism mock --errors``) holds
requests and its examples against the same contract; it remembers nothing and checks no signature.
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
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sim.contract import Request
from sim.mock import SigningKey, signature_headers
from sim.mock.message import encode_body

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONNECTIONS: Final = 8
CARD: Final = "11640099MB0009902H4640709900001"
WARMING: Final = 2000
"""Requests before the measured ones: what is compiled while it runs is compiled by then."""
STARTING: Final = 60
"""Seconds that Prism gets to begin."""
MATERIALS: Final = 7
"""Listed in an application: as many as make its body 1 KB."""


@contextmanager
def served() -> Iterator[tuple[int, dict[str, Any]]]:
    """Start our mock; gives its process and what it says when it is ready."""
    command = [sys.executable, "-m", "sim.cli", "mock", "provincial-platform", "--port", "0", "--format", "json", "-q"]
    root = Path(__file__).resolve().parents[1]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)  # noqa: S603 - the command above
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


async def drive(netloc: str, requests: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """Send all requests over open connections; return statuses and bodies in order."""
    host, _, port = netloc.rpartition(":")
    answers: list[tuple[int, bytes]] = [(0, b"")] * len(requests)
    numbers = iter(range(len(requests)))

    async def work() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for number in numbers:
            writer.write(requests[number])
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            answers[number] = (int(head[9:12]), await reader.readexactly(size))
        writer.close()

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return answers


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def prism(program: str) -> Iterator[tuple[int, str]]:
    """Start Prism on the contract; gives its process and address."""
    root = Path(__file__).resolve().parents[1]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--port", str(port), "--errors", "--cors", "false", "--verboseLevel", "silent"]
    command = [program, "mock", *options, str(root / "contracts" / "provincial-platform.openapi.yaml")]
    process = subprocess.Popen(command)  # noqa: S603 - the program that the user named
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
            asyncio.run(drive(netloc, [written(Request("GET", f"/items/{CARD}/guide", (), (), b""), netloc)]))
        except OSError as error:
            if time.monotonic() > deadline:
                raise SystemExit(f"Prism does not answer after {STARTING} s") from error
            time.sleep(0.2)
        else:
            return netloc


def prepared(ready: dict[str, Any], netloc: str, count: int) -> list[bytes]:
    """Open cases at our mock and return the requests that enter their applications at a server."""
    own = urlsplit(ready["systems"]["provincial-platform"]).netloc
    citizen = ready["citizens"][0]
    opened = asyncio.run(drive(own, [draft(citizen, number, own) for number in range(count)]))
    key = SigningKey(ready["secrets"]["signing_keyid"], ready["secrets"]["signing_secret"].encode())
    body = encode_body(application(citizen))
    return [entry(json.loads(answer)["case_no"], body, key, f"http://{netloc}") for _, answer in opened]


def rate(pid: int, netloc: str, requests: Sequence[bytes]) -> float:
    """Return requests a CPU-second of a server that takes them all, the first of them unmeasured."""
    warming, measured = requests[:WARMING], requests[WARMING:]
    statuses = {status for status, _ in asyncio.run(drive(netloc, warming))}
    before = cpu_seconds(pid)
    statuses |= {status for status, _ in asyncio.run(drive(netloc, measured))}
    seconds = cpu_seconds(pid) - before
    if statuses != {201}:
        raise SystemExit(f"not every application was taken: {sorted(statuses)}")
    return len(measured) / seconds


def refuses(netloc: str, ready: dict[str, Any]) -> bool:
    """Whether a server refuses an application that breaks the contract."""
    broken = prepared(ready, netloc, 1)[0].replace(b'"courier"', b'"unknown"')
    return asyncio.run(drive(netloc, [broken]))[0][0] in (400, 401, 422)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Applications a CPU-second of a mock server.")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--prism", help="the program of Prism 5, to be measured beside")
    options = parser.parse_args()
    ours, theirs = [], []
    with ExitStack() as stack:
        peer = stack.enter_context(prism(options.prism)) if options.prism else None
        for _ in range(options.rounds):
            with served() as (pid, ready):
                own = urlsplit(ready["systems"]["provincial-platform"]).netloc
                ours.append(rate(pid, own, prepared(ready, own, WARMING + options.count)))
                if peer is not None:
                    if not refuses(peer[1], ready):
                        raise SystemExit("Prism takes an application that breaks the contract")
                    theirs.append(rate(*peer, prepared(ready, peer[1], WARMING + options.count)))
    print(told("tongban", ours))
    if theirs:
        print(told("Prism", theirs))
        print(f"ratio: {median(ours) / median(theirs):.1f}")


def told(name: str, rates: list[float]) -> str:
    """Return the median of rates in words."""
    return f"{name}: {median(rates):.0f} requests a CPU-second (of {', '.join(f'{one:.0f}' for one in rates)})"


if __name__ == "__main__":
    main()
