"""Values held against schemas: what is told, and the guard rails around the validator."""

from __future__ import annotations

import jsonschema_rs
import pytest

from sim.contract import Schema, Violation, violations_of_value
from sim.contract.validator import compile_schema


def of(schema: object, pointer: str = "") -> Schema:
    return Schema("catalog:/contracts/a%20b.json", pointer, schema)  # type: ignore[arg-type]  # a JSON value


def test_a_missing_field_is_found_with_its_pointer() -> None:
    schema = of({"properties": {"a/b": {"items": {"required": ["no"]}}}}, "/$defs/x")

    assert violations_of_value(schema, {"a/b": [{"no": 1}, {}]}) == (
        Violation(
            part="body",
            rule="required",
            pointer="/a~1b/1/no",
            expected="a value",
            received="nothing",
            contract_pointer="contracts/a b.json#/$defs/x/properties/a~1b/items/required",
        ),
    )


def test_each_field_too_many_is_told_by_itself() -> None:
    found = violations_of_value(of({"properties": {}, "additionalProperties": False}), {"b": 1, "a": [2]})

    assert [(one.rule, one.pointer, one.received) for one in found] == [
        ("additionalProperties", "/a", "[2]"),
        ("additionalProperties", "/b", "1"),
    ]


@pytest.mark.parametrize(
    ("schema", "value", "rule", "expected", "received"),
    [
        ({"type": "integer"}, "x", "type", '["integer"]', '"x"'),
        ({"maximum": 3}, 4, "maximum", "3", "4"),
        ({"enum": ["a"]}, "b", "enum", '["a"]', '"b"'),
        ({"pattern": "^a$"}, "b", "pattern", '"^a$"', '"b"'),
        ({"format": "date"}, "b", "format", '"date"', '"b"'),
        (False, 1, "false", "no value", "1"),
        ({"oneOf": [True, True]}, 1, "oneOf", "exactly one of the schemas", "1"),
        ({"anyOf": [{"type": "null"}, {"const": 2}]}, 1, "anyOf", 'one of 2 schemas: type ["null"]; const 2', "1"),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "propertyNames", "names that keep maxLength 1", '{"ab": 1}'),
        ({"x-checksum": "citizen-number"}, "1", "x-checksum", "citizen-number", '"1"'),
        ({"x-format": "date-basic"}, "20230229", "x-format", "date-basic", '"20230229"'),
        ({"uniqueItems": True}, [1, 1], "uniqueItems", "uniqueItems", "[1, 1]"),
    ],
)
def test_a_broken_rule_is_told_with_what_it_wants_and_what_came(
    schema: object, value: object, rule: str, expected: str, received: str
) -> None:
    found = violations_of_value(of(schema), value)  # type: ignore[arg-type]  # a JSON value

    assert [(one.rule, one.expected, one.received, one.certain) for one in found] == [(rule, expected, received, True)]


def test_our_rules_let_values_pass_that_are_no_text() -> None:
    assert violations_of_value(of({"x-checksum": "credit-code", "x-format": "date-basic"}), 7) == ()


def test_long_values_are_shortened() -> None:
    found = violations_of_value(of({"type": "integer"}), "x" * 1000)

    assert len(found[0].received) == 200


def test_a_value_nested_100_000_deep_is_not_evaluated() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]

    found = violations_of_value(of({}), value)  # type: ignore[arg-type]  # a JSON value

    assert [(one.rule, one.certain) for one in found] == [("unevaluated", False)]
    while value:  # taken apart by hand: freeing it nested would recurse
        value = value[0]  # type: ignore[assignment]  # a list in a list


def test_a_value_of_the_greatest_depth_is_evaluated() -> None:
    value: object = 1
    for _ in range(256):
        value = {"a": value}

    schema = of({"anyOf": [{"additionalProperties": {"$ref": "#"}}]})

    assert violations_of_value(schema, value) == ()  # type: ignore[arg-type]  # a JSON value


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "^(?:(?=a)a|aa)+$"},
        {"not": {"pattern": "^(?:(?=a)a|aa)+$"}},
        {"anyOf": [{"pattern": "^(?:(?=a)a|aa)+$"}, {"type": "integer"}]},
        {"if": {"pattern": "^(?:(?=a)a|aa)+$"}, "then": False},
    ],
)
def test_a_pattern_that_runs_into_its_limit_is_uncertain_never_a_failure(schema: object) -> None:
    found = violations_of_value(of(schema), "a" * 60 + "b")

    assert [(one.rule, one.certain) for one in found] == [("unevaluated", False)]


def test_a_pattern_of_nested_repeats_is_evaluated_in_linear_time() -> None:
    found = violations_of_value(of({"pattern": "^(a+)+$"}), "a" * 50_000 + "b")

    assert [(one.rule, one.certain) for one in found] == [("pattern", True)]


def test_a_long_conforming_value_passes_a_pattern_with_look_ahead() -> None:
    assert violations_of_value(of({"pattern": "^(?:(?=(a))a)+$"}), "a" * 300_000) == ()


def test_nothing_is_fetched() -> None:
    for address in ("http://127.0.0.1:9/a.json", "file:///etc/passwd"):
        with pytest.raises(jsonschema_rs.ValidationError, match="is not in the catalog") as caught:
            compile_schema({"$ref": address})
        assert "root:" not in str(caught.value)


def test_text_with_a_lone_surrogate_is_no_json_value() -> None:
    found = violations_of_value(of({"type": "string"}), "\ud800")

    assert [(one.rule, one.expected) for one in found] == [("parse", "a JSON value")]


def test_integers_beyond_64_bits_are_compared_exactly() -> None:
    assert violations_of_value(of({"maximum": 10**30}), 10**30) == ()
    assert [one.rule for one in violations_of_value(of({"maximum": 10**30}), 10**30 + 1)] == ["maximum"]
