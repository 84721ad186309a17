"""Parameter styles against the table of OpenAPI 3.1.1, section 4.8.12.6 (Style Examples)."""

from __future__ import annotations

from typing import Literal

import pytest

from sim.contract.model import Parameter, Schema
from sim.contract.parameter import ParameterTextError, parameter_value, query_value
from sim.contract.validator import PlacedSchema, Validators

COLOURS: list[object] = ["blue", "black", "brown"]
CHANNELS: dict[str, object] = {"R": 100, "G": 200, "B": 150}
SCHEMAS: dict[str, dict[str, object]] = {
    "string": {"type": "string"},
    "array": {"type": "array", "items": {"type": "string"}},
    "object": {"type": "object", "additionalProperties": {"type": "integer"}},
    "closed": {"type": "object", "properties": {name: {"type": "integer"} for name in "RGB"}},
}
EXPECTED = {"string": "blue", "array": COLOURS, "object": CHANNELS, "closed": CHANNELS}


def colour(
    style: str, kind: str, *, explode: bool, location: Literal["path", "query", "header", "cookie"]
) -> Parameter:
    validators = Validators()
    value = {"a": SCHEMAS[kind]}
    validators.publish({"plain": {"catalog:/a": value}}, {"catalog:/a": value})  # type: ignore[dict-item]  # JSON values
    schema: Schema = PlacedSchema("catalog:/a", "/a", SCHEMAS[kind], validators)  # type: ignore[arg-type]  # a JSON value
    return Parameter(
        "color", location, required=True, schema=schema, style=style, explode=explode, content_type=None, pointer=""
    )


@pytest.mark.parametrize(
    ("style", "explode", "kind", "text"),
    [
        ("matrix", False, "string", ";color=blue"),
        ("matrix", False, "array", ";color=blue,black,brown"),
        ("matrix", False, "object", ";color=R,100,G,200,B,150"),
        ("matrix", True, "string", ";color=blue"),
        ("matrix", True, "array", ";color=blue;color=black;color=brown"),
        ("matrix", True, "object", ";R=100;G=200;B=150"),
        ("label", False, "string", ".blue"),
        ("label", False, "array", ".blue,black,brown"),
        ("label", False, "object", ".R,100,G,200,B,150"),
        ("label", True, "string", ".blue"),
        ("label", True, "array", ".blue.black.brown"),
        ("label", True, "object", ".R=100.G=200.B=150"),
        ("simple", False, "string", "blue"),
        ("simple", False, "array", "blue,black,brown"),
        ("simple", False, "object", "R,100,G,200,B,150"),
        ("simple", True, "string", "blue"),
        ("simple", True, "array", "blue,black,brown"),
        ("simple", True, "object", "R=100,G=200,B=150"),
    ],
)
def test_a_path_parameter_is_read_by_its_style(style: str, text: str, kind: str, *, explode: bool) -> None:
    parameter = colour(style, kind, explode=explode, location="path")

    assert parameter_value(parameter, text, encoded=True) == EXPECTED[kind]


@pytest.mark.parametrize(
    ("style", "explode", "kind", "query"),
    [
        ("form", False, "string", [("color", "blue")]),
        ("form", False, "array", [("color", "blue,black,brown")]),
        ("form", False, "object", [("color", "R,100,G,200,B,150")]),
        ("form", True, "string", [("color", "blue")]),
        ("form", True, "array", [("color", "blue"), ("color", "black"), ("color", "brown")]),
        ("form", True, "object", [("R", "100"), ("G", "200"), ("B", "150")]),
        ("form", True, "closed", [("R", "100"), ("other", "1"), ("G", "200"), ("B", "150")]),
        ("spaceDelimited", False, "array", [("color", "blue black brown")]),
        ("spaceDelimited", False, "object", [("color", "R 100 G 200 B 150")]),
        ("pipeDelimited", False, "array", [("color", "blue|black|brown")]),
        ("pipeDelimited", False, "object", [("color", "R|100|G|200|B|150")]),
        ("deepObject", True, "object", [("color[R]", "100"), ("x", "1"), ("color[G]", "200"), ("color[B]", "150")]),
    ],
)
def test_a_query_parameter_is_read_by_its_style(
    style: str, kind: str, query: list[tuple[str, str]], *, explode: bool
) -> None:
    parameter = colour(style, kind, explode=explode, location="query")

    assert query_value(parameter, query, {"x"}) == [EXPECTED[kind]]


def test_a_query_parameter_that_is_not_there_has_no_value() -> None:
    for kind in ("string", "array", "object"):
        for explode in (True, False):
            assert query_value(colour("form", kind, explode=explode, location="query"), [], set()) == []
    assert query_value(colour("deepObject", "object", explode=True, location="query"), [("color", "1")], set()) == []


def test_a_header_is_read_with_spaces_around_its_commas() -> None:
    parameter = colour("simple", "array", explode=False, location="header")

    assert parameter_value(parameter, "blue, black ,brown", encoded=False) == COLOURS


def test_pieces_are_decoded_after_they_are_cut() -> None:
    parameter = colour("simple", "array", explode=False, location="path")

    assert parameter_value(parameter, "a%2Cb,%E7%94%B2", encoded=True) == ["a,b", "甲"]


@pytest.mark.parametrize(
    ("style", "explode", "kind", "text"),
    [
        ("label", False, "string", "blue"),
        ("matrix", False, "string", "blue"),
        ("matrix", False, "string", ";colour=blue"),
        ("matrix", False, "array", ";color=blue;color=black"),
        ("matrix", True, "object", ";R"),
        ("simple", False, "object", "R,100,G"),
        ("simple", True, "object", "R=100,G"),
    ],
)
def test_a_text_of_another_style_is_told(style: str, text: str, kind: str, *, explode: bool) -> None:
    with pytest.raises(ParameterTextError):
        parameter_value(colour(style, kind, explode=explode, location="path"), text, encoded=True)


def test_one_value_given_twice_is_told() -> None:
    parameter = colour("form", "string", explode=True, location="query")

    with pytest.raises(ParameterTextError, match="2 values"):
        query_value(parameter, [("color", "blue"), ("color", "black")], set())
