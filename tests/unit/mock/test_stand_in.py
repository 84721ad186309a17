"""Answers made of examples and schemas, and what a mock could not enforce."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sim.catalog import Catalog
from sim.contract import load_contract, violations_of_answer, violations_of_value
from sim.contract.checksum import CHECKSUMS
from sim.errors import DocumentError
from sim.mock.live import load_systems
from sim.mock.sample import _CHECKED, sample
from sim.mock.stand_in import stand_in
from sim.mock.text_sample import matching_text

if TYPE_CHECKING:
    from pathlib import Path

    from sim.contract import Contract, Schema


def parking(folder: Path, schema: Any, **operation: Any) -> Contract:
    """A contract with one operation whose answer has a schema."""
    return load_contract(catalog(folder, schema, **operation), "parking")


def catalog(folder: Path, schema: Any, schemes: Any = None, **operation: Any) -> Catalog:
    answer = {"description": "A permit.", "content": {"application/json": {"schema": schema}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Parking", "version": "1"},
        "paths": {"/permits": {"post": {"operationId": "createPermit", "responses": {"201": answer}, **operation}}},
        "components": {"securitySchemes": schemes or {}},
    }
    (folder / "contracts").mkdir(parents=True, exist_ok=True)
    (folder / "contracts" / "parking.openapi.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return Catalog(folder.resolve())


def schema_of(contract: Contract) -> Schema:
    (media_type,) = contract.operations["createPermit"].responses["201"].content.values()
    assert media_type.schema is not None
    return media_type.schema


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[A-Z]{2}[0-9]{3,5}$"},
        {"type": "string", "minLength": 40},
        {"type": "string", "maxLength": 3},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "x-format": "date-basic"},
        {"type": "string", "x-checksum": "citizen-number"},
        {"type": "string", "enum": ["a", "b"]},
        {"const": {"a": [1, None]}},
        {"type": "integer", "minimum": 7, "maximum": 9},
        {"type": "integer", "exclusiveMinimum": 7, "multipleOf": 5},
        {"type": "number", "minimum": 0.5, "maximum": 0.75},
        {"type": ["boolean", "null"]},
        {"type": "array", "items": {"type": "string", "pattern": "^a+$"}, "minItems": 2},
        {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}},
        {"allOf": [{"type": "object", "required": ["a"]}, {"properties": {"a": {"type": "boolean"}}}]},
        {"oneOf": [{"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}}, {"type": "null"}]},
        {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "integer"}]}},
        },
    ],
)
def test_a_value_that_keeps_the_schema_is_made(tmp_path: Path, schema: Any) -> None:
    contract = parking(tmp_path, {"type": "object", "required": ["it"], "properties": {"it": schema}})
    answer = stand_in(contract, contract.operations["createPermit"])
    assert answer is not None
    assert violations_of_answer(contract, contract.operations["createPermit"], answer) == ()
    assert answer == stand_in(contract, contract.operations["createPermit"])


@pytest.mark.parametrize("schema", [False, {"type": "string", "pattern": "(?=a)b"}, {"not": {}}])
def test_what_cannot_be_made_is_nothing(tmp_path: Path, schema: Any) -> None:
    contract = parking(tmp_path, {"type": "object", "required": ["it"], "properties": {"it": schema}})
    assert sample(schema_of(contract)) is None


@pytest.mark.parametrize("name", sorted(_CHECKED))
def test_numbers_with_a_check_are_right(name: str) -> None:
    assert CHECKSUMS[name](_CHECKED[name])


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        ("^[0-9A-Za-z-]{1,64}$", 8),
        ("^(ab|cd)+[^a-z]?$", 0),
        (r"^\d{4}-\d{2}\.(x|y)$", 0),
        ("^(?:a{2}){3}$", 0),
        ("^[^^]$", 0),
        (r"^\w+\s\S$", 5),
        ("", 0),
        ("a.c", 0),
    ],
)
def test_a_text_matches_its_pattern(pattern: str, least: int) -> None:
    text = matching_text(pattern, least)
    assert text is not None
    assert re.search(pattern, text)
    assert len(text) >= least


@pytest.mark.parametrize("pattern", ["(?<=a)b", r"(a)\1", "[", "(", "a{9999}{9999}", "*", r"\p{L}", "[z-a]"])
def test_a_pattern_that_is_not_read_makes_nothing(pattern: str) -> None:
    assert matching_text(pattern) is None


def refused(folder: Path, schema: Any = None, **changes: Any) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load_systems(catalog(folder, schema or {}, **changes), ["parking"])
    return [str(fault) for fault in caught.value.faults]


def test_an_operation_that_nothing_can_answer_stops_the_mock_at_its_place(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, {"not": {}})
    assert re.search(r"parking\.openapi\.yaml:\d+:\d+: paths\./permits\.post\.responses: nothing answers", fault)
    assert fault.endswith("write create_permit in mocks/parking.py, or add an example to a 2xx response that keeps it")


def test_a_security_scheme_that_cannot_be_checked_stops_the_mock(tmp_path: Path) -> None:
    (fault,) = refused(tmp_path, schemes={"tls": {"type": "mutualTLS"}}, security=[{"tls": []}])
    assert re.search(
        r"yaml:\d+:\d+: components\.securitySchemes\.tls: the mock cannot check .* createPermit asks", fault
    )


def test_a_signature_of_another_algorithm_stops_the_mock(tmp_path: Path) -> None:
    scheme = {"type": "apiKey", "in": "header", "name": "Signature", "x-signature": {"algorithms": ["sm2"]}}
    (fault,) = refused(tmp_path, schemes={"signed": scheme}, security=[{"signed": []}])
    assert "the mock checks signatures by hmac-sha256 alone, which 'signed' does not list" in fault


def test_a_body_that_cannot_be_held_against_its_schema_stops_the_mock(tmp_path: Path) -> None:
    body = {"content": {"multipart/form-data": {"schema": {"type": "object"}}}}
    (fault,) = refused(tmp_path, requestBody=body)
    assert "the mock cannot hold a body of multipart/form-data against its schema" in fault


def test_the_bundled_systems_can_be_enforced() -> None:
    assert sorted(load_systems(Catalog.bundled(), ["provincial-platform"])) == [
        "certificate",
        "identity",
        "population",
        "provincial-platform",
    ]


def test_a_made_value_is_held_against_the_schema_of_an_answer(tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "required": ["seen", "secret"],
        "properties": {"seen": {"type": "boolean", "readOnly": True}, "secret": {"type": "string", "writeOnly": True}},
    }
    contract = parking(tmp_path, schema)
    made = sample(schema_of(contract))
    assert violations_of_value(schema_of(contract), made, direction="response") == ()
