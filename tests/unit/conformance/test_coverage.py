"""Coverage: what documents test of a contract, and what a trial exercised of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sim.catalog import Catalog
from sim.conformance.coverage import CoverageEntry, Exercised, coverage_of, narrowed
from sim.conformance.trial_report import read_exercised
from sim.contract import load_contract
from sim.errors import DocumentError, UsageError
from sim.journey import load_journey

if TYPE_CHECKING:
    from pathlib import Path

DESK = """
openapi: 3.1.0
info: {title: Desk, version: "1"}
servers: [{url: "https://desk.example"}]
paths:
  /forms/{id}:
    post:
      operationId: send
      security: [{token: []}]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: lang, in: query, schema: {type: string}}
        - {name: Idempotency-Key, in: header, schema: {type: string}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                name: {type: string}
                place: {type: object, properties: {street: {type: string}, town: {type: string}}}
                papers: {type: array, items: {type: object, properties: {title: {type: string}}}}
      responses:
        "201":
          description: Taken.
          headers: {Location: {schema: {type: string}}}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/form"}
        "400": {description: Refused.}
        "401": {description: Refused.}
        "403": {description: Refused.}
        "409": {description: Refused.}
        "415": {description: Refused.}
        "503": {description: Down.}
  /forms:
    get:
      operationId: list
      security: [{token: []}]
      responses:
        "200": {description: All.}
        "401": {description: Refused.}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    form:
      type: object
      properties: {number: {type: string}, state: {type: string}, next: {$ref: "#/components/schemas/form"}}
"""
JOURNEY = """
arazzo: 1.0.1
info: {title: Errand, version: "1"}
sourceDescriptions: [{name: desk, url: ../../contracts/desk.openapi.yaml, type: openapi}]
workflows:
  - workflowId: errand
    inputs: {type: object, properties: {papers: {type: array}}}
    steps:
      - stepId: first
        operationId: send
        parameters:
          - {name: id, in: path, value: one}
        requestBody:
          contentType: application/json
          payload: {name: Li, place: {street: Long Street}, papers: $inputs.papers}
        successCriteria: [{condition: $statusCode == 201}]
        onSuccess: [{name: done, type: end, criteria: [{condition: "$response.body#/state == 'done'"}]}]
        onFailure: [{name: again, type: goto, stepId: rescue}]
      - stepId: second
        operationId: send
        parameters:
          - {name: id, in: path, value: two}
        requestBody: {contentType: application/json, payload: {name: Li}}
        onSuccess: [{name: done, type: end}]
        onFailure: [{name: over, type: end}]
      - stepId: rescue
        operationId: send
        parameters:
          - {name: id, in: path, value: three}
        requestBody: {contentType: application/json, payload: {name: Li}}
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "scenarios/journeys").mkdir(parents=True)
    (tmp_path / "contracts/desk.openapi.yaml").write_text(DESK, encoding="utf-8")
    (tmp_path / "scenarios/journeys/errand.arazzo.yaml").write_text(JOURNEY, encoding="utf-8")
    return Catalog(tmp_path)


def entries(catalog: Catalog) -> tuple[CoverageEntry, ...]:
    return coverage_of(load_contract(catalog, "desk"), [load_journey(catalog, "errand")])


def told(found: tuple[CoverageEntry, ...], kind: str, operation: str = "send") -> dict[str, tuple[str, str]]:
    return {one.name: (one.state, one.reason) for one in found if (one.kind, one.operation) == (kind, operation)}


def test_a_status_is_tested_by_a_step_that_takes_it_or_a_check_that_provokes_it(catalog: Catalog) -> None:
    by = {one.name: (one.steps, one.checks[:1]) for one in entries(catalog) if one.state == "tested"}
    assert by["201"] == (("errand/first", "errand/second", "errand/rescue"), ())
    assert by["400"] == ((), ("negative-additional",))
    assert by["401"] == ((), ("security-age",))
    assert by["409"] == ((), ("idempotency-conflict",))
    assert by["415"] == ((), ("negative-media-type",))
    untested = ("untested", "nothing provokes it")
    statuses = told(entries(catalog), "status")
    assert (statuses["403"], statuses["503"]) == (untested, untested)


def test_a_request_field_is_tested_where_a_step_sends_it(catalog: Catalog) -> None:
    assert told(entries(catalog), "request") == {
        "path/id": ("tested", ""),
        "query/lang": ("untested", "no step sends it"),
        "header/Idempotency-Key": ("tested", ""),
        "body/name": ("tested", ""),
        "body/place/street": ("tested", ""),
        "body/place/town": ("untested", "no step sends it"),
        "body/papers/*/title": ("unknown", "an expression decides whether it is sent"),
    }


def test_a_response_field_is_tested_where_a_step_reads_it_and_circles_end(catalog: Catalog) -> None:
    assert told(entries(catalog), "response") == {
        "header/location": ("untested", "no step reads it"),
        "body/number": ("untested", "no step reads it"),
        "body/state": ("tested", ""),
        "body/next": ("untested", "no step reads it"),
    }


def test_a_step_to_which_only_a_failure_leads_is_not_called_tested(catalog: Catalog) -> None:
    assert told(entries(catalog), "step") == {
        "errand/first": ("tested", ""),
        "errand/second": ("tested", ""),
        "errand/rescue": ("unknown", "only the failure of another step leads to it"),
    }


