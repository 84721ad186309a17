"""The application: from an HTTP request to the service and back.

Takes requests of the Guard, gives answers; promises that the ``Host`` header names this site, that a body is bounded in
size and time before it is read, and that an error of ours is a problem with status 500 and no detail of the code.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import nullcontext
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from sim.contract.model import Answer, Request
from sim.mock.http.guard import ABORT, ANSWER, AT_ONCE, CYCLE
from sim.mock.http.service import Dropped
from sim.mock.message import problem_answer
from sim.mock.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sim.mock.http.service import Service
    from sim.mock.http.site import Limits, Site

    Headers = tuple[tuple[str, str], ...]
    Receive = Callable[[], Awaitable[Any]]
    Send = Callable[[Any], Awaitable[None]]
    Scope = dict[str, Any]
    Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTROL: Final = "/_tongban/"
MAX_PARAMETERS: Final = 1000

_TARGET: Final = re.compile(rb"/[!-\"$-~]*")
"""A request target of the usual form (RFC 9112, section 3.2.1)."""


class App:
    """The ASGI application of a site.

    Parameters
    ----------
    site : Site
    service : Service
        Answers for the systems.
    control : callable
        The ASGI application of the control endpoints; it may count on ``Host`` and body being checked.
    """

    def __init__(self, site: Site, service: Service, control: Application, limits: Limits) -> None:
        self.limits = limits
        self._site = site
        self._service = service
        self._control = control
        self._held = 0
        self._address = lru_cache(maxsize=64)(self._find)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        made: Answer | None = scope["extensions"][ANSWER]["answer"]
        if made is not None:
            await self._send(send, made)
            return
        try:
            answer = await self._answer(scope, _texts(scope["headers"]), receive, send)
        except Problem as problem:
            closing = ((b"connection", b"close"),) if problem.status in (408, 413, 503) else ()
            await self._send(send, problem_answer(problem, _bare(scope)), *closing)
        except Dropped:
            await _drop(scope, receive)
        except asyncio.CancelledError:
            ended = Problem(503, "the mock has ended", "out-of-service", headers={"Retry-After": 10})
            await self._send(send, problem_answer(ended, _bare(scope)))
        except Exception as error:
            await self._send(send, self.failed(error, _bare(scope)))
        else:
            if answer is not None:
                await self._send(send, answer)

    def answer_at_once(
        self, port: int | None, method: bytes, target: bytes, headers: Sequence[tuple[str, str]], body: bytes
    ) -> Answer | None:
        """Answer a request that has come whole.

        Parameters
        ----------
        port : int
            To which it came.
        headers : sequence of (str, str)
            Names in lower case.

        Returns
        -------
        Answer or None
            None where something must be waited for, where it is not for a system, or where a header came twice.
        """
        if not self._service.is_prompt or len(body) > self.limits.body_bytes or _TARGET.fullmatch(target) is None:
            return None
        path, _, query = target.decode("ascii").partition("?")
        request = Request(method.decode("ascii"), path, (), tuple(headers), body, query)
        fields = request.fields
        if path.startswith(CONTROL) or len(fields) != len(headers):
            return None
        try:
            system, prefix, base = self._address(port, fields.get("host", ""))
            if query:
                request = replace(request, query=_pairs(query))
            if prefix or (system, path) in self._service.oauth.paths:
                found = self._placed(system, prefix, request)
                if isinstance(found, Answer):
                    return found
                request = found
            return self._service.answer_at_once(system, request, base)
        except Problem as problem:
            return problem_answer(problem, request)
        except Exception as error:  # an answer in any case, as in a task of its own
            return self.failed(error, request)

    def failed(self, error: Exception, request: Request) -> Answer:
        """Tell the log of an error of ours and return what is answered in its place."""
        self._service.log.failed(error)
        return problem_answer(Problem(500, "the mock failed; its log says where", "mock-failed"), request)

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> Answer | None:
        """Return the answer of a system; None where the control endpoints have answered."""
        host = next((value for name, value in headers if name == "host"), "")
        system, prefix, base = self._address(scope["server"][1], host)
        body = await self._body(scope, headers, receive)
        query: bytes = scope["query_string"]
        path = scope["raw_path"].decode("ascii")
        request = Request(scope["method"], path, _pairs(query), headers, body, query.decode("ascii"))
        found = self._placed(system, prefix, request)
        if isinstance(found, Answer):
            return found
        if path.startswith(CONTROL):
            await self._control(scope, _once(body), send)
            return None
        return await self._service.answer(system, found, base)

    def _find(self, port: int | None, host: str) -> tuple[str, str, str]:
        """Return the system at a port, its prefix, and its address as its client knows it.

        Raises
        ------
        Problem
            421: the ``Host`` header names no system here.
        """
        if not self._site.knows(host):
            raise Problem(421, "the Host header names no system here; see --allow-host", "misdirected-request")
        system = self._site.ports[port or 0]
        prefix = self._site.prefixes.get(system, "")
        return system, prefix, f"http://{host}{prefix}"

    def _placed(self, system: str, prefix: str, request: Request) -> Request | Answer:
        """Return the request below the prefix of its system, or the answer of its token endpoint.

        Raises
        ------
        Problem
            404: it stands below a prefix, and the path does not.
        """
        is_below = not prefix or request.path.startswith(f"{prefix}/")
        below = replace(request, path=request.path.removeprefix(prefix)) if is_below and prefix else request
        place = self._service.oauth.place(system, below.path)
        if place is not None:
            return self._service.oauth.answer(place, request)
        if not is_below and not request.path.startswith(CONTROL):
            raise Problem(404, f"the system stands below {prefix or '/'}", "no-operation")
        return below

    async def _body(self, scope: Scope, headers: Headers, receive: Receive) -> bytes:
        """Read a body within the limits.

        Raises
        ------
        Problem
            It is too large (413) or too slow (408).
        Dropped
            The client went away.
        """
        told = next((value for name, value in headers if name == "content-length"), "0")
        if int(told) > self.limits.body_bytes:
            raise self._too_large()
        if not scope["extensions"][CYCLE]["cycle"].more_body:  # nothing to wait for
            body: bytes = (await receive())["body"]
            if len(body) > self.limits.body_bytes:
                raise self._too_large()
            return body
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                return await self._rest(receive)
        except TimeoutError as error:
            raise Problem(408, f"the body took longer than {self.limits.body_seconds:g} s", "too-slow") from error

    async def _rest(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size, more = 0, True
        try:
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    raise Dropped
                parts.append(message["body"])
                size, more = size + len(message["body"]), message["more_body"]
                self._held += len(message["body"])
                if size > self.limits.body_bytes:
                    raise self._too_large()
                if self._held > self.limits.held_bytes:
                    detail = "too many large bodies are coming in at once"
                    raise Problem(503, detail, "out-of-service", headers={"Retry-After": 1})
        finally:
            self._held -= size
        return b"".join(parts)

    def _too_large(self) -> Problem:
        return Problem(413, f"the body is larger than {self.limits.body_bytes} bytes", "too-large")

    async def _send(self, send: Send, answer: Answer, *more: tuple[bytes, bytes]) -> None:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        if answer.status >= 200 and answer.status not in (204, 304):
            headers.append((b"content-length", b"%d" % len(answer.body)))
        async with asyncio.timeout(self.limits.write_seconds) if len(answer.body) > AT_ONCE else nullcontext():
            await send({"type": "http.response.start", "status": answer.status, "headers": [*headers, *more]})
            await send({"type": "http.response.body", "body": answer.body})


def _texts(fields: Sequence[tuple[bytes, bytes]]) -> Headers:
    return tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields])


def _pairs(query: bytes | str) -> tuple[tuple[str, str], ...]:
    """Return the decoded pairs of a query.

    Raises
    ------
    Problem
        400: it is not text, or has too many parameters.
    """
    if not query:
        return ()
    try:
        text = query if isinstance(query, str) else query.decode("ascii")
        return tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS))
    except ValueError as error:
        raise Problem(400, "the query is not percent-encoded UTF-8, or is too long", "invalid-request") from error


def _bare(scope: Scope) -> Request:
    return Request(scope["method"], scope["raw_path"].decode("ascii"), (), (), b"")


def _once(body: bytes) -> Receive:
    """Return a channel that gives a body that was read already."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _drop(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer and wait until it is closed."""
    scope["extensions"][ABORT]["call"]()
    while (await receive())["type"] != "http.disconnect":
        pass
