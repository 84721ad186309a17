"""What answers where no mock does: examples that keep their contract, or nothing, which is told before the replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.conformance import replay_scenario
from sim.errors import DocumentError
from sim.journey import load_journey
from tests.scenarios import line, scenario

if TYPE_CHECKING:
    from pathlib import Path

    from sim.conformance import Replay

CONTRACT = """\
openapi: 3.1.0
info: {title: Permits, version: 1.0.0}
paths:
  /permits:
    post:
      operationId: createPermit
      responses:
        "201":
          description: The permit.
          content: {application/json: {schema: {type: object}}}
        default: {description: Refused.}
    get:
      operationId: listPermits
      responses:
        "200":
          description: All of them.
          headers: {X-Total: {required: true, schema: {type: integer}}}
          content: {application/json: {schema: {type: object}, example: {total: 1}}}
    delete:
      operationId: removePermits
      responses: {"204": {description: Gone.}}
  /never-called:
    get:
      operationId: neverCalled
      responses: {"200": {description: Nobody asks., content: {application/json: {schema: {type: object}}}}}
"""
JOURNEY = """\
arazzo: 1.0.1
info: {title: A permit, version: 1.0.0}
sourceDescriptions: [{name: permit, url: ../../contracts/permit.openapi.yaml, type: openapi}]
workflows:
  - workflowId: permit
    steps:
      - {stepId: create, operationId: createPermit}
      - {stepId: list, operationId: listPermits}
      - {stepId: remove, operationId: removePermits}
"""
MOCK = """\
from sim.mock import Call, Reply


def create_permit(call: Call) -> Reply:
    return Reply(201, {"number": 1})
"""


def replayed(folder: Path, *, mock: str = "", contract: str = CONTRACT, trusted: bool = False) -> Replay:
    """Replay the journey of three calls in a catalog made of these texts."""
    texts = {"contracts/permit.openapi.yaml": contract, "scenarios/journeys/permit.arazzo.yaml": JOURNEY}
    for name, text in {**texts, **({"mocks/permit.py": mock} if mock else {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    catalog = Catalog(folder.resolve(), trusted=trusted)
    demand = scenario(demand=(line("permits", journey="permit"),), journeys={}, replay_citizens=2, seed=1)
    return replay_scenario(catalog, demand, {"permit": load_journey(catalog, "permit")}, use_cache=False)


def told(folder: Path, mock: str = "", *, trusted: bool = False) -> list[str]:
    """The faults of a replay without their file."""
    with pytest.raises(DocumentError) as caught:
        replayed(folder, mock=mock, trusted=trusted)
    return [
        str(fault).partition("permit.openapi.yaml:")[2].replace("paths./permits.", "") for fault in caught.value.faults
    ]


def test_a_system_without_mock_and_example_is_told_for_every_operation_that_is_called(tmp_path: Path) -> None:
    assert told(tmp_path) == [
        "8:9: post.responses: nothing answers createPermit: its system has no mock, and no success of it has an "
        "example; write mocks/permit.py, or add an example to a 2xx response",
        "15:9: get.responses: nothing answers listPermits: its system has no mock, and its example breaks it (required "
        "of header /X-Total); write mocks/permit.py",
    ]


def test_a_mock_that_may_not_be_loaded_is_told_with_the_option_that_loads_it(tmp_path: Path) -> None:
    first, second = told(tmp_path, MOCK)
    why = "its mock is not loaded, as the catalog is not trusted, and"
    assert f"createPermit: {why} no success of it has an example; run with --trust-mocks, or add an example" in first
    assert f"listPermits: {why} its example breaks it (required of header /X-Total); run with --trust-mocks" in second


def test_a_function_that_a_mock_lacks_is_told_by_its_name(tmp_path: Path) -> None:
    (fault,) = told(tmp_path, MOCK, trusted=True)
    assert "nothing answers listPermits: its mock has no function list_permits, and its example breaks it" in fault
    assert fault.endswith("; write it")


@pytest.mark.parametrize(
    ("mock", "trusted", "answered"),
    [
        ("", False, (("permit", "examples"),)),
        ("", True, (("permit", "examples"),)),
        (MOCK, False, (("permit", "untrusted"),)),
        (
            MOCK,
            True,
            (
                ("permit", "mock"),
                ("permit.listPermits", "examples"),
                ("permit.neverCalled", "examples"),
                ("permit.removePermits", "examples"),
            ),
        ),
    ],
)
def test_examples_that_keep_their_contract_answer_and_the_table_says_why(
    mock: str,
    trusted: bool,  # noqa: FBT001 - a parameter of the test
    answered: tuple[tuple[str, str], ...],
    tmp_path: Path,
) -> None:
    contract = CONTRACT.replace("headers: {X-Total: {required: true, schema: {type: integer}}}\n", "headers: {}\n")
    contract = contract.replace(
        "schema: {type: object}}}\n        default", "schema: {type: object}, example: {}}}\n        default"
    )
    replay = replayed(tmp_path, mock=mock, contract=contract, trusted=trusted)
    assert replay.table.mocked_by == answered
    assert replay.table.findings == ()
    assert {row.operation: row.verdict for row in replay.table.rows} == {
        "createPermit": "pass",
        "listPermits": "pass",
        "neverCalled": "omit",
        "removePermits": "pass",
    }
