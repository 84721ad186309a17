"""What every request to the reference systems meets: credentials, form, idempotency; and how they are served."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from tests.reference_contract import OPERATIONS, Operation, loose_citizen_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request

Body = dict[str, Any]

TOKEN_KEY: Final = b"a key that both platforms agreed upon"
SIGNING_SECRET: Final = b"a secret that both platforms agreed upon"
AUDIENCE: Final = "provincial-platform"
CHINA: Final = timezone(timedelta(hours=8))
MAX_AGE: Final = 300
AT_ONCE: Final = frozenset(("", "lost-update", "slow-answer"))
"""Defects, and none, with which several requests at the same time are answered at the same time."""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer
    """A problem to answer with."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        self.status, self.detail, self.headers = status, detail, headers
        super().__init__(detail)


@dataclass(frozen=True)
class Incoming:
    """A request as the platform sees it; names of headers are in lower case."""

    method: str
    path: str
    url: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Gate:
    """Takes requests; ``_act`` of a system does what they ask for."""

    operations: tuple[Operation, ...] = OPERATIONS
    audience = AUDIENCE

    def __init__(self, defect: str = "") -> None:
        self.defect = defect
        self.calls = 0
        self._lock = threading.Lock()
        self._first: dict[str, tuple[str, int, Body]] = {}
        self._nonces: set[str] = set()
        self._busy = defect == "missing-header"

    def _act(
        self, operation: Operation, path: dict[str, str], request: Incoming, body: Body, caller: str | None
    ) -> tuple[int, Body]:
        raise NotImplementedError

    def answer(self, request: Incoming) -> Response:
        """Answer one request."""
        self.calls += 1
        try:
            status, body = self._answer(request)
        except Refusal as refusal:
            problem = {"type": "about:blank", "title": refusal.detail, "status": refusal.status}
            kind = "application/json" if self.defect == "no-problem" else "application/problem+json"
            return Response(json.dumps(problem), refusal.status, refusal.headers, kind)
        kind = (
            "text/html"
            if self.defect == "wrong-media-type" and request.path.endswith("/reviews")
            else "application/json"
        )
        return Response(json.dumps(body, ensure_ascii=False), status, None, kind)

    def _answer(self, request: Incoming) -> tuple[int, Body]:
        operation, path = self._match(request)
        caller = self._authorise(operation, request)
        if self.defect == "strict-headers" and any(name.startswith("x-") for name in request.headers):
            raise Refusal(400, "unknown header")
        if self._busy and operation.name == "count_names":
            self._busy = False
            raise Refusal(429, "too many requests")
        self._check_query(operation, request)
        body = self._body(operation, request)
        if request.method == "GET":
            return self._act(operation, path, request, body, caller)
        key = request.headers.get("idempotency-key", "")
        if not re.fullmatch(r"[A-Za-z0-9_-]{8,80}", key):
            raise Refusal(400, "an idempotency key is required")
        digest = hashlib.sha256(f"{request.method} {request.path} ".encode() + request.body).hexdigest()
        with self._lock:
            if self.defect != "lost-update":
                return self._once(
                    f"{operation.name} {key}", digest, lambda: self._act(operation, path, request, body, caller)
                )
        return self._once(f"{operation.name} {key}", digest, lambda: self._act(operation, path, request, body, caller))

    def _once(self, key: str, digest: str, act: Callable[[], tuple[int, Body]]) -> tuple[int, Body]:
        known = self._first.get(key)
        if known is not None and self.defect != "no-idempotency":
            if known[0] != digest and self.defect != "key-reused":
                raise Refusal(409, "the key was used for another request")
            return known[1], known[2]
        status, body = act()
        self._first[key] = (digest, status, body)
        return status, body

    def _match(self, request: Incoming) -> tuple[Operation, dict[str, str]]:
        for operation in self.operations:
            match = operation.pattern.fullmatch(request.path)
            if match is not None and operation.method == request.method:
                return operation, match.groupdict()
        raise Refusal(404, "there is no such operation")

    def _authorise(self, operation: Operation, request: Incoming) -> str | None:
        """Return the citizen who calls; None for a system or the public."""
        headers = request.headers
        if "token" in operation.callers and "authorization" in headers:
            return self._token_holder(headers["authorization"])
        if "signature" in operation.callers and "signature" in headers:
            self._verify(request)
            return None
        if operation.callers and not (self.defect == "missing-security" and operation.name == "review"):
            raise Refusal(401, "credentials are required")
        return None

    def _token_holder(self, value: str) -> str | None:
        try:
            head, claims, mac = value.removeprefix("Bearer ").split(".")
            wanted = hmac.new(TOKEN_KEY, f"{head}.{claims}".encode(), hashlib.sha256).digest()
            told = json.loads(_decoded(claims))
            is_known = hmac.compare_digest(wanted, _decoded(mac)) or self.defect == "altered-token"
        except ValueError:
            if self.defect == "unknown-token":
                return None
            raise Refusal(401, "the token is not known") from None
        is_late = told["exp"] < time.time() and self.defect != "expired-token"
        is_foreign = told["aud"] != self.audience and self.defect != "wrong-audience"
        if not is_known or is_late or is_foreign:
            raise Refusal(401, "the token does not hold")
        return str(told["sub"])

    def _verify(self, request: Incoming) -> None:
        headers = request.headers
        match = re.fullmatch(r"(\w+)=(\((.*?)\);(.*))", headers.get("signature-input", ""))
        if match is None:
            raise Refusal(401, "the signature is malformed")
        label, parameters, listed, rest = match.groups()
        named = dict(part.split("=", 1) for part in rest.split(";"))
        values = {"@method": request.method, "@target-uri": request.url} | headers
        lines = [f'"{name}": {values.get(name, "")}' for name in listed.replace('"', "").split()]
        signed = "\n".join([*lines, f'"@signature-params": {parameters}'])
        mac = hmac.new(SIGNING_SECRET, signed.encode(), hashlib.sha256).digest()
        given = headers["signature"].removeprefix(f"{label}=:").removesuffix(":")
        is_right = hmac.compare_digest(mac, base64.b64decode(given)) or self.defect == "altered-signature"
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(request.body).digest()).decode()}:"
        is_whole = not request.body or headers.get("content-digest") == digest
        is_late = abs(time.time() - int(named["created"])) > MAX_AGE and self.defect != "old-signature"
        is_used = named["nonce"] in self._nonces and self.defect != "replayed-nonce"
        if not is_right or not is_whole or is_late or is_used:
            raise Refusal(401, "the signature does not hold")
        self._nonces.add(named["nonce"])

    def _check_query(self, operation: Operation, request: Incoming) -> None:
        loose = self.defect == "range-accepted"
        is_good = operation.needs <= request.query.keys() and all(
            name in operation.query and (operation.query[name](value) or (loose and value.isdecimal()))
            for name, value in request.query.items()
        )
        if not is_good:
            raise Refusal(400, "the query breaks the contract")

    def _body(self, operation: Operation, request: Incoming) -> Body:
        if not operation.required and not operation.optional:
            return {}
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        if kind != "application/json" and self.defect != "any-media-type":
            raise Refusal(400, "the body is not application/json")
        try:
            body = json.loads(request.body)
        except ValueError:
            if self.defect == "broken-json":
                raise Refusal(500, "something went wrong") from None
            raise Refusal(400, "the body is no JSON") from None
        fields = {**operation.required, **operation.optional}
        required = operation.required.keys() | self._also_required(operation)
        loose = self._loose(operation)
        if not isinstance(body, dict) or not required <= body.keys() | loose.get("required", set()):
            raise Refusal(400, "a field is missing")
        for name, value in body.items():
            good = loose.get(name) or fields.get(name) or loose.get("*")
            if good is None or not good(value):
                raise Refusal(400, "a field is not as the contract has it")
        if ("agent_name" in body) != ("agent_id_no" in body):
            raise Refusal(400, "an agent has a name and a number")
        return body

    def _also_required(self, operation: Operation) -> set[str]:
        is_so = self.defect == "extra-required-field" and operation.name == "submit"
        return {"postcode"} if is_so else set()

    def _loose(self, operation: Operation) -> dict[str, Any]:
        """Return the fields that a defect lets pass."""
        loose: dict[tuple[str, str], dict[str, Any]] = {
            ("wrong-checksum", "draft"): {"applicant_id_no": loose_citizen_number},
            ("missing-accepted", "receive"): {"required": {"accepting_division"}},
            ("type-accepted", "receive"): {
                "applicant_name": lambda value: not isinstance(value, str) or 0 < len(value) <= 100
            },
            ("too-long-accepted", "capture"): {"applicant_name": lambda value: isinstance(value, str) and value != ""},
            ("unknown-code-accepted", "review"): {"satisfaction": lambda value: isinstance(value, str)},
            ("unknown-field-accepted", "decide"): {"*": lambda _: True},
            ("form-accepted", "receive"): {"accepting_division": lambda value: isinstance(value, str)},
        }
        return loose.get((self.defect, operation.name), {})


