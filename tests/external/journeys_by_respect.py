"""Redocly ``respect`` walks the bundled journeys against the running mocks.

    python -m tests.external.journeys_by_respect PROGRAM [JOURNEY]...

PROGRAM is that of Redocly CLI 2 (``make respect``). It holds every answer against the contracts with a validator of its
own; a walk passes when, besides, every call succeeded. It cannot sign requests (RFC 9421), so a door in front of each
mock adds signature and token on the way. Ends with 1 when a walk fails.

What it supports, and so what is walked, are the Arazzo 1.0 documents, each as one citizen walks it, and
``renew-id-card`` by each channel and delivery. They are walked in copies without ``format: uuid`` in their inputs, as
it ends without a word at formats that its Ajv does not know. Left out are:

- documents in Arazzo 1.1, whose parallel steps are tongban's own;
- walks that meet an answer whose schema has ``if`` and ``else``, such as a supplement: Ajv, to which ``respect`` gives
  every schema with ``unevaluatedProperties: false``, then takes properties that the schema names for unevaluated ones.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sim.catalog import Catalog
from sim.conformance.cohort import participants_of
from sim.contract import Request
from sim.journey import load_journey
from sim.mock import SigningKey, signature_headers
from sim.mock.live import Population
from tests.external.mocks_by_schemathesis import ROOT, served, set_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.document import JsonValue
    from sim.journey import Journey

VARIANTS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
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


def walk(program: str, path: Path, inputs: Mapping[str, JsonValue], servers: Mapping[str, str]) -> int:
    """Let a journey be walked once and return the exit code."""
    words = [word for name, base in servers.items() for word in ("--server", f"{name}={base}")]
    workflow = path.name.removesuffix(".arazzo.yaml")
    command = [program, "respect", str(path), "--workflow", workflow, "--input", json.dumps(inputs), *words]
    return subprocess.run(command, cwd=ROOT, check=False, timeout=300).returncode  # noqa: S603 - the user's program


def walks(asked: Sequence[str]) -> Iterator[tuple[Journey, dict[str, JsonValue]]]:
    """Yield what is walked, each with the inputs of a citizen whom the mocks know."""
    catalog = Catalog.bundled()
    people = Population(1, 1).citizens()
    for name in asked or catalog.names("journey"):
        if not re.search(r"^arazzo: 1\.0", catalog.path("journey", name).read_text(encoding="utf-8"), re.MULTILINE):
            continue
        journey = load_journey(catalog, name)
        (one,) = participants_of(people, journey, journey.main, seed=1, count=1)
        variants = [changes for variant, changes in VARIANTS if variant == name] or [{}]
        yield from ((journey, {**one.inputs, **changes}) for changes in variants)


@contextmanager
def copied() -> Iterator[Path]:
    """Make a folder for copies of journeys, beside the contracts."""
    with tempfile.TemporaryDirectory() as folder:
        copies = Path(folder) / "scenarios" / "journeys"
        copies.mkdir(parents=True)
        (Path(folder) / "contracts").symlink_to(ROOT / "contracts")
        yield copies


def main(words: Sequence[str]) -> int:
    """Walk all and return the worst exit code."""
    if not words:
        sys.exit("name the program of Redocly")
    tried, failed, passed = 0, list[str](), list[int]()
    with served() as ready, ExitStack() as stack:
        copies = stack.enter_context(copied())
        servers = {name: stack.enter_context(door(base, ready, passed)) for name, base in ready["systems"].items()}
        for journey, inputs in walks(words[1:]):
            copy = copies / f"{journey.name}.arazzo.yaml"
            text = Catalog.bundled().path("journey", journey.name).read_text(encoding="utf-8")
            copy.write_text(text.replace("format: uuid", "minLength: 1"), encoding="utf-8")
            set_back(next(iter(ready["systems"].values())))
            passed.clear()
            tried += 1
            own = {one.name: servers[one.name] for one in journey.contracts.values()}
            if walk(words[0], copy, inputs, own) or not passed or max(passed) >= 300:
                failed.append(f"{journey.name} {inputs}")
    print(f"{tried - len(failed)} of {tried} walks pass", *failed, sep="\n")  # noqa: T201 - a script
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
