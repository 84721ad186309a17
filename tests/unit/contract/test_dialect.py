"""OpenAPI 3.0 schemas read as JSON Schema 2020-12."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.contract import violations_of_value
from sim.contract.dialect import upgrade

if TYPE_CHECKING:
    from sim.contract import Schema
    from tests.unit.contract.conftest import Faults, Loader

HEAD = "openapi: 3.0.3\ninfo: {title: Desk, version: '1'}\n"


def schema_30(load: Loader, text: str, **files: str) -> Schema:
    contract = load(
        f"{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n      responses: {{'200': {{description: ok}}}}\n"
        f"      parameters: [{{name: a, in: query, schema: {text}}}]\n",
        **files,
    )
    schema = contract.operations["a"].parameters[0].schema
    assert schema is not None
    return schema


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"nullable": True}, {}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"exclusiveMaximum": True}, {}),
        ({"example": 1}, {"examples": [1]}),
        ({"$ref": "#/a", "nullable": True}, {"$ref": "#/a"}),
        (
            {"properties": {"nullable": {"type": "object", "nullable": True}}},
            {"properties": {"nullable": {"type": ["object", "null"]}}},
        ),
        ({"items": {"allOf": [{"example": 1}]}}, {"items": {"allOf": [{"examples": [1]}]}}),
        ({"enum": [{"nullable": True}]}, {"enum": [{"nullable": True}]}),
        (True, True),
    ],
)
def test_a_schema_is_upgraded(before: object, after: object) -> None:
    assert upgrade(before) == after  # type: ignore[arg-type]  # JSON values


def test_null_is_accepted_where_a_schema_is_nullable(load: Loader) -> None:
    schema = schema_30(load, "{type: string, nullable: true}")

    assert violations_of_value(schema, None) == ()
    assert [one.rule for one in violations_of_value(schema, 1)] == ["type"]


def test_an_exclusive_limit_is_enforced_in_a_referenced_file_too(load: Loader) -> None:
    schema = schema_30(
        load, "{$ref: a.json}", contracts__a_dot_json='{"type": "number", "minimum": 1, "exclusiveMinimum": true}'
    )

    assert violations_of_value(schema, 1.5) == ()
    assert [one.rule for one in violations_of_value(schema, 1)] == ["exclusiveMinimum"]


@pytest.mark.parametrize(("form", "limit"), [("int32", 2**31), ("int64", 2**63)])
def test_the_width_of_integers_is_enforced(form: str, limit: int, load: Loader) -> None:
    schema = schema_30(load, f"{{type: integer, format: {form}}}")

    assert violations_of_value(schema, limit - 1) == ()
    assert violations_of_value(schema, -limit) == ()
    found = violations_of_value(schema, limit)
    assert [(one.rule, one.expected, one.contract_pointer.rpartition("/")[2]) for one in found] == [
        ("format", form, "format")
    ]


def test_an_example_of_a_3_0_schema_is_held_against_it(faults: Faults) -> None:
    found = faults(HEAD + "paths: {}\ncomponents: {schemas: {A: {type: string, example: 1}}}\n")

    assert len(found) == 1
    assert found[0].startswith("4:51: components.schemas.A.example: the example breaks type")


def test_siblings_of_a_reference_are_ignored(load: Loader) -> None:
    schema = schema_30(load, "{$ref: a.json, maxLength: 1}", contracts__a_dot_json='{"type": "string"}')

    assert violations_of_value(schema, "abc") == ()
