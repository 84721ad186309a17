"""A system of one's own over plain HTTP, beside a catalog that a test writes."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from sim.catalog import Catalog

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Desk(ThreadingHTTPServer):
    """Asks the office, wherever that is, while it is asked itself."""

    daemon_threads = True
    block_on_close = False
    handler: type[Handler]

    def __init__(self) -> None:
        self.office = ""
        super().__init__(("127.0.0.1", 0), self.handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Answers in JSON, a problem where the status is no success."""

    protocol_version = "HTTP/1.1"

    def answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tell nothing of single requests."""


@contextmanager
def open_to_calls(desk: Desk) -> Iterator[None]:
    threading.Thread(target=desk.serve_forever, daemon=True).start()
    yield
    desk.shutdown()


def catalog_of(folder: Path, texts: Mapping[str, str]) -> Catalog:
    """Write documents and mocks, by file, and return their catalog."""
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Catalog(folder, trusted=True)
