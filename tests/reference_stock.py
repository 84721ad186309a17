"""A stock of forms that is changed by version: what an integrator would have written, on the standard library alone.

It keeps the contract below. ``Stock(defect)`` breaks one thing; ``DEFECTS`` lists what there is.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTRACT: Final = """
openapi: 3.1.0
info: {title: Stock, version: "1"}
servers: [{url: "https://stock.example"}]
paths:
  /stock:
    get:
      operationId: readStock
      responses: {"200": {$ref: "#/components/responses/stock"}, default: {$ref: "#/components/responses/problem"}}
    put:
      operationId: changeStock
      parameters:
        - {name: If-Match, in: header, required: true, schema: {type: string, pattern: '^"[0-9]+"$'}}
        - {name: pallets, in: query, schema: {type: integer, minimum: 1, maximum: 9}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [quantity]
              properties: {quantity: {type: integer, minimum: 1, maximum: 100}}
      responses:
        "200": {$ref: "#/components/responses/stock"}
        "400": {$ref: "#/components/responses/problem"}
        "412": {$ref: "#/components/responses/problem"}
        "428": {$ref: "#/components/responses/problem"}
        "415": {$ref: "#/components/responses/problem"}
components:
  responses:
    stock:
      description: The stock.
      content:
        application/json:
          schema:
            type: object
            required: [quantity, version]
            properties: {quantity: {type: integer}, version: {type: string}}
          example: {quantity: 1, version: '"1"'}
    problem:
      description: A refusal.
      content: {application/problem+json: {schema: {type: object}}}
"""
JOURNEY: Final = """
arazzo: 1.0.1
info: {title: Refill, version: "1"}
sourceDescriptions: [{name: stock, url: ../../contracts/stock.openapi.yaml, type: openapi}]
workflows:
  - workflowId: refill
    steps:
      - stepId: read
        operationId: readStock
        outputs: {version: $response.body#/version}
      - stepId: change
        operationId: changeStock
        parameters:
          - {name: If-Match, in: header, value: $steps.read.outputs.version}
          - {name: pallets, in: query, value: 2}
        requestBody: {contentType: application/json, payload: {quantity: 5}}
"""
DEFECTS: Final[dict[str, str]] = {
    "stale-accepted": "stale-version",
    "range-accepted": "negative-range",
    "query-range-accepted": "negative-range",
    "never-found": "reached",
}
"""Each defect with the check meant for it; ``reached`` tells it by a skip, as nothing was exercised."""


def write(folder: Path) -> None:
    """Write contract and journey into a catalog."""
    (folder / "contracts").mkdir()
    (folder / "scenarios/journeys").mkdir(parents=True)
    (folder / "contracts/stock.openapi.yaml").write_text(CONTRACT, encoding="utf-8")
    (folder / "scenarios/journeys/refill.arazzo.yaml").write_text(JOURNEY, encoding="utf-8")


class Stock(ThreadingHTTPServer):
    """State and behaviour."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, defect: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.defect = defect
        self.quantity = 1
        self.version = 1
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def read(self) -> tuple[int, dict[str, Any]]:
        if self.defect == "never-found":
            return 404, {"status": 404}
        return 200, {"quantity": self.quantity, "version": f'"{self.version}"'}

    def change(self, version: str | None, kind: str, pallets: str | None, data: bytes) -> tuple[int, dict[str, Any]]:
        quantity = _quantity(data)
        status = self._refusal(version, kind, pallets, quantity)
        with self._lock:
            if not status and version != f'"{self.version}"' and self.defect != "stale-accepted":
                status = 412
            if status:
                return status, {"status": status}
            self.quantity, self.version = quantity or 0, self.version + 1
            return self.read()

    def _refusal(self, version: str | None, kind: str, pallets: str | None, quantity: int | None) -> int:
        """The status that says what is wrong with a request; 0 for nothing."""
        if version is None:
            return 428
        if kind != "application/json":
            return 415
        is_wrong = (
            not (version.startswith('"') and version.strip('"').isdecimal())
            or (not _is_whole(pallets, 9) and self.defect != "query-range-accepted")
            or quantity is None
            or (not 1 <= quantity <= 100 and self.defect != "range-accepted")
        )
        return 400 if is_wrong else 0


class _Handler(BaseHTTPRequestHandler):
    server: Stock
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(*self.server.read())

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        query = dict(pair.partition("=")[::2] for pair in self.path.partition("?")[2].split("&") if pair)
        kind = self.headers.get("content-type", "")
        self._answer(*self.server.change(self.headers.get("if-match"), kind, query.get("pallets", "1"), data))

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _quantity(data: bytes) -> int | None:
    try:
        body = json.loads(data)
    except ValueError:
        return None
    quantity = body.get("quantity") if isinstance(body, dict) else None
    return quantity if type(quantity) is int else None


def _is_whole(text: str | None, most: int) -> bool:
    return text is not None and text.isdecimal() and 1 <= int(text) <= most


@contextmanager
def stocked(defect: str = "") -> Iterator[Stock]:
    """Serve a stock."""
    server = Stock(defect)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
