"""A served mock some of whose partners are real: its calls leave, it stays open to others, and nothing is lost."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import requests

from sim.catalog import Catalog
from sim.cli.conform_text import trial_text
from sim.conformance.credential import Credentials, GivenTokens
from sim.conformance.http import HttpTransport, place_of
from sim.conformance.relaying import RelayingService, relayed
from sim.conformance.trial import Order, conform
from sim.conformance.trial.people import Person
from sim.contract import load_code_lists
from sim.mock import CHINA, Codec, RunningClock, SigningKey
from sim.mock.http import Destinations, Faults, House, Log, Serving, serving_beside
from sim.mock.live import Population, load_systems, open_world, settle
from tests import desks
from tests.trials import errand, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sim.conformance.verdict import Trial

KEY = SigningKey("partner", b"a secret of these two alone")
CITIZENS = Population(1, 2).citizens()
ANSWER = "{description: done, content: {application/json: {schema: {type: object}}}}"
PROBLEM = "{description: no, content: {application/problem+json: {schema: {type: object}}}}"
OFFICE = f"""
openapi: 3.1.0
info: {{title: Office, version: "1"}}
paths:
  /files:
    put: {{operationId: fileCase, responses: {{"200": {ANSWER}, "503": {PROBLEM}}}}}
    get: {{operationId: countCases, responses: {{"200": {ANSWER}}}}}
"""
DESK = f"""
openapi: 3.1.0
info: {{title: Desk, version: "1"}}
paths:
  /cases:
    get: {{operationId: listCases, responses: {{"200": {ANSWER}, "404": {PROBLEM}}}}}
"""
MOCK = """
from sim.mock import Reply
PARTNERS = ("desk",)
def file_case(call):
    known = call.table("files").get("count") or {"count": 0}
    call.ask("desk", "listCases").require("the desk is closed")
    call.table("files").put("count", {"count": known["count"] + 1})
    return Reply(200, {"count": known["count"] + 1})
def count_cases(call):
    return Reply(200, call.table("files").get("count") or {"count": 0})
"""


@contextmanager
def opened(catalog: Catalog, name: str, places: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Serve a mock whose partners are elsewhere; gives its address and its citizens' tokens."""
    transports = {partner: HttpTransport(place_of(url)) for partner, url in places.items()}
    codec = Codec(load_code_lists(catalog))
    systems, turn = relayed(load_systems(catalog, [name]), transports, lambda: Credentials(None, KEY), codec)
    clock, tokens = RunningClock(datetime.now(CHINA)), dict[str, str]()
    world = open_world(catalog, systems, seed=1, clock=clock)
    world.keyring.secrets = {KEY.key_id: KEY.secret}
    house = House(world, clock, lambda one: tokens.update(settle(one, Population(1, len(CITIZENS)))))
    service = RelayingService(house, Destinations(), Log(None), faults=Faults(1, ()), turn=turn)
    with serving_beside(Serving("127.0.0.1", 0, (name,)), service) as site:
        yield site.base_url(next(iter(site.ports))), tokens
    for one in transports.values():
        one.close()


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        return int(one.getsockname()[1])


def tried(port: int | None, **changes: Any) -> Trial:
    """Try the mock of a hotel that asks for certificates at a port of this machine; None: a platform of its own."""
    catalog = Catalog.bundled()
    places = {} if port is None else {"certificate": f"http://127.0.0.1:{port}"}
    with opened(catalog, "hotel", places) as (base, tokens):
        order = Order(
            catalog=catalog,
            errands=(errand("hotel-check-in"),),
            system="hotel",
            place=place_of(base),
            credentials=Credentials(GivenTokens(None, tokens, {}), KEY),
            partner_key=KEY,
            people=tuple(Person(one, {}, tokens[one.number]) for one in CITIZENS),
            citizens=2,
            longest_wait=0.01,
            **changes,
        )
        return conform(order)


def test_a_mock_that_is_told_where_its_partners_are_comes_to_every_end() -> None:
    port = free_port()  # of the certificate platform, the first of the contracts
    trial = tried(port, listen=("127.0.0.1", port))
    assert told(trial) == []
    assert trial.ends() == {"hotel-check-in": (2, 2)}
    assert dict(trial.listening)["certificate"] == f"http://127.0.0.1:{port}"
    assert trial.received > 0
    assert "hotel-check-in: 2 of 2 errands came to their end" in trial_text(trial)


def test_a_trial_in_which_no_errand_comes_to_its_end_does_not_pass_and_says_what_to_do() -> None:
    trial = tried(None)
    (verdict,) = [one for one in trial.verdicts if one.outcome == "error"]
    assert (trial.outcome, verdict.check, verdict.journey) == ("error", "end-state", "hotel-check-in")
    assert verdict.reason == (
        "no errand of hotel-check-in came to its end: it needs what certificate knows, which tongban plays and the "
        "system did not ask: serve it by --listen HOST:PORT and enter its address in the system"
    )
    assert trial.ends() == {"hotel-check-in": (0, 2)}


def test_a_partner_that_was_served_and_not_asked_is_named_with_its_address() -> None:
    port = free_port()
    trial = tried(None, listen=("127.0.0.1", port))
    (verdict,) = [one for one in trial.verdicts if one.outcome == "error"]
    assert verdict.reason.endswith(f": enter its address in the system, http://127.0.0.1:{port}")


class Desk(desks.Desk):
    """Asks the office for its number of cases before it answers."""

    def __init__(self) -> None:
        self.counts = list[int]()
        super().__init__()


class Handler(desks.Handler):
    server: Desk

    def do_GET(self) -> None:  # noqa: N802 - http.server calls it so
        self.server.counts.append(requests.get(f"{self.server.office}/files", timeout=5).json().get("count"))
        self.answer(200, {})


Desk.handler = Handler


@contextmanager
def office(folder: Path, desk: Desk) -> Iterator[str]:
    texts = {"contracts/desk.openapi.yaml": DESK, "contracts/office.openapi.yaml": OFFICE, "mocks/office.py": MOCK}
    catalog = desks.catalog_of(folder, texts)
    with desks.open_to_calls(desk), opened(catalog, "office", {"desk": desk.url}) as (base, _):
        desk.office = base
        yield base


def test_a_partner_may_call_back_before_it_answers_and_no_change_is_lost(tmp_path: Path) -> None:
    """Twelve at once: were each let in while another waits, they would count the same; the desk's own calls are."""
    with Desk() as desk, office(tmp_path, desk) as base, ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: requests.put(f"{base}/files", timeout=20), range(12)))
        assert [one.status_code for one in answers] == [200] * 12
        assert sorted(one.json()["count"] for one in answers) == list(range(1, 13))
        assert desk.counts == list(range(12))


def test_a_partner_that_is_not_there_is_told_as_out_of_service(tmp_path: Path) -> None:
    with Desk() as desk, office(tmp_path, desk) as base:
        desk.shutdown()
        desk.server_close()
        answer = requests.put(f"{base}/files", timeout=20)
    assert (answer.status_code, answer.json()["detail"]) == (503, "the desk is closed")
