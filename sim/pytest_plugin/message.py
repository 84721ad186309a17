"""Requests and responses of other libraries as they went over the wire.

Takes a response of ``requests``, ``httpx`` (and so of Starlette's and FastAPI's test clients) or Werkzeug (and so of
Flask's) with the request that it answers, by their shapes, so that none of them is imported; gives ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from sim.contract import Answer, Request
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_TAKEN = "a response of requests, httpx, Starlette's, FastAPI's, Flask's or Werkzeug's test client, or a request seen"


def request_of(sent: Any, *, with_body: bool = True) -> Request:  # by its shape: see the head of this file
    """Return a request; its path is the whole path of its URL.

    Parameters
    ----------
    with_body : bool
        Whether its body is wanted, of which nothing may be left.

    Raises
    ------
    UsageError
        It is none.
    """
    method, url = getattr(sent, "method", None), getattr(sent, "url", None)
    if not isinstance(method, str) or url is None:
        raise UsageError(f"{type(sent).__name__} is no request", f"give {_TAKEN}")
    parts = urlsplit(str(url))
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    body = _body_sent(sent) if with_body else b""
    return Request(method.upper(), parts.path or "/", query, _headers(sent.headers), body, parts.query)


def exchange_of(response: Any, *, with_body: bool = True) -> tuple[Request, Answer]:  # as above
    """Return a response and the request that it answers, with its body or without.

    Raises
    ------
    UsageError
        It is none, or does not know its request.
    """
    status, sent = getattr(response, "status_code", None), getattr(response, "request", None)
    if not isinstance(status, int) or sent is None:
        raise UsageError(f"{type(response).__name__} is no response that knows its request", f"give {_TAKEN}")
    body = response.content if hasattr(response, "content") else response.get_data()
    return request_of(sent, with_body=with_body), Answer(status, _headers(response.headers), bytes(body))


def _headers(headers: Any) -> tuple[tuple[str, str], ...]:  # as above
    pairs: Iterable[tuple[str | bytes, str | bytes]] = getattr(headers, "multi_items", headers.items)()
    return tuple((_text(name), _text(value)) for name, value in pairs)


def _body_sent(sent: Any) -> bytes:  # as above
    if hasattr(sent, "get_data"):
        return _body_of_environ(sent)
    body = sent.body if hasattr(sent, "body") else sent.content
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    remedy = "send bytes or text, or judge the response alone: only='response'"
    raise UsageError(f"the request's body is {type(body).__name__}, of which nothing is left", remedy)


def _body_of_environ(sent: Any) -> bytes:  # as above
    """Return the body of a WSGI request, which the application has read to its end."""
    stream = sent.environ["wsgi.input"]
    if stream.seekable():
        stream.seek(0)
        return bytes(stream.read())
    return bytes(sent.get_data())


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