def test_of_an_operation_that_no_journey_calls_nothing_is_tested(catalog: Catalog) -> None:
    assert told(entries(catalog), "status", "list") == {
        "200": ("untested", "no journey calls it"),
        "401": ("untested", "no journey calls it"),
    }


# With a trial.


def exercised(*verdicts: tuple[str, str, str, str]) -> Exercised:
    outcomes: dict[tuple[str, str], frozenset[str]] = {}
    for operation, check, outcome, _ in verdicts:
        outcomes[operation, check] = outcomes.get((operation, check), frozenset()) | {outcome}
    reasons = {(operation, check): reason for operation, check, _, reason in verdicts if reason}
    return Exercised(frozenset(("errand",)), outcomes, reasons)


def test_a_status_is_exercised_where_its_checks_said_something(catalog: Catalog) -> None:
    trial = exercised(
        ("send", "reached", "pass", ""),
        ("send", "security-missing", "fail", ""),
        ("send", "negative-required", "pass", ""),
        ("send", "idempotency-conflict", "skip", "not accepted the first time"),
        ("list", "security-missing", "pass", ""),
    )
    found = narrowed(entries(catalog), trial)
    statuses = told(found, "status")
    assert statuses["201"] == statuses["400"] == statuses["401"] == ("tested", "")
    assert statuses["409"] == ("untested", "not accepted the first time")
    assert statuses["415"] == ("untested", "no check of the trial provoked it")
    assert told(found, "status", "list")["401"] == ("tested", "")


def test_what_only_some_of_the_steps_test_stays_open_as_reports_name_no_steps(catalog: Catalog) -> None:
    found = narrowed(entries(catalog), exercised(("send", "reached", "pass", "")))
    many = "the report does not tell whether it was this or one of {} other steps that call it"
    assert told(found, "request")["body/name"] == ("tested", "")
    assert told(found, "request")["body/place/street"] == ("unknown", many.format(2))
    assert told(found, "step")["errand/first"] == ("unknown", many.format(2))


def test_an_operation_that_was_not_come_to_is_untested_for_the_reason_of_the_report(catalog: Catalog) -> None:
    found = narrowed(entries(catalog), exercised(("send", "reached", "skip", "the limit of 5 requests")))
    assert told(found, "step")["errand/first"] == ("untested", "the limit of 5 requests")
    assert told(found, "status")["400"] == ("untested", "the limit of 5 requests")


def test_a_journey_that_the_trial_did_not_walk_tests_nothing(catalog: Catalog) -> None:
    trial = Exercised(frozenset(("other",)), {("send", "reached"): frozenset(("pass",))}, {})
    found = narrowed(entries(catalog), trial)
    assert told(found, "request")["body/name"] == ("untested", "the trial walks no journey that tests it")


def test_messages_that_describe_more_than_can_be_listed_are_refused(tmp_path: Path) -> None:
    branches = "".join(f"a{n}: {{$ref: '#/components/schemas/s{{next}}'}}, " for n in range(40))
    schemas = "".join(
        f"    s{n}: {{type: object, properties: {{{branches.replace('{next}', str(n + 1))}}}}}\n" for n in range(4)
    )
    text = DESK + schemas + "    s4: {type: string}\n"
    (tmp_path / "contracts").mkdir()
    text = text.replace(
        '{$ref: "#/components/schemas/form"}\n        "400"', '{$ref: "#/components/schemas/s0"}\n        "400"'
    )
    (tmp_path / "contracts/desk.openapi.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="more than 20000 fields"):
        coverage_of(load_contract(Catalog(tmp_path), "desk"), [])


# Reports.


def report(**changes: Any) -> dict[str, Any]:
    verdict = {"check": "reached", "outcome": "skip", "contract": "desk", "operation": "send", "reason": "why"}
    return {"tongban-conform": 1, "system": "desk", "journeys": ["errand"], "verdicts": [verdict], **changes}


def test_a_report_is_read_for_its_own_system(tmp_path: Path) -> None:
    other = {"check": "status", "outcome": "pass", "contract": "bank", "operation": "pay"}
    path = tmp_path / "conform.json"
    path.write_text(json.dumps(report(verdicts=[*report()["verdicts"], other])), encoding="utf-8")
    assert read_exercised(path) == (
        "desk",
        Exercised(frozenset(("errand",)), {("send", "reached"): frozenset(("skip",))}, {("send", "reached"): "why"}),
    )


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        ("{", ["is no such report: line 1, column 2: Expecting property name enclosed in double quotes"]),
        ("[" * 100_000, ["is no such report: is nested deeper than 256 levels"]),
        ("7", ["has no 'tongban-conform'", "has no system", "has no journeys", "has no verdicts"]),
        (json.dumps(report(verdicts=[3, {"check": "a", "outcome": "good"}])), ["is no verdict", "is no verdict"]),
        (json.dumps(report(journeys=[7])), ["has no journeys"]),
    ],
)
def test_a_file_that_is_no_report_is_told_with_all_its_faults(
    tmp_path: Path, content: str, messages: list[str]
) -> None:
    path = tmp_path / "conform.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read_exercised(path)
    found = [one.message for one in caught.value.faults]
    assert len(found) == len(messages)
    assert all(one.startswith(message) for one, message in zip(sorted(found), sorted(messages), strict=True))


def test_a_report_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="there is no such file"):
        read_exercised(tmp_path / "none.json")
