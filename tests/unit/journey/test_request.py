"""Requests: parameters by their style, bodies by their media type."""

import pytest

from sim.contract.model import MediaType, Operation, Parameter, RequestBody
from sim.document import JsonValue
from sim.journey.model import Parameter as StepParameter
from sim.journey.model import Replacement, Step
from sim.journey.model import RequestBody as StepBody
from sim.journey.request import prepare
from sim.journey.scope import Exchange, Scope

INPUTS: dict[str, JsonValue] = {
    "text": "a/b c",
    "chinese": "姓名",
    "n": 7,
    "yes": True,
    "list": ["x", "y z", 3],
    "object": {"k": "v", "n": 1},
    "nothing": None,
    "deep": {"list": [1, {"x": "y"}]},
}


def declared(name: str, location: str, style: str, *, explode: bool = False, content: str | None = None) -> Parameter:
    return Parameter(name, location, False, None, style, explode, content, "")  # type: ignore[arg-type]  # noqa: FBT003  # a row of a table


def prepared(
    *,
    path: str = "/x",
    parameters: tuple[Parameter, ...] = (),
    given: dict[str, JsonValue] | None = None,
    body: StepBody | None = None,
    content: tuple[str, ...] = ("application/json",),
) -> Exchange:
    values = given or {}
    media = {name: MediaType(name, None, {}, "") for name in content}
    request_body = RequestBody(required=True, content=media, pointer="")
    operation = Operation("c", "o", "POST", path, "", parameters, request_body, {}, (), None, "")
    places = {one.name: one.location for one in parameters}
    step_parameters = tuple(StepParameter(name, places.get(name, "query"), value, "") for name, value in values.items())
    step = Step("s", None, operation, None, step_parameters, body, (), (), (), {}, None, (), "office", "")
    return prepare(step, operation, Scope(INPUTS, {}))


@pytest.mark.parametrize(
    ("value", "explode", "expected"),
    [
        ("$inputs.text", False, "/p/a%2Fb%20c"),
        ("$inputs.chinese", False, "/p/%E5%A7%93%E5%90%8D"),
        ("$inputs.n", False, "/p/7"),
        ("$inputs.yes", False, "/p/true"),
        ("$inputs.list", False, "/p/x,y%20z,3"),
        ("$inputs.object", False, "/p/k,v,n,1"),
        ("$inputs.object", True, "/p/k=v,n=1"),
        ("no-{$inputs.n}", False, "/p/no-7"),
        ("..", False, "/p/.."),
    ],
)
def test_a_path_parameter_is_simple_and_percent_encoded(value: str, *, explode: bool, expected: str) -> None:
    exchange = prepared(
        path="/p/{id}", parameters=(declared("id", "path", "simple", explode=explode),), given={"id": value}
    )

    assert exchange.request is not None
    assert exchange.request.path == expected


@pytest.mark.parametrize("value", ["$inputs.gone", "$inputs.nothing", ""])
def test_a_call_whose_path_lacks_a_value_has_no_request(value: str) -> None:
    exchange = prepared(path="/p/{id}", parameters=(declared("id", "path", "simple"),), given={"id": value})

    assert exchange.request is None


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("form", True, "$inputs.text", [("q", "a/b c")]),
        ("form", True, "$inputs.list", [("q", "x"), ("q", "y z"), ("q", "3")]),
        ("form", False, "$inputs.list", [("q", "x,y z,3")]),
        ("spaceDelimited", False, "$inputs.list", [("q", "x y z 3")]),
        ("pipeDelimited", False, "$inputs.list", [("q", "x|y z|3")]),
        ("form", True, "$inputs.object", [("k", "v"), ("n", "1")]),
        ("form", False, "$inputs.object", [("q", "k,v,n,1")]),
        ("deepObject", True, "$inputs.object", [("q[k]", "v"), ("q[n]", "1")]),
        ("form", True, "$inputs.gone", []),
        ("form", True, "$inputs.nothing", []),
        ("form", False, [], []),
    ],
)
def test_a_query_parameter_follows_its_style(
    style: str,
    value: JsonValue,
    *,
    explode: bool,
    expected: list[tuple[str, str]],
) -> None:
    exchange = prepared(parameters=(declared("q", "query", style, explode=explode),), given={"q": value})

    assert exchange.request is not None
    assert list(exchange.request.query) == expected


