"""The in-process session reaches the world and nothing else."""

import pytest

from sim.conformance.transport import exchange, in_process_session
from sim.contract import Request
from sim.errors import UsageError
from tests.partners import CARD, Town

PLATFORM = "https://platform.tongban.example"


def test_path_query_headers_and_body_arrive_as_they_were_sent() -> None:
    town = Town()
    sent = Request("POST", "/cases/%E9%A9%AC", (("name", "马 芳&"), ("x", "")), (("X-A", "1"),), "{“}".encode())
    exchange(in_process_session(town.world), PLATFORM, sent)
    arrived = town.world.exchanges[-1].request
    assert (arrived.method, arrived.path, arrived.query, arrived.body) == (
        sent.method,
        sent.path,
        sent.query,
        sent.body,
    )
    assert ("X-A", "1") in arrived.headers


def test_status_headers_and_body_come_back() -> None:
    town = Town()
    session = in_process_session(town.world)
    answer = exchange(session, PLATFORM, Request("GET", f"/items/{CARD}/guide", (), (), b""))
    assert answer == town.world.exchanges[-1].answer
    response = session.get(f"{PLATFORM}/items/{CARD}/guide")
    assert response.json()["basic_code"] == CARD[-12:]
    assert response.reason == "OK"


@pytest.mark.parametrize("address", ["https://example.org", "http://127.0.0.1:9", "file:///etc"])
def test_no_other_address_is_reached(address: str) -> None:
    with pytest.raises(UsageError, match="does not reach"):
        exchange(in_process_session(Town().world), address, Request("GET", "/", (), (), b""))
