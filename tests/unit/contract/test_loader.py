"""Contracts as typed values."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from sim.catalog import Catalog
from sim.contract import load_contract, load_contract_document
from sim.document import parse_document
from sim.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.contract.conftest import Faults, Loader

TEXT = """\
openapi: 3.1.1
info: {title: Desk, version: '2', x-edition: 2022}
security: [{clerk: []}]
x-anything: {at: all}
paths:
  /cases/{no}:
    parameters:
      - {name: no, in: path, required: true, schema: {type: string}}
      - {name: page, in: query, schema: {type: integer}}
      - {name: Accept, in: header, schema: {type: string}}
    get:
      operationId: readCase
      summary: Read a case
      parameters: [{name: page, in: query, required: true, style: pipeDelimited, schema: {type: array}}]
      security: [{citizen: [read]}, {}]
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {}, examples: {a: {value: 1}, b: {externalValue: 'b.json'}}}}
        5XX: {description: busy}
        default: {description: other}
    post:
      operationId: decideCase
      x-tongban-actor: officer
      responses: {'204': {description: done}}
components:
  securitySchemes:
    clerk: {type: http, scheme: bearer}
    citizen: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {read: Read.}}}}
"""

CALLBACK = """\
openapi: 3.1.1
info: {title: Desk, version: '1'}
paths:
  /payments:
    post:
      operationId: pay
      responses: {'202': {description: ok}}
      callbacks:
        paid:
          '{$request.body#/callback}':
            post:
              requestBody:
                content: {application/json: {schema: {type: integer}, example: EXAMPLE}}
              responses: {'204': {description: ok}}
webhooks:
  moved:
    post:
      operationId: moved
      requestBody: {content: {application/json: {schema: {$ref: 'REFERENCE'}}}}
      responses: {'204': {description: ok}}
components: {schemas: {A: {}}}
"""


def test_a_contract_is_read_into_its_operations(load: Loader) -> None:
    contract = load(TEXT)

    assert (contract.name, contract.title, contract.version, contract.openapi) == ("desk", "Desk", "2", "3.1.1")
    assert list(contract.operations) == ["readCase", "decideCase"]
    assert list(contract.security_schemes) == ["clerk", "citizen"]
    read = contract.operations["readCase"]
    assert (read.contract, read.method, read.path, read.summary) == ("desk", "GET", "/cases/{no}", "Read a case")
    assert read.pointer == "/paths/~1cases~1{no}/get"
    assert read.security == ({"citizen": ("read",)}, {})


def test_parameters_of_path_and_operation_are_merged_and_ignored_headers_left_out(load: Loader) -> None:
    parameters = load(TEXT).operations["readCase"].parameters

    assert [(one.name, one.location, one.required, one.style, one.explode) for one in parameters] == [
        ("no", "path", True, "simple", False),
        ("page", "query", True, "pipeDelimited", False),
    ]


def test_the_document_s_security_and_the_actor_hold_where_the_operation_says_nothing_else(load: Loader) -> None:
    operation = load(TEXT).operations["decideCase"]

    assert operation.security == ({"clerk": ()},)
    assert operation.actor == "officer"


@pytest.mark.parametrize(("status", "key"), [(200, "200"), (503, "5XX"), (404, "default")])
def test_a_response_is_found_by_status_then_class_then_default(status: int, key: str, load: Loader) -> None:
    response = load(TEXT).operations["readCase"].response(status)

    assert response is not None
    assert response.status == key


def test_examples_are_kept_by_name(load: Loader) -> None:
    response = load(TEXT).operations["readCase"].responses["200"]

    assert response.content["application/json"].examples == {"a": 1}


def test_callbacks_and_webhooks_are_checked_but_are_no_operations(load: Loader) -> None:
    contract = load(CALLBACK.replace("EXAMPLE", "7").replace("REFERENCE", "#/components/schemas/A"))

    assert list(contract.operations) == ["pay"]


def test_faults_inside_callbacks_and_webhooks_are_told(faults: Faults) -> None:
    found = faults(CALLBACK.replace("EXAMPLE", "x").replace("REFERENCE", "http://example.org/a"))

    assert [line.split(": ")[0] for line in found] == ["13:80", "19:65"]
    assert "the example breaks type" in found[0]
    assert "is an address; nothing is fetched" in found[1]


def test_one_path_item_under_two_paths_gives_no_operation_twice(faults: Faults) -> None:
    text = (
        "openapi: 3.1.1\ninfo: {title: Desk, version: '1'}\npaths:\n  /a: {$ref: '#/components/pathItems/x'}\n"
        "  /b: {$ref: '#/components/pathItems/x'}\ncomponents:\n  pathItems:\n    x:\n"
        "      get: {operationId: a, responses: {'200': {description: ok}}}\n"
    )

    assert [line.split(";")[0] for line in faults(text)] == [
        "9:26: components.pathItems.x.get.operationId: the operationId 'a' stands twice, "
        "first in contracts/desk.openapi.yaml on line 9"
    ]


def test_a_document_made_in_memory_is_loaded_in_its_catalog(tmp_path: Path) -> None:
    path = tmp_path / "contracts/desk.openapi.yaml"
    document = parse_document(TEXT.encode(), path=path, file="desk")

    assert load_contract_document(Catalog(tmp_path.resolve()), document).name == "desk"


def test_an_unknown_contract_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no contract 'desk'; known: none"):
        load_contract(Catalog(tmp_path.resolve()), "desk")


@pytest.mark.parametrize(
    "pointer", ["info", "info/title", "components/schemas/B/required/0", "components/schemas/B/enum/0"]
)
def test_a_reference_to_what_is_no_schema_is_a_fault(pointer: str, faults: Faults) -> None:
    text = (
        "openapi: 3.1.1\ninfo: {title: Desk, version: '1'}\ncomponents:\n  schemas:\n"
        f"    A: {{$ref: '#/{pointer}'}}\n    B: {{required: [a]}}\n"
    )

    assert faults(text)


def test_hostile_yaml_is_refused_by_the_gate(faults: Faults) -> None:
    found = faults("a: &a [x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(3)) + "c: " + "[" * 1000)

    assert "is nested deeper than 256 levels" in found[0]


@pytest.mark.parametrize("value", ["7", "[]", "x", "null", "{}"])
@pytest.mark.parametrize(
    "place",
    [
        "info",
        "servers",
        "paths",
        "webhooks",
        "components",
        "security",
        "tags",
        "externalDocs",
        "paths: {/a",
        "components: {schemas",
        "components: {parameters",
        "components: {parameters: {a",
        "paths: {/a: {get",
        "components: {schemas: {a",
        "components: {schemas: {a: {properties",
        "components: {schemas: {a: {allOf",
        "components: {schemas: {a: {$ref",
        "components: {schemas: {a: {discriminator",
        "components: {callbacks: {a",
        "paths: {/a: {get: {operationId: a, responses",
        "paths: {/a: {get: {operationId: a, parameters",
        "components: {responses: {a: {description: a, content: {a/b",
        "components: {responses: {a: {description: a, headers: {a",
        "components: {securitySchemes: {a",
        "components: {securitySchemes: {a: {type: oauth2, flows",
        "components: {examples: {a",
    ],
)
def test_any_value_at_any_place_gives_faults_or_a_contract_never_a_traceback(
    place: str, value: str, load: Loader
) -> None:
    text = "openapi: 3.1.1\n" + ("" if place == "info" else "info: {title: Desk, version: '1'}\n")
    text += f"{place}: {value}{'}' * place.count('{')}\n"

    with suppress(DocumentError):  # anything else would be a traceback for the user
        load(text)