def test_a_parameter_with_content_is_json() -> None:
    exchange = prepared(
        parameters=(declared("q", "query", "form", content="application/json"),), given={"q": "$inputs.object"}
    )

    assert exchange.request is not None
    assert exchange.request.query == (("q", '{"k": "v", "n": 1}'),)


def test_headers_and_cookies_are_sent() -> None:
    parameters = (
        declared("X-Trace", "header", "simple"),
        declared("a", "cookie", "form"),
        declared("b", "cookie", "form"),
    )
    exchange = prepared(parameters=parameters, given={"X-Trace": "$inputs.list", "a": "1", "b": "$inputs.n"})

    assert exchange.request is not None
    assert exchange.request.headers == (("X-Trace", "x,y z,3"), ("Cookie", "a=1; b=7"))
    assert exchange.parameters["header", "x-trace"] == ["x", "y z", 3]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ({"name": "$inputs.chinese", "n": "$inputs.n", "t": "no {$inputs.n}"}, '{"name":"姓名","n":7,"t":"no 7"}'),
        ({"a": "$inputs.gone", "b": ["$inputs.gone", 1]}, '{"b":[null,1]}'),
        ({"a": "$inputs.nothing"}, '{"a":null}'),
        ("$inputs.text", '"a/b c"'),
        ("$inputs.object", '{"k":"v","n":1}'),
        ('{"n": {$inputs.n}, "l": {$inputs.list}}', '{"n": 7, "l": ["x","y z",3]}'),
        (None, "null"),
        ("$inputs.gone", ""),
    ],
)
def test_a_json_body_has_its_expressions_replaced(payload: JsonValue, expected: str) -> None:
    exchange = prepared(body=StepBody(None, payload, (), ""))

    assert exchange.request is not None
    assert exchange.request.body.decode() == expected
    assert exchange.request.headers == (("Content-Type", "application/json"),)


@pytest.mark.parametrize(
    ("content_type", "payload", "expected"),
    [
        ("application/x-www-form-urlencoded", {"a": "x y", "l": [1, 2]}, "a=x+y&l=1&l=2"),
        ("application/x-www-form-urlencoded", "a={$inputs.n}", "a=7"),
        ("text/plain", "n is {$inputs.n}", "n is 7"),
        ("text/plain", "$inputs.object", '{"k":"v","n":1}'),
    ],
)
def test_other_bodies_follow_their_media_type(content_type: str, payload: JsonValue, expected: str) -> None:
    exchange = prepared(body=StepBody(content_type, payload, (), ""), content=(content_type,))

    assert exchange.request is not None
    assert (exchange.request.body.decode(), exchange.request.headers) == (expected, (("Content-Type", content_type),))


def test_replacements_are_set_in_a_copy_of_the_payload() -> None:
    replacements = (
        Replacement("/list/0", "$inputs.n"),
        Replacement("/list/-", "end"),
        Replacement("/new", {"a": "$inputs.yes"}),
        Replacement("/gone/x", 1),
    )
    exchange = prepared(body=StepBody(None, "$inputs.deep", replacements, ""))

    assert exchange.payload == {"list": [7, {"x": "y"}, "end"], "new": {"a": True}}
    assert INPUTS["deep"] == {"list": [1, {"x": "y"}]}


def test_replacements_reach_into_json_text() -> None:
    exchange = prepared(body=StepBody(None, '{"a": 1}', (Replacement("/a", 2),), ""))

    assert exchange.request is not None
    assert exchange.request.body == b'{"a":2}'
