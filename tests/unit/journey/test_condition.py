"""Simple conditions: Arazzo 1.1.0, section 5.8.11."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.document import JsonValue
from sim.journey.condition import evaluate, parse_condition
from sim.journey.expression import Expression, ExpressionError
from sim.journey.value import ABSENT, UNKNOWN, Value, find_named

INPUTS: dict[str, JsonValue] = {
    "n": 12,
    "text": "Alpha",
    "digits": "12",
    "padded": "012",
    "yes": True,
    "no": False,
    "nothing": None,
    "list": [{"id": 7, "name": "X"}, "b"],
    "object": {"a": {"b": 1}, "s": "Ok"},
    "dotted.name": 1,
}


def look(expression: Expression) -> Value:
    return find_named(expression, INPUTS) if expression.root == "inputs" else UNKNOWN


def truth(condition: str) -> bool | None:
    return evaluate(parse_condition(condition), look)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("$inputs.n == 12", True),
        ("$inputs.n==12.0", True),
        ("$inputs.n != 12", False),
        ("$inputs.n < 12", False),
        ("$inputs.n <= 12", True),
        ("$inputs.n > -1e2", True),
        ("$inputs.n >= 12.5", False),
        ("12 == $inputs.n", True),
        ("$inputs.text == 'aLPHA'", True),
        ("$inputs.text != 'alpha'", False),
        ("$inputs.text < 'beta'", True),
        ("$inputs.text == 'it''s'", False),
        ("'it''s' == 'IT''S'", True),
        ("$inputs.digits == 12", True),
        ("$inputs.digits > 9", True),
        ("12 == $inputs.digits", True),
        ("9 < $inputs.digits", True),
        ("($inputs.digits > 9) == $inputs.yes", True),
        ("$inputs.digits > '9'", True),
        ("$inputs.digits == '12.0'", False),
        ("$inputs.padded == 12", False),
        ("$inputs.text > 3", False),
        ("$inputs.text <= 3", False),
        ("$inputs.text == 3", False),
        ("$inputs.text != 3", True),
        ("$inputs.yes == true", True),
        ("$inputs.yes == 1", False),
        ("$inputs.yes == 'true'", False),
        ("$inputs.yes > false", False),
        ("$inputs.no", False),
        ("$inputs.yes", True),
        ("!$inputs.no", True),
        ("!$inputs.yes", False),
        ("$inputs.n", False),
        ("!$inputs.n", False),
        ("!$inputs.nothing", True),
        ("$inputs.nothing == null", True),
        ("$inputs.n == null", False),
        ("$inputs.n != null", True),
        ("$inputs.nothing < 1", False),
        ("$inputs.missing == null", True),
        ("$inputs.missing", False),
        ("!$inputs.missing", True),
        ("$inputs.list[0].id == 7", True),
        ("$inputs.list[1] == 'B'", True),
        ("$inputs.list[9] == null", True),
        ("$inputs.list#/0/name == 'x'", True),
        ("$inputs.object.a.b == 1", True),
        ("$inputs.object#/a == $inputs.object.a", True),
        ("$inputs.dotted.name == 1", True),
        ("$inputs.list == $inputs.list", True),
        ("$inputs.list > $inputs.list", False),
        ("true", True),
        ("null", False),
        ("!(1 == 2)", True),
        ("(1 == 2) == false", True),
        ("1 == 1 && 2 == 2 && 3 == 4", False),
        ("1 == 2 || 2 == 2", True),
        ("1 == 2 && 1 == 1 || 3 == 3", True),
        ("1 == 1 || 1 == 2 && 1 == 2", True),
        ("(1 == 1 || 1 == 2) && 1 == 2", False),
        ("!!$inputs.yes", True),
    ],
)
def test_a_condition_over_known_values(condition: str, *, expected: bool) -> None:
    assert truth(condition) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("$statusCode == 200", None),
        ("$statusCode == 200 && 1 == 2", False),
        ("1 == 2 && $statusCode == 200", False),
        ("$statusCode == 200 && 1 == 1", None),
        ("$statusCode == 200 || 1 == 1", True),
        ("$statusCode == 200 || 1 == 2", None),
        ("!($statusCode == 200)", None),
        ("$response.body.ok", None),
        ("!$response.body#/ok", None),
        ("($statusCode == 200) == true", None),
    ],
)
def test_an_unknown_value_leaves_open_what_depends_on_it(condition: str, *, expected: bool | None) -> None:
    assert truth(condition) is expected


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        ("", "lacks a value before its end"),
        ("$statusCode == ", "lacks a value before its end"),
        ("$statusCode = 200", "is not part of a condition"),
        ('$inputs.a == "x"', "is not part of a condition"),
        ("$inputs.a == 'x", "is not part of a condition"),
        ("{$statusCode} == 1", "is not part of a condition"),
        ("$statusCode === 200", "is not part of a condition"),
        ("$statuscode == 200", "is not a runtime expression"),
        ("200", "alone is not a condition"),
        ("1 == 1 && 'x'", "alone is not a condition"),
        ("1 < 2 < 3", "cannot be chained"),
        ("!$inputs.a == 1", "two ways"),
        ("1 == !$inputs.a", "two ways"),
        ("(1 == 1", "lacks ')'"),
        ("1 == 1)", "is not expected"),
        ("$inputs.a[x] == 1", "is not part of a condition"),
        ("$inputs.a[-1] == 1", "whole number from 0"),
        ("1 == 1 1 == 1", "is not expected"),
        ("007 == 7", "is not part of a condition"),
        ("(" * 40 + "1 == 1" + ")" * 40, "nested deeper than 32"),
        ("1 == 1 || " * 500 + "1 == 1", "longer than 4096"),
    ],
)
def test_a_text_that_is_no_condition_is_refused_with_a_remedy(condition: str, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_condition(condition)

    assert part in caught.value.message
    assert caught.value.remedy


@given(st.text(alphabet="$inputs.a()!&|=<>'1 \t[]truenl#/", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        condition = parse_condition(text)
    except ExpressionError:
        return
    assert evaluate(condition, lambda _: ABSENT) in (True, False)


ATOMS = st.sampled_from(
    ["$inputs.a == 1", "$inputs.b == 1", "$inputs.a", "!$inputs.b", "true", "null", "$inputs.a < $inputs.b"]
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda text: f"!({text})"),
    ),
    max_leaves=8,
)
KNOWN: list[JsonValue] = [None, True, False, 0, 1, "1", "x", [], {}]
VALUES = st.sampled_from(KNOWN)


@given(CONDITIONS, VALUES, VALUES, st.sets(st.sampled_from(["a", "b"])))
def test_what_is_decided_with_unknown_values_stays_so_when_they_are_known(
    text: str, a: JsonValue, b: JsonValue, hidden: set[str]
) -> None:
    values: dict[str, JsonValue] = {"a": a, "b": b}
    condition = parse_condition(text)
    early = evaluate(condition, lambda one: UNKNOWN if one.name in hidden else values[one.name])

    assert early in (None, evaluate(condition, lambda one: values[one.name]))
