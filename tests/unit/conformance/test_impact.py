"""Which steps a change breaks: those that read, send, omit or call what changed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.conformance import steps_broken
from sim.contract import compare_contracts, load_contract, load_contract_file
from sim.journey import load_journey

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = """\
openapi: 3.1.1
info: {title: Desk, version: '1'}
paths:
  /cases:
    post:
      operationId: openCase
      parameters:
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: unit, in: query, schema: {type: string}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: {type: string, maxLength: 30}
                born: {type: string}
                contact: {type: object, properties: {mail: {type: string}, phone: {type: string}}}
                papers: {type: array, items: {type: object, properties: {title: {type: string}}}}
      responses:
        '201':
          description: made
          headers: {ETag: {required: true, schema: {type: string}}}
          content:
            application/json:
              schema:
                type: object
                required: [no, due]
                properties: {no: {type: string}, due: {type: string}, owner: {type: object, required: [id], properties: {id: {type: string}}}}
  /cases/{no}:
    get:
      operationId: readCase
      parameters: [{name: no, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: ok}}
"""  # noqa: E501 - one line a schema

JOURNEY = """\
arazzo: 1.0.1
info: {title: Visit, version: '1'}
sourceDescriptions: [{name: desk, url: ../../contracts/desk.openapi.yaml, type: openapi}]
workflows:
  - workflowId: visit
    inputs: {type: object, properties: {name: {type: string}, papers: {type: array}}, required: [name, papers]}
    steps:
      - stepId: open
        operationId: openCase
        parameters: [{name: X-Trace, in: header, value: t1}]
        requestBody:
          contentType: application/json
          payload: {name: $inputs.name, contact: {mail: a@example.org}, papers: $inputs.papers}
        successCriteria: [{condition: $statusCode == 201}]
        outputs: {no: $response.body#/no}
      - stepId: read
        operationId: readCase
        parameters: [{name: no, in: path, value: $steps.open.outputs.no}]
"""


def broken(folder: Path, old: str, new: str) -> list[tuple[str, str]]:
    """Return the steps that one edit of the contract breaks, and why."""
    assert CONTRACT.count(old) == 1
    catalogs = []
    for name, text in (("old", CONTRACT), ("new", CONTRACT.replace(old, new))):
        (folder / name / "contracts").mkdir(parents=True)
        (folder / name / "contracts/desk.openapi.yaml").write_text(text, encoding="utf-8")
        catalogs.append(Catalog((folder / name).resolve()))
    (folder / "old/scenarios/journeys").mkdir(parents=True)
    (folder / "old/scenarios/journeys/visit.arazzo.yaml").write_text(JOURNEY, encoding="utf-8")
    found = compare_contracts(*(load_contract(catalog, "desk") for catalog in catalogs))
    journeys = [load_journey(catalogs[0], "visit")]
    return [(step.step, step.reason) for change in found for step in steps_broken(change, journeys, ["desk"])]


@pytest.mark.parametrize(
    ("old", "new", "steps"),
    [
        ("no: {type: string}, due", "no: {type: [string, 'null']}, due", [("open", "reads /no")]),
        ("due: {type: string}", "due: {type: [string, 'null']}", []),
        ("required: [id]", "required: []", []),
        ("          headers: {ETag: {required: true, schema: {type: string}}}\n", "", []),
        ("required: [name]\n", "required: [name, born]\n", [("open", "omits /born")]),
        ("required: [name]\n", "required: [name, papers]\n", []),
        ("properties: {mail:", "required: [mail], properties: {mail:", []),
        ("properties: {mail:", "required: [phone], properties: {mail:", [("open", "omits /contact/phone")]),
        ("properties: {title:", "required: [title], properties: {title:", [("open", "may omit /papers/*/title")]),
        ("maxLength: 30", "maxLength: 20", [("open", "sends /name")]),
        ("born: {type: string}", "born: {type: string, maxLength: 8}", []),
        ("in: header, schema", "in: header, required: true, schema", []),
        ("in: query, schema", "in: query, required: true, schema", [("open", "omits /unit")]),
        ("in: query, schema: {type: string}", "in: query, schema: {type: integer}", []),
        ("in: header, schema: {type: string}", "in: header, schema: {type: integer}", [("open", "sends /X-Trace")]),
        ("in: path, required: true, schema: {type: string}", "in: path, required: true, schema: {type: integer}",
         [("read", "sends /no")]),
        ("'201':", "'202':", [("open", "calls it")]),
        ("    get:\n", "    put:\n", [("read", "calls it")]),
        ("paths:\n", "security: [{k: []}]\ncomponents: {securitySchemes: {k: {type: http, scheme: basic}}}\npaths:\n",
         [("open", "calls it"), ("read", "calls it")]),
        ("application/json:\n            schema:\n              type: object\n              required: [name]",
         "application/json:\n            schema:\n              type: array\n              required: [name]",
         [("open", "sends it")]),
    ],
)  # fmt: skip
def test_a_change_breaks_the_steps_that_meet_it(
    old: str, new: str, steps: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert broken(tmp_path, old, new) == steps


def test_what_does_not_break_names_no_step(tmp_path: Path) -> None:
    assert broken(tmp_path, "maxLength: 30", "maxLength: 40") == []


def test_a_step_is_named_with_its_journey_and_place(tmp_path: Path) -> None:
    catalog = Catalog.bundled()
    identity = load_contract(catalog, "identity")
    text = (catalog.root / "contracts/identity.openapi.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "contracts"
    folder.mkdir()
    for path in (catalog.root / "contracts").rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(catalog.root / "contracts")
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
    edited = text.replace("required: [name, id_no]", "required: [name, id_no, face_evidence]")
    (folder / "identity.openapi.yaml").write_text(edited, encoding="utf-8")
    (change,) = compare_contracts(identity, load_contract(Catalog(tmp_path.resolve()), "identity"))
    load = cache(load_contract_file)
    names = ("renew-id-card", "check-two-sources", "query-duplicate-name", "pay-fee")
    journeys = [load_journey(catalog, name, load=load) for name in names]
    found = steps_broken(change, journeys, ["identity"])
    assert ("renew-id-card", "renew-id-card", "identify") in [(one.journey, one.workflow, one.step) for one in found]
    assert all(one.line > 1 and one.file.endswith(".arazzo.yaml") for one in found)
    assert {one.reason for one in found} == {"omits /face_evidence"}
    assert steps_broken(change, journeys, ["of another name"]) == found
    assert steps_broken(change, journeys, ["payment"]) == ()
