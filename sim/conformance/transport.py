"""The seam through which a replay sends, and its in-process side: a session whose calls end in a mocked world.

Takes requests, gives answers or says why there is none; promises that nothing is patched and that what is sent in
process never leaves it: the session has no other adapter. ``sim.conformance.http`` is the other side.
"""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from sim.contract.model import Answer, Request
from sim.errors import UsageError
from sim.mock import base_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.mock import World


class NoAnswer(Exception):  # noqa: N818  # an outcome
    """A system gave no answer that could be taken.

    Parameters
    ----------
    kind : str
        ``unreachable`` (no connection), ``timeout``, ``size`` (more than is taken) or ``protocol`` (no HTTP).
    detail : str
        What happened, in a sentence without full stop.
    """

    def __init__(self, kind: Literal["unreachable", "timeout", "size", "protocol"], detail: str) -> None:
        self.kind = kind
        self.detail = detail
        super().__init__(detail)


class Transport(Protocol):
    """What carries requests to one system."""

    base: str

    def send(self, request: Request, *, limit: float | None = None) -> Answer:
        """Return the answer to a request within ``limit`` seconds.

        Raises
        ------
        NoAnswer
            There is none.
        """


class InProcessTransport:
    """Carries requests to one system of a world.

    Parameters
    ----------
    session : requests.Session
        Reaches the world.
    base : str
        The system's address.
    """

    def __init__(self, session: requests.Session, base: str) -> None:
        self.base = base
        self._session = session

    def send(self, request: Request, *, limit: float | None = None) -> Answer:
        """Return the answer; a mock in process takes no time, so there is no limit."""
        del limit
        return exchange(self._session, self.base, request)


class InProcessAdapter(BaseAdapter):
    """Hands requests over to one system of a world.

    Parameters
    ----------
    world : World
    system : str
    base : str
        The system's address, which is taken off the paths.
    """

    def __init__(self, world: World, system: str, base: str) -> None:
        super().__init__()
        self._world = world
        self._system = system
        self._prefix = urlsplit(base).path

    def send(  # the signature of requests
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002  # the signature of requests
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002  # the signature of requests
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer a request from the world; the options of real connections have no meaning here."""
        del stream, timeout, verify, cert, proxies
        parts = urlsplit(request.url or "")
        sent = Request(
            request.method or "",
            parts.path.removeprefix(self._prefix),
            tuple(parse_qsl(parts.query, keep_blank_values=True)),
            tuple((str(name), _text(value)) for name, value in request.headers.items()),
            _body(request.body),
        )
        return _response(request, self._world.send(self._system, sent))

    def close(self) -> None:
        """Do nothing: there is no connection."""


def in_process_session(world: World) -> requests.Session:
    """Return a session that reaches a world and nothing else."""
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    for name, system in world.systems.items():
        base = base_url(system.consumer)
        session.mount(f"{base}/", InProcessAdapter(world, name, base))
    return session


def exchange(session: requests.Session, base: str, request: Request) -> Answer:
    """Send a request to the system at an address and return its answer.

    Raises
    ------
    UsageError
        The session does not reach that address.
    """
    query = f"?{urlencode(request.query, quote_via=quote)}" if request.query else ""
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = f"{base}{request.path}{query}"
    prepared.headers = CaseInsensitiveDict(request.headers)
    prepared.body = request.body
    prepared.hooks = requests.hooks.default_hooks()
    try:
        response = session.send(prepared, allow_redirects=False)
    except requests.exceptions.InvalidSchema as error:
        raise UsageError(f"the session does not reach {base}", "mount an adapter for it") from error
    return Answer(response.status_code, tuple(response.headers.items()), response.content)


def _body(body: Any) -> bytes:  # requests types it as a union that streams too
    if body is None:
        return b""
    return body.encode("utf-8") if isinstance(body, str) else bytes(body)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    response.raw = io.BytesIO(answer.body)
    response.url = request.url or ""
    response.request = request
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.reason = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else ""
    return response
