"""A partner that tongban plays asks the system under test, also while that waits for the partner."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests

from sim.conformance.caller import Errand
from sim.conformance.credential import Credentials
from sim.conformance.http import place_of
from sim.conformance.trial import Order, conform
from sim.journey import load_journey
from tests import desks
from tests.trials import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.conformance.verdict import Trial

ANSWER = "{description: done, content: {application/json: {schema: {type: object}, example: {no: '7'}}}}"
PROBLEM = "{description: no, content: {application/problem+json: {schema: {type: object}}}}"
DESK = f"""
openapi: 3.1.0
info: {{title: Desk, version: "1"}}
paths:
  /cases:
    get: {{operationId: listCases, responses: {{"200": {ANSWER}, "404": {PROBLEM}}}}}
    put: {{operationId: openCase, responses: {{"200": {ANSWER}, "404": {PROBLEM}}}}}
"""
OFFICE = f"""
openapi: 3.1.0
info: {{title: Office, version: "1"}}
paths:
  /files:
    put: {{operationId: fileCase, responses: {{"200": {ANSWER}, "503": {PROBLEM}}}}}
"""
MOCK = """
from sim.mock import Reply
PARTNERS = ("desk",)
def file_case(call):
    return Reply(200 if call.ask("desk", "listCases").body["no"] == "7" else 503, {"no": "7"})
"""
JOURNEY = """
arazzo: 1.0.1
info: {title: Visit, version: "1"}
sourceDescriptions:
  - {name: desk, url: ../../contracts/desk.openapi.yaml, type: openapi}
  - {name: office, url: ../../contracts/office.openapi.yaml, type: openapi}
workflows:
  - workflowId: visit
    steps:
      - stepId: open
        operationId: $sourceDescriptions.desk.openCase
        successCriteria: [{condition: $statusCode == 200}]
      - stepId: file
        operationId: $sourceDescriptions.office.fileCase
        successCriteria: [{condition: $statusCode == 200}]
"""


TEXTS = {
    "contracts/desk.openapi.yaml": DESK,
    "contracts/office.openapi.yaml": OFFICE,
    "mocks/office.py": MOCK,
    "scenarios/journeys/visit.arazzo.yaml": JOURNEY,
}


class Desk(desks.Desk):
    """Opens a case by asking the office, which asks for the cases."""

    def __init__(self, cases: int) -> None:
        self.cases, self.listed = cases, 0
        super().__init__()

    def served(self, addresses: tuple[tuple[str, str], ...]) -> None:
        self.office = dict(addresses)["office"]


class Handler(desks.Handler):
    server: Desk

    def do_GET(self) -> None:  # noqa: N802 - http.server calls it so
        self.server.listed += 1
        self.answer(self.server.cases, {"no": "7"})

    def do_PUT(self) -> None:  # noqa: N802 - http.server calls it so
        asked = requests.put(f"{self.server.office}/files", timeout=5) if self.server.office else None
        self.answer(200 if asked is None else asked.status_code, {"no": "7"})


Desk.handler = Handler


@contextmanager
def opened(cases: int) -> Iterator[Desk]:
    with Desk(cases) as desk, desks.open_to_calls(desk):
        yield desk


def tried(folder: Path, desk: Desk, **changes: Any) -> Trial:
    catalog = desks.catalog_of(folder, TEXTS)
    journey = load_journey(catalog, "visit")
    place = place_of(desk.url)
    errands = (Errand(journey, journey.main),)
    order = Order(catalog, errands, "desk", place, Credentials(None, None), citizens=1, keeps_exchanges=True, **changes)
    return conform(order)


def test_a_partner_in_process_reaches_the_system(tmp_path: Path) -> None:
    with opened(cases=200) as desk:
        trial = tried(tmp_path, desk)
    assert told(trial) == []
    assert desk.listed == len([one for one in trial.exchanges if one.operation == "listCases"]) > 0
    assert {one.step for one in trial.exchanges if one.operation == "listCases"} == {"file > listCases"}
    assert [one.outcome for one in trial.errands] == ["completed"]


def test_a_system_that_waits_for_a_partner_that_asks_it_is_not_waited_for_in_a_circle(tmp_path: Path) -> None:
    with opened(cases=200) as desk:
        trial = tried(tmp_path, desk, listen=("127.0.0.1", 0), on_listen=desk.served)
    assert told(trial) == []
    assert trial.received > 0
    assert {one.step for one in trial.exchanges if one.operation == "listCases"} == {
        "file > listCases",
        "open > listCases",
    }
    assert trial.seconds < 5.0


def test_what_a_partner_gets_from_the_system_is_judged(tmp_path: Path) -> None:
    with opened(cases=500) as desk:
        trial = tried(tmp_path, desk)
    assert ("status", "listCases", "file > listCases") in {
        (one.check, one.operation, one.step) for one in trial.verdicts if one.outcome == "fail"
    }
    assert trial.outcome == "fail"
