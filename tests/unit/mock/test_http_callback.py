"""Callbacks: after their delay, signed, repeated until taken, and only where the user allowed it."""

from __future__ import annotations

import json
import socket
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from sim.contract import Request, violations_of_request
from sim.errors import TargetError, UsageError
from sim.mock import verify_signature
from sim.mock.http.outgoing import Destinations, Origin, origin_of, parse_destinations
from sim.mock.message import encode_body
from tests.partners import contract
from tests.served import Served, served

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "https://platform.example"


@dataclass
class Receiver:
    """Takes connections, answers each with the next of its statuses and keeps what came."""

    statuses: list[int]
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    came: Queue[Request] = field(default_factory=Queue)

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def run(self) -> None:
        for status in self.statuses:
            connection, _ = self.listening.accept()
            with closing(connection):
                data = b""
                while b"\r\n\r\n" not in data:
                    data += connection.recv(65536)
                head, _, body = data.partition(b"\r\n\r\n")
                first, *lines = head.decode().split("\r\n")
                pairs = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
                size = int(next(value for name, value in pairs if name == "Content-Length"))
                while len(body) < size:
                    body += connection.recv(65536)
                method, target, _ = first.split(" ")
                path, _, query = target.partition("?")
                self.came.put(Request(method, path, (), pairs, body, query))
                connection.sendall(
                    b"HTTP/1.1 %d X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n" % status
                )


@pytest.fixture
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    one = Receiver(getattr(request, "param", [204]))
    thread = Thread(target=one.run, daemon=True)
    thread.start()
    yield one
    one.listening.close()


def pay(town: Served, url: str) -> dict[str, Any]:
    """Open a notice with a callback and pay it; return the payment."""
    notice: dict[str, Any] = {"case_no": "1", "payee": "示例县公安局", "payer": "马晓芳", "amount_yuan": "20.00"}
    opened = _send(town, "createPaymentNotice", "/payment-notices", {**notice, "callback_url": url})
    path = contract("payment").operations["payNotice"].path.replace("{payment_no}", opened["payment_no"])
    return _send(town, "payNotice", path, {"payer": "马晓芳", "amount_yuan": "20.00"}, token=town.token)


def _send(town: Served, operation: str, path: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    request = Request("POST", path, (), (("Content-Type", "application/json"),), encode_body(body))
    answer = town.send("payment", town.signed("payment", operation, request, token=token))
    told: dict[str, Any] = json.loads(answer.body)
    assert answer.status == 201, told
    return told


def routed(port: int) -> Destinations:
    return parse_destinations([f"{NAME}=http://127.0.0.1:{port}"], loopback=True)


def settled(town: Served) -> dict[str, Any]:
    """The last callback once it is over; the clock is moved on over the waits between attempts."""
    deadline = time.monotonic() + 10.0
    while True:
        (last,) = town.control("GET", "/callbacks")
        if last["state"] != "waiting":
            return dict(last)
        assert time.monotonic() < deadline, last
        town.control("POST", "/clock", {"advance": "1 min"})


def test_a_callback_comes_after_its_delay_signed_and_by_its_contract(receiver: Receiver) -> None:
    with served(names=["payment"], destinations=routed(receiver.port)) as town:
        payment = pay(town, f"{NAME}/callbacks/payment?from=mock")
        assert town.control("GET", "/callbacks")[0]["attempts"] == []
        town.control("POST", "/clock", {"advance": "1 s"})
        request = receiver.came.get(timeout=5)
        secrets = town.world.keyring.secrets
        assert settled(town)["state"] == "taken"
    assert (request.method, request.path, request.query_text) == ("POST", "/callbacks/payment", "from=mock")
    assert dict(request.headers)["Host"] == "platform.example"
    assert json.loads(request.body)["payment_no"] == payment["payment_no"]
    assert verify_signature(request, NAME, secrets=secrets, now=int(time.time())).key_id == "partner"


@pytest.mark.parametrize("receiver", [[503, 302, 200, 204]], indirect=True)
def test_it_is_sent_again_until_the_contract_s_answer_comes(receiver: Receiver) -> None:
    with served(names=["payment"], destinations=routed(receiver.port)) as town:
        pay(town, f"{NAME}/paid")
        last = settled(town)
    assert (last["state"], last["attempts"]) == ("taken", [503, 302, 200, 204])
    came = [dict(receiver.came.get(timeout=5).headers) for _ in range(4)]
    assert len({headers["Idempotency-Key"] for headers in came}) == 1
    assert len({headers["Signature"] for headers in came}) == 4


@pytest.mark.parametrize("receiver", [[400]], indirect=True)
def test_a_refusal_is_not_repeated(receiver: Receiver) -> None:
    with served(names=["payment"], destinations=routed(receiver.port)) as town:
        pay(town, f"{NAME}/paid")
        assert settled(town)["attempts"] == [400]


def test_what_is_never_taken_is_given_up() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with served(names=["payment"], destinations=routed(port)) as town:
        pay(town, f"{NAME}/paid")
        last = settled(town)
    assert (last["state"], len(last["attempts"])) == ("given up", 6)


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/paid", "https://169.254.169.254/", "https://10.0.0.1:8080/"]
)
def test_an_address_that_nobody_allowed_is_not_called(url: str) -> None:
    with served(names=["payment"]) as town:
        pay(town, url)
        last = settled(town)
        lines = town.lines
    assert (last["state"], last["attempts"]) == ("not allowed", [])
    assert any("start the mock with --allow-callback" in line for line in lines)


