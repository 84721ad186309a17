"""Criteria: their kinds, and the static reading that the plan uses."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.document import JsonValue
from sim.journey import Criterion, Step, decide, decide_success
from sim.journey.criterion import holds, lookups
from sim.journey.expression import Expression, ExpressionError
from sim.journey.value import ABSENT, Value, find


def simple(condition: str) -> Criterion:
    return Criterion(condition, None, "simple", "")


def regex(context: str, pattern: str) -> Criterion:
    return Criterion(pattern, context, "regex", "")


def jsonpath(context: str, query: str) -> Criterion:
    return Criterion(query, context, "jsonpath", "")


def on_body(criterion: Criterion, body: JsonValue, *, status: int = 200) -> bool | None:
    def look(expression: Expression) -> Value:
        if expression.root == "inputs":
            return find({"wanted": "open", "n": 2, "quote": "it's", "bracket": "("}, (expression.name,))
        return status if expression.root == "statusCode" else find(body, expression.pointer or ())

    return holds([criterion], look, answered=True)


@pytest.mark.parametrize(
    ("criterion", "body", "expected"),
    [
        (regex("$statusCode", "^2[0-9]{2}$"), None, True),
        (regex("$response.body#/a", "b+"), {"a": "abbc"}, True),
        (regex("$response.body#/a", "^b"), {"a": "abbc"}, False),
        (regex("$response.body#/a", "b"), {"a": None}, False),
        (regex("$response.body#/a", "b"), {}, False),
        (regex("$response.body#/a", "^true$"), {"a": True}, True),
        (regex("$response.body", '"a":1'), {"a": 1}, True),
        (regex("$response.body#/state", "^{$inputs.wanted}$"), {"state": "open"}, True),
        (regex("$response.body#/state", "^{$inputs.wanted}$"), {"state": "opened"}, False),
        (jsonpath("$response.body", "$.pets[?@.id == 1]"), {"pets": [{"id": 1}]}, True),
        (jsonpath("$response.body", "$.pets[?@.id == 2]"), {"pets": [{"id": 1}]}, False),
        (jsonpath("$response.body", "$.pets[?@.id == {$inputs.n}]"), {"pets": [{"id": 2}]}, True),
        (jsonpath("$response.body#/pets", "$[?count(@.*) > 1]"), {"pets": [{"id": 1, "x": 2}]}, True),
        (jsonpath("$response.body", "$.nul"), {"nul": None}, True),
        (jsonpath("$response.body", "$.gone"), {"nul": None}, False),
        (jsonpath("$response.body", "$.a"), None, False),
        (jsonpath("$response.body#/text", "$"), {"text": "x"}, True),
        (jsonpath("$response.body", "$[?match(@.a, 'b+')]"), [{"a": "bb"}], True),
        (jsonpath("$response.body", "$[?match(@.a, 'b')]"), [{"a": "bb"}], False),
        (jsonpath("$response.body", "$[?search(@.a, 'b')]"), [{"a": "abc"}], True),
        (jsonpath("$response.body", "$[?match(@.a, '(')]"), [{"a": "("}], False),
        (jsonpath("$response.body", "$[?match(@.a, 'b')]"), [{"a": 1}], False),
        (jsonpath("$response.body", "$[?@.state == '{$inputs.nosuch}']"), [{"state": ""}], True),
        (jsonpath("$response.body", "$[?@.state == '{$inputs.quote}']"), [{"state": "it's"}], False),
        (regex("$response.body", "{$inputs.bracket}"), "(", False),
    ],
)
def test_a_criterion_with_a_context(criterion: Criterion, body: JsonValue, *, expected: bool) -> None:
    assert on_body(criterion, body) is expected


def test_a_query_descends_to_the_deepest_body_that_is_accepted() -> None:
    body: JsonValue = {"a": 1}
    for _ in range(250):
        body = [body]

    assert on_body(jsonpath("$response.body", "$..a"), body) is True


@pytest.mark.parametrize(
    "criterion", [regex("$response.body", "^(a+)+$"), jsonpath("$response.body", "$[?search(@.a, '^(a+)+$')]")]
)
def test_a_pattern_that_stalls_backtracking_engines_is_answered_at_once(criterion: Criterion) -> None:
    text = "a" * 50_000 + "!"
    before = time.process_time()

    assert on_body(criterion, [{"a": text}]) is False
    assert time.process_time() - before < 1.0


@pytest.mark.parametrize(
    ("criterion", "part"),
    [
        (regex("$statusCode", "("), "does not compile"),
        (regex("$statusCode", "(?=a)"), "does not compile"),
        (regex("$statusCode", r"(a)\1"), "does not compile"),
        (regex("$statusCode", "a{1000}{1000}"), "does not compile"),
        (regex("$statusCode", "a" * 2000), "longer than 1024"),
        (regex("statusCode", "a"), "not a runtime expression"),
        (jsonpath("$response.body", "$["), "is not a JSONPath query"),
        (jsonpath("$response.body", "pets"), "is not a JSONPath query"),
        (jsonpath("$response.body", "$.a | $.b"), "is not a JSONPath query"),
        (jsonpath("$response.body", "$[?@.a =~ /x/]"), "is not a JSONPath query"),
        (jsonpath("$response.body", "$" + ".a" * 600), "longer than 1024"),
    ],
)
def test_a_pattern_or_query_that_cannot_be_used_is_refused(criterion: Criterion, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        lookups(criterion)

    assert part in caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("$.pets[0][?@.id == 1]", ("pets", "0")),
        ("$['a b'].c", ("a b", "c")),
        ("$.pets[-1]", ("pets",)),
        ("$.pets[0,1].a", ("pets",)),
        ("$.a..b", ("a",)),
        ("$", ()),
    ],
)
def test_a_query_is_looked_up_as_far_as_it_names_its_way(query: str, path: tuple[str, ...]) -> None:
    (found,) = lookups(jsonpath("$response.body#/page", query))

    assert (found.expression.text, found.path) == ("$response.body#/page", path)


def test_expressions_inside_a_query_are_looked_up_too() -> None:
    found = lookups(jsonpath("$response.body", "$.a[?@.b == {$inputs.n}]"))

    assert [(one.expression.text, one.path) for one in found] == [("$response.body", ()), ("$inputs.n", ())]


@pytest.mark.parametrize(
    ("criteria", "inputs", "status", "expected"),
    [
        ((), {}, 200, True),
        ((), {}, None, True),
        ((simple("$statusCode == 200"),), {}, 200, True),
        ((simple("$statusCode == 200"),), {}, 503, False),
        ((simple("$statusCode == 200"),), {}, None, False),
        ((simple("!($statusCode == 200)"),), {}, None, False),
        ((simple("$statusCode == 200 || 1 == 1"),), {}, None, False),
        ((simple("$response.body#/a == 1"),), {}, 200, None),
        ((simple("$response.body#/a == 1"),), {}, None, False),
        ((simple("$response.header.x == '1' && $statusCode == 404"),), {}, 200, False),
        ((simple("$inputs.channel == 'app'"),), {"channel": "app"}, None, True),
        ((simple("$inputs.channel == 'app'"),), {"channel": "window"}, 200, False),
        ((simple("$inputs.channel == 'app'"),), {}, 200, None),
        ((simple("$inputs.a#/b == 1"),), {"a": {"b": 1}}, 200, True),
        ((simple("$inputs.a#/c == null"),), {"a": {"b": 1}}, 200, True),
        ((simple("$inputs.a == 1"), simple("$inputs.b == 1")), {"b": 2}, 200, False),
        ((simple("$inputs.a == 1"), simple("$inputs.b == 1")), {"b": 1}, 200, None),
        ((simple("$steps.s.outputs.o == 1"),), {}, 200, None),
        ((simple("$request.header.x == '1'"),), {}, None, None),
        ((regex("$statusCode", "^5"),), {}, 503, True),
        ((regex("$statusCode", "^5"),), {}, None, False),
        ((regex("$inputs.channel", "^(app|pc)$"),), {"channel": "pc"}, None, True),
        ((regex("$inputs.channel", "{$inputs.other}"),), {"channel": "pc"}, None, None),
        ((jsonpath("$response.body", "$.a"),), {}, 200, None),
        ((jsonpath("$response.body", "$.a"),), {}, None, False),
        ((jsonpath("$inputs.list", "$[?@ > 1]"),), {"list": [1, 2]}, None, True),
    ],
)
def test_criteria_are_decided_as_far_as_they_can_be_told(
    criteria: tuple[Criterion, ...],
    inputs: dict[str, JsonValue],
    status: int | None,
    *,
    expected: bool | None,
) -> None:
    assert decide(criteria, inputs=inputs, status=status) is expected


@pytest.mark.parametrize(
    ("criteria", "status", "expected"),
    [
        ((), 200, True),
        ((), 299, True),
        ((), 302, False),
        ((), None, False),
        ((simple("1 == 1"),), None, False),
        ((simple("$statusCode == 404"),), 404, True),
        ((simple("$response.body#/ok"),), 200, None),
    ],
)
def test_the_success_of_a_step_is_decided_by_its_criteria_or_the_status(
    criteria: tuple[Criterion, ...],
    status: int | None,
    *,
    expected: bool | None,
) -> None:
    step = Step("s", None, None, None, (), None, criteria, (), (), {}, None, (), "office", "")

    assert decide_success(step, inputs={}, status=status) is expected


CRITERIA = [
    simple("$statusCode == 200 && $inputs.a == 'x'"),
    simple("$statusCode >= 500 || $response.body#/retry"),
    simple("!($inputs.b == 1) && $response.header.h != null"),
    simple("$inputs.a == null || $steps.s.outputs.o == 2"),
    regex("$statusCode", "^[45]"),
    regex("$inputs.a", "{$inputs.b}"),
    jsonpath("$response.body", "$.list[?@ == 1]"),
    jsonpath("$inputs.b", "$[0]"),
]
NAMED: list[JsonValue] = [None, 1, "x", [1], {"k": 1}]
BODIES: list[JsonValue] = [None, {"retry": True}, {"list": [1]}, {"retry": 0, "list": []}]


@given(
    st.lists(st.sampled_from(CRITERIA), max_size=3),
    st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(NAMED)),
    st.sets(st.sampled_from(["a", "b"])),
    st.sampled_from([200, 404, 503, None]),
    st.sampled_from(BODIES),
)
def test_what_is_decided_early_is_what_a_run_decides(
    criteria: list[Criterion], inputs: dict[str, JsonValue], hidden: set[str], status: int | None, body: JsonValue
) -> None:
    def look(expression: Expression) -> Value:
        values: dict[str, Value] = {
            "inputs": find(inputs.get(expression.name, ABSENT), expression.pointer or ()),
            "statusCode": ABSENT if status is None else status,
            "response": "v" if expression.part == "header" else find(body, expression.pointer or ()),
            "steps": 2,
        }
        return values[expression.root]

    known = {name: value for name, value in inputs.items() if name not in hidden}
    early = decide(tuple(criteria), inputs=known, status=status)
    late = holds(criteria, look, answered=status is not None)

    assert late is not None
    assert early in (None, late)
