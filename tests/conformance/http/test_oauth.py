"""OAuth 2 client credentials (RFC 6749, section 4.4): a token is fetched, and kept while it is good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.conformance.oauth import TokenEndpoint
from sim.errors import TargetError
from tests.conformance.http.test_hostile import hostile

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable


def giving(body: bytes, seen: list[bytes], status: str = "200 OK") -> Callable[[socket.socket], None]:
    def act(connection: socket.socket) -> None:
        seen.append(connection.recv(65536))
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    return act


def test_a_token_is_fetched_once_while_it_is_good() -> None:
    seen: list[bytes] = []
    with hostile(giving(b'{"access_token": "t1", "token_type": "Bearer", "expires_in": 600}', seen)) as server:
        endpoint = TokenEndpoint(f"{server.url}/token", "me", "a secret:/", ("cases",))
        assert [endpoint.fetch(), endpoint.fetch()] == ["t1", "t1"]
    (request,) = seen
    assert request.startswith(b"POST /token HTTP/1.1\r\n")
    assert b"Authorization: Basic bWU6YSUyMHNlY3JldCUzQS8=\r\n" in request  # me:a%20secret%3A/
    assert request.endswith(b"\r\n\r\ngrant_type=client_credentials&scope=cases")


def test_a_token_that_ends_soon_is_fetched_again() -> None:
    seen: list[bytes] = []
    with hostile(giving(b'{"access_token": "t1", "expires_in": 5}', seen)) as server:
        endpoint = TokenEndpoint(server.url, "me", "secret", ())
        endpoint.fetch()
        endpoint.fetch()
    assert len(seen) == 2


@pytest.mark.parametrize("body", [b"{}", b"[]", b"no", b'{"access_token": "t", "expires_in": "soon"}', b"[" * 10_000])
def test_an_endpoint_without_token_is_told(body: bytes) -> None:
    with hostile(giving(body, [])) as server, pytest.raises(TargetError, match="200 without a token"):
        TokenEndpoint(server.url, "me", "secret", ()).fetch()


def test_a_refusal_never_shows_the_secret() -> None:
    answer = giving(b'{"error": "invalid_client"}', [], "401 Unauthorized")
    with hostile(answer) as server, pytest.raises(TargetError) as told:
        TokenEndpoint(server.url, "me", "hunter2", ()).fetch()
    assert "hunter2" not in str(told.value) + repr(TokenEndpoint(server.url, "me", "hunter2", ()))