def test_a_callback_keeps_its_contract_or_the_mock_is_at_fault() -> None:
    with served(names=["payment"]) as town:
        with pytest.raises(
            UsageError, match="payment has no callback 'nobody'; correct the mock; declared: notifyPaym"
        ):
            town.world.notify("payment", "nobody", NAME, {}, after=0.0)
        with pytest.raises(UsageError, match="the callback notifyPayment breaks required at /body/"):
            town.world.notify("payment", "notifyPayment", NAME, {}, after=0.0)


def test_the_callback_of_the_contract_is_typed() -> None:
    (callback,) = contract("payment").operations["createPaymentNotice"].callbacks
    assert (callback.operation_id, callback.path) == ("notifyPayment", "{$request.body#/callback_url}")
    example = next(iter(callback.request_body.content.values())).examples[""] if callback.request_body else None
    request = Request("POST", "/paid", (), (("Content-Type", "application/json"),), encode_body(example))
    broken = violations_of_request(contract("payment"), replace(callback, path="/paid"), request)
    assert [(one.part, one.rule, one.pointer) for one in broken] == [("header", "required", "/Idempotency-Key")]


def test_this_machine_is_allowed_only_by_address_or_its_own_name() -> None:
    own = Destinations()
    assert own.find("http://127.0.0.1:9/x") == Origin("http", "127.0.0.1", 9)
    assert own.find("http://localhost:9/x") == Origin("http", "localhost", 9)
    assert own.find("http://[::1]:9/x") == Origin("http", "::1", 9)
    for url in (
        "http://127.0.0.1.evil.example/",
        "http://2130706433.example/",
        "http://a@127.0.0.1/",
        "ftp://127.0.0.1/",
    ):
        with pytest.raises(TargetError):
            own.find(url)
    with pytest.raises(TargetError, match=r"start the mock with --allow-callback 127\.0\.0\.1:9"):
        Destinations(loopback=False).find("http://127.0.0.1:9/")


def test_allowed_places_are_read() -> None:
    found = parse_destinations(["Partner.example:8443", f"{NAME}=http://127.0.0.1:9000"], loopback=False)
    assert found.find("https://partner.example:8443/x") == Origin("https", "partner.example", 8443)
    assert found.find(f"{NAME}:443/x") == Origin("http", "127.0.0.1", 9000)
    for text in ("", "=", "a b:1", "x:port", "https://a=", "http://a:1=ftp://b"):
        with pytest.raises(UsageError, match="--allow-callback"):
            parse_destinations([text], loopback=True)


@pytest.mark.parametrize("url", ["http://", "//a", "http://[::1", "http://a:99999/", "http://user@a/"])
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(TargetError, match="is no address"):
        origin_of(url)
