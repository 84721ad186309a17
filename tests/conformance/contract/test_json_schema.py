"""The JSON Schema behaviour that contracts rely on, held against the pure-Python jsonschema as independent oracle."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.contract import Schema, violations_of_value

BOUNDS = settings(max_examples=40, deadline=None, derandomize=True)
SCHEMAS: list[dict[str, object]] = [
    {"type": ["integer", "null"], "minimum": -3, "exclusiveMaximum": 3},
    {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}, "additionalProperties": False},
    {"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "string"}, "uniqueItems": True},
    {"anyOf": [{"type": "string", "minLength": 2}, {"type": "number", "multipleOf": 2}]},
    {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object"},
    {"not": {"type": ["string", "array"]}},
    {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"maxProperties": 1}},
    {"contains": {"type": "integer"}, "minContains": 1, "maxContains": 2},
    {"enum": [1, "a", None, [1], {"a": 1}]},
    {"const": {"a": [1, 2]}},
    {"propertyNames": {"maxLength": 1}, "minProperties": 1},
    {"patternProperties": {"^a": {"type": "integer"}}, "unevaluatedProperties": {"type": "string"}},
    {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"b": {"maxProperties": 2}}},
    {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "additionalProperties": {"$ref": "#/$defs/tree"}}}},
    {"allOf": [{"properties": {"a": True}}, {"properties": {"b": False}}], "unevaluatedProperties": False},
    {"type": "string", "pattern": "^a+b?$", "maxLength": 3},
]
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a", "ab", "aab", "b", "中"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "ab"]), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("schema", SCHEMAS, ids=json.dumps)
@BOUNDS
@given(value=VALUES)
def test_both_validators_agree_on_random_values(schema: dict[str, object], value: object) -> None:
    expected = jsonschema.Draft202012Validator(schema).is_valid(value)

    found = violations_of_value(Schema("catalog:/a", "", schema), value)  # type: ignore[arg-type]  # JSON values

    assert (not found) == expected


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("date", "2024-02-29", "2023-02-29"),
        ("date-time", "2022-07-26T10:15:00+08:00", "2022-07-26 10:15"),
        ("time", "10:15:00Z", "25:00:00Z"),
        ("duration", "P3DT4H", "3 days"),
        ("email", "a@example.org", "a.example.org"),
        ("hostname", "example.org", "-a-"),
        ("ipv4", "127.0.0.1", "127.0.0.256"),
        ("ipv6", "::1", "::g"),
        ("uri", "https://example.org/a", "a b"),
        ("uuid", "3f1b1c1e-0000-4000-8000-000000000000", "3f1b1c1e"),
        ("json-pointer", "/a/0", "a"),
        ("byte", "5Lit", "5Li"),
    ],
)
def test_known_formats_are_enforced(form: str, right: str, wrong: str) -> None:
    schema = Schema("catalog:/a", "", {"format": form})

    assert violations_of_value(schema, right) == ()
    assert [found.rule for found in violations_of_value(schema, wrong)] == ["format"]


def test_an_unknown_format_is_a_note() -> None:
    assert violations_of_value(Schema("catalog:/a", "", {"format": "phone"}), "x") == ()
