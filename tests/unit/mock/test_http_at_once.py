"""Requests that come whole are answered at once, and just as those that come in parts."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sim.mock import Call, Mock, Reply
from sim.mock.http import Limits
from sim.mock.http.guard import AT_ONCE
from tests.partners import national
from tests.served import Served, header, parsed, received, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMITS = Limits(head_seconds=0.3, idle_seconds=1.0)
MENU = "/menus/app"
MANY = 100
"""Entries, as many as a page holds: 25 kB."""


def answers_with(path: Path, body: dict[str, Any], headers: dict[str, str]) -> Any:
    """The national systems, where the provincial platform's menu is what is given here."""

    def get_menu(_: Call) -> Reply:
        return Reply(200, body, headers)

    systems = dict(national())
    platform = systems["provincial-platform"]
    return {**systems, "provincial-platform": replace(platform, mock=Mock(path, {"getMenu": get_menu}))}


@pytest.fixture(scope="module")
def town() -> Iterator[Served]:
    with served(names=["provincial-platform"], limits=LIMITS) as one:
        yield one


def request(town: Served, method: str = "POST", body: bytes = b"{}", version: str = "1.1") -> bytes:
    lines = [f"{method} /cases HTTP/{version}", "Host: localhost", f"Authorization: Bearer {town.token}"]
    lines += ["Content-Type: application/json", "Idempotency-Key: key-00000001", "Connection: close"]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("cut", [1, 10, 60, -3, -1])
def test_a_request_is_answered_alike_however_it_is_cut(town: Served, method: str, cut: int) -> None:
    data = request(town, method, b"{ }" if method == "POST" else b"")
    with closing(town.connect("provincial-platform")) as connection:
        connection.sendall(data[:cut])
        connection.sendall(data[cut:])
        answer = parsed(received(connection))
    whole = parsed(town.raw("provincial-platform", data))
    assert (answer.status, answer.body) == (whole.status, whole.body)
    assert {name.lower() for name, _ in answer.headers} == {name.lower() for name, _ in whole.headers}
    assert answer.status == (200 if method == "GET" else 400)


def test_an_answer_to_head_has_no_body(town: Served) -> None:
    answer = parsed(town.raw("provincial-platform", request(town, "HEAD", b"")))
    assert (answer.status, answer.body) == (405, b"")


def test_http_1_0_is_answered_and_closed(town: Served) -> None:
    data = request(town, "GET", b"", version="1.0").replace(b"Connection: close\r\n", b"")
    assert parsed(town.raw("provincial-platform", data)).status == 200


def test_a_connection_on_which_nothing_more_comes_is_closed(town: Served) -> None:
    with closing(town.connect("provincial-platform")) as connection:
        connection.sendall(request(town, "GET", b"").replace(b"Connection: close\r\n", b""))
        assert parsed(received(connection)).status == 200  # until the mock closes


def test_a_head_that_begins_behind_another_request_has_its_time_too(town: Served) -> None:
    first = request(town, "GET", b"").replace(b"Connection: close\r\n", b"")
    with closing(town.connect("provincial-platform")) as connection:
        connection.sendall(first + b"GET /cas")
        assert b"HTTP/1.1 408 " in received(connection)


def test_what_is_left_after_a_last_request_is_not_answered(town: Served) -> None:
    assert town.raw("provincial-platform", request(town) + request(town)).count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b=c", "a\nb", "a\0b"])
def test_an_answer_cannot_smuggle_a_header_in(tmp_path: Path, value: str) -> None:
    systems = answers_with(tmp_path / "mock.py", {"entries": []}, {"X-Note": value})
    with served(systems, names=["provincial-platform"]) as town:
        answer = town.get("provincial-platform", MENU, Authorization=f"Bearer {town.token}")
    assert (answer.status, header(answer, "set-cookie"), header(answer, "x-note")) == (500, None, None)


def test_an_answer_too_long_for_one_piece_comes_whole(tmp_path: Path) -> None:
    item = {"implementation_code": "11640099MB0009902H4640709900001", "item_name": "证" * 50}
    entry = {**item, "promised_time": "1", "scene": "a"}
    told = {"page": 1, "page_size": 1, "total": 1, "entries": [entry] * MANY}
    systems = answers_with(tmp_path / "mock.py", told, {})
    with served(systems, names=["provincial-platform"]) as town:
        answer = town.get("provincial-platform", MENU, Authorization=f"Bearer {town.token}")
    assert len(answer.body) > AT_ONCE
    assert (answer.status, len(answer.body)) == (200, int(header(answer, "content-length") or 0))
    assert len(json.loads(answer.body)["entries"]) == MANY
