"""Hostile clients over real sockets: the mock answers 4xx or closes, stays up, and its memory is bounded."""

import gc
import json
import os
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from sim.contract import Request
from sim.mock.http import Limits
from tests.served import Served, parsed, received, served

LIMITS = Limits(head_seconds=0.4, body_seconds=0.4, idle_seconds=1.0, connections=100, body_bytes=1024 * 1024)
HOST = b"Host: localhost\r\n"


@pytest.fixture(scope="module")
def town() -> Iterator[Served]:
    with served(names=["provincial-platform"], limits=LIMITS) as one:
        yield one


@pytest.fixture(autouse=True)
def _still_up(town: Served) -> Iterator[None]:
    """Whatever a test did, the next citizen is served."""
    yield
    assert town.get("provincial-platform", "/cases", Authorization=f"Bearer {town.token}").status == 200


def status(town: Served, data: bytes) -> int:
    return parsed(town.raw("provincial-platform", data)).status


def post(body: bytes, kind: bytes = b"application/json", size: int | None = None) -> bytes:
    length = b"Content-Length: %d\r\n" % (len(body) if size is None else size)
    key = b"Idempotency-Key: key-00000001\r\nConnection: close\r\n"
    return b"POST /cases HTTP/1.1\r\n" + HOST + b"Content-Type: " + kind + b"\r\n" + key + length + b"\r\n" + body


def authorised(town: Served, data: bytes) -> bytes:
    return data.replace(HOST, HOST + b"Authorization: Bearer " + town.token.encode() + b"\r\n")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET ?x HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"CONNECT evil.example:80 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /cases HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n", 400),
        (b"POST /cases HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET /cases HTTP/1.1\r\n" + HOST + b"A: 1\r\n" * 101 + b"\r\n", 431),
        (b"GET /cases HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 70_000 + b"\r\n\r\n", 431),
        (b"GET /cases HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 200_000, 431),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 431),
        (b"GET /cases?%ff=1 HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n", 400),
        (b"GET /cases?" + b"a&" * 2000 + b" HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n", 400),
    ],
)
def test_a_head_that_is_no_request_or_too_large_is_refused(town: Served, data: bytes, expected: int) -> None:
    assert status(town, data) == expected


def test_a_body_that_says_it_is_too_large_is_not_waited_for(town: Served) -> None:
    assert status(town, post(b"", size=100 * 1024 * 1024)) == 413


def test_a_body_that_grows_too_large_is_cut_off(town: Served) -> None:
    head = b"POST /cases HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"%x\r\n" % 65536 + b"a" * 65536 + b"\r\n"
    data = town.raw("provincial-platform", head + chunk * 100)
    assert data == b"" or parsed(data).status == 413  # a reset may overtake the answer


def test_json_nested_a_hundred_thousand_deep_is_refused(town: Served) -> None:
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    answer = parsed(town.raw("provincial-platform", authorised(town, post(deep))))
    errors = json.loads(answer.body)["errors"]
    assert (answer.status, errors) == (400, [{"pointer": "/body", "detail": "unevaluated: application/json"}])


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"a": "\xc3\x28"}', b'{"a": NaN}', b'"\\ud800"', b"{", b"1e999"])
def test_a_body_that_is_no_json_text_is_refused(town: Served, body: bytes) -> None:
    answer = parsed(town.raw("provincial-platform", authorised(town, post(body))))
    assert (answer.status, json.loads(answer.body)["errors"][0]["pointer"]) == (400, "/body")


def test_a_head_that_does_not_end_is_given_up(town: Served) -> None:
    assert status(town, b"GET /cases HTTP/1.1\r\nHost: loc") == 408


def test_a_head_that_drips_is_given_up(town: Served) -> None:
    with closing(town.connect("provincial-platform")) as connection:
        connection.sendall(b"GET /cases HTTP/1.1\r\n")
        connection.settimeout(0.05)
        data = b""
        for _ in range(40):  # two seconds at most; the limit is 0.4
            try:
                data += connection.recv(4096)
                break
            except TimeoutError:
                connection.sendall(b"X: y\r\n")
    assert data.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_does_not_come_is_given_up(town: Served) -> None:
    assert status(town, post(b"{", size=100)) == 408


def test_a_second_head_on_the_same_connection_has_its_time_too(town: Served) -> None:
    with closing(town.connect("provincial-platform")) as connection:
        connection.sendall(b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 404 ")
        connection.sendall(b"GET /not")
        assert b" 408 " in received(connection)


def test_requests_in_a_row_on_one_connection_are_answered_in_order(town: Served) -> None:
    get = b"GET /cases/%d HTTP/1.1\r\n" + HOST + b"%s\r\n"
    data = town.raw(
        "provincial-platform", b"".join(get % (n, b"Connection: close\r\n" * (n == 5)) for n in range(1, 6))
    )
    assert [f"/cases/{n}".encode() in data for n in range(1, 6)] == [True] * 5
    assert data.index(b"/cases/1") < data.index(b"/cases/5")


def test_another_protocol_is_not_spoken(town: Served) -> None:
    upgrade = b"GET /cases HTTP/1.1\r\n" + HOST + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    assert status(town, upgrade) == 401


def test_a_thousand_connections_are_taken_or_refused_and_all_of_them_end(town: Served) -> None:
    with ExitStack() as stack:
        half_open = [_connected(stack, town) for _ in range(1000)]
        for one in half_open:
            one.settimeout(5.0)
        answers = [received(one) for one in half_open]
    kinds = {data.partition(b"\r\n")[0] for data in answers if data}
    assert kinds == {b"HTTP/1.1 503 Service Unavailable", b"HTTP/1.1 408 Request Timeout"}
    assert sum(data.startswith(b"HTTP/1.1 408") for data in answers) >= LIMITS.connections - 5


def _connected(stack: ExitStack, town: Served) -> socket.socket:
    return stack.enter_context(closing(town.connect("provincial-platform")))


def test_bodies_that_come_in_at_once_are_bounded_together() -> None:
    limits = Limits(body_seconds=5.0, held_bytes=300_000)
    with served(names=["provincial-platform"], limits=limits) as town, ExitStack() as stack:
        first, second = (_connected(stack, town) for _ in range(2))
        first.sendall(post(b"a" * 200_000, size=500_000))
        second.sendall(post(b"a" * 200_000, size=500_000))
        ready, _, _ = select.select([first, second], [], [], 5.0)
        assert [received(one)[:13] for one in ready] == [b"HTTP/1.1 503 "]


def test_memory_is_bounded_under_large_bodies(town: Served) -> None:
    body = b'{"a": "' + b"x" * 900_000 + b'"}'
    request = Request("POST", "/cases", (), (("Content-Type", "application/json"), ("Authorization", "Bearer x")), body)
    for _ in range(100):
        assert town.send("provincial-platform", request).status == 401
    before = _resident()
    for _ in range(10):
        for _ in range(10):
            assert town.send("provincial-platform", request).status == 401
        gc.collect()  # by itself it comes seldom in a process as large as the whole test run
    assert _resident() - before < 20 * 1024 * 1024  # 90 MB went through


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a line of the kernel's
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