def signed_headers(url: str, data: bytes, more: dict[str, str]) -> dict[str, str]:
    """Return the headers of a signed POST (RFC 9421, section 2.5)."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
    headers = {"content-type": "application/json", "content-digest": digest, **more}
    listed = " ".join(f'"{name}"' for name in ("@method", "@target-uri", *headers))
    rest = f'created={int(time.time())};nonce="{secrets.token_hex(12)}";keyid="partner";alg="hmac-sha256"'
    parameters = f"({listed});{rest}"
    values = {"@method": "POST", "@target-uri": url} | headers
    lines = [*(f'"{name}": {value}' for name, value in values.items()), f'"@signature-params": {parameters}']
    mac = hmac.new(SIGNING_SECRET, "\n".join(lines).encode(), hashlib.sha256).digest()
    return headers | {"signature-input": f"s={parameters}", "signature": f"s=:{base64.b64encode(mac).decode()}:"}


@dataclass
class Stage:
    """Holds the gate that answers: another may take its place while the server runs."""

    system: Gate


def application(stage: Stage) -> Starlette:
    """Return the ASGI application of a gate."""

    async def endpoint(request: Request) -> Response:
        text = request.scope["query_string"].decode("ascii")
        path = request.scope["raw_path"].decode("ascii")
        url = f"http://{request.headers['host']}{path}" + (f"?{text}" if text else "")
        headers = dict(request.headers.items())
        incoming = Incoming(request.method, path, url, dict(request.query_params), headers, await request.body())
        if stage.system.defect not in AT_ONCE:
            return stage.system.answer(incoming)  # in the thread that serves: a trial sends it thousands of requests
        return await run_in_threadpool(stage.system.answer, incoming)

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=["GET", "POST"])])


@contextmanager
def running(gate: Gate | Stage) -> Iterator[str]:
    """Serve a gate in a thread on a free port of this machine; gives its address."""
    stage = gate if isinstance(gate, Stage) else Stage(gate)
    config = uvicorn.Config(application(stage), "127.0.0.1", 0, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
