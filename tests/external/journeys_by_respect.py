"""Redocly ``respect`` walks the bundled journeys against the running mocks.

    python -m tests.external.journeys_by_respect PROGRAM

PROGRAM is that of Redocly CLI 2 (``make respect``). It holds every answer against the contracts with a validator of its
own; a walk passes when, besides, every call succeeded. It cannot sign requests (RFC 9421), so a door in front of each
mock adds signature and token on the way. Ends with 1 when a walk fails.

What it supports, and so what is walked, are the Arazzo 1.0 documents: ``query-duplicate-name``, and ``renew-id-card``
by each channel and delivery. Left out are:

- ``register-residence``: Arazzo 1.1, and its parallel steps are tongban's own;
- the supplement in ``renew-id-card``: the answer's schema has ``if`` and ``else``, and Ajv, to which ``respect`` gives
  every schema with ``unevaluatedProperties: false``, then takes properties that the schema names for unevaluated ones.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sim.contract import Request
from sim.mock import SigningKey, signature_headers
from tests.external.mocks_by_schemathesis import ROOT, served

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

WALKS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("query-duplicate-name", {}),
    ("renew-id-card", {}),
    ("renew-id-card", {"channel": "mini-program", "delivery": "pick-up"}),
    ("renew-id-card", {"channel": "window", "charged": "0"}),
    ("renew-id-card", {"channel": "kiosk", "delivery": "pick-up", "charged": "0"}),
    ("renew-id-card", {"channel": "pc", "decision": "refuse"}),
)
HOP: Final = frozenset({"host", "connection", "content-length", "accept-encoding", "authorization"})
"""Headers that belong to one connection, or that the door sets."""


@contextmanager
def door(base: str, ready: Mapping[str, Any], passed: list[int]) -> Iterator[str]:
    """Open a door to a mock that signs what passes and notes the status of each answer; gives its address."""
    key = SigningKey(ready["secrets"]["signing_keyid"], ready["secrets"]["signing_secret"].encode())
    token = f"Bearer {ready['citizens'][0]['token']}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            kept = tuple((name, value) for name, value in self.headers.items() if name.lower() not in HOP)
            path, _, query = self.path.partition("?")
            request = Request(self.command, path, (), kept, content, query)
            signed = signature_headers(request, base, key, created=int(time.time()), nonce=uuid.uuid4().hex)
            connection = HTTPConnection(urlsplit(base).netloc)
            connection.request(self.command, self.path, content, dict((*kept, *signed, ("Authorization", token))))
            answer = connection.getresponse()
            found = answer.read()
            passed.append(answer.status)
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)
            connection.close()

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Tell nothing of single requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def walk(program: str, journey: str, inputs: Mapping[str, str], servers: Mapping[str, str]) -> int:
    """Let a journey be walked once and return the exit code."""
    path = ROOT / "scenarios" / "journeys" / f"{journey}.arazzo.yaml"
    words = [word for name, base in servers.items() for word in ("--server", f"{name}={base}")]
    command = [program, "respect", str(path), "--workflow", journey, "--input", json.dumps(inputs), *words]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=300).returncode  # noqa: S603 - the user's program


def people(ready: Mapping[str, Any], journey: str) -> dict[str, str]:
    """Return the inputs that say who walks."""
    citizen = ready["citizens"][0]
    if journey == "query-duplicate-name":
        return {"name": citizen["name"], "office_division": citizen["office_division"]}
    own = {name: citizen[name] for name in ("name", "citizen_number", "mobile", "home_division", "office_division")}
    return {**own, "address": "示例街道1号"}


def main(words: Sequence[str]) -> int:
    """Walk all and return the worst exit code."""
    if len(words) != 1:
        sys.exit("name the program of Redocly")
    failed, passed = [], list[int]()
    with served() as ready, ExitStack() as stack:
        servers = {name: stack.enter_context(door(base, ready, passed)) for name, base in ready["systems"].items()}
        for journey, inputs in WALKS:
            passed.clear()
            code = walk(words[0], journey, {**people(ready, journey), **inputs}, servers)
            if code or not passed or max(passed) >= 300:
                failed.append(f"{journey} {inputs}")
    print(f"{len(WALKS) - len(failed)} of {len(WALKS)} walks pass", *failed, sep="\n")  # noqa: T201 - a script
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
