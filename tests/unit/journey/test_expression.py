"""Runtime expressions: the grammar of Arazzo 1.1.0, section 5.9, rule by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.journey.expression import (
    Expression,
    ExpressionError,
    expressions_of,
    is_expression,
    parse_expression,
    parse_pointer,
    parse_template,
)


@pytest.mark.parametrize(
    ("text", "root", "part", "owner", "name", "pointer"),
    [
        ("$url", "url", "", "", "", None),
        ("$method", "method", "", "", "", None),
        ("$statusCode", "statusCode", "", "", "", None),
        ("$self", "self", "", "", "", None),
        ("$request.header.accept", "request", "header", "", "accept", None),
        ("$request.query.a b[]", "request", "query", "", "a b[]", None),
        ("$request.path.case_no", "request", "path", "", "case_no", None),
        ("$request.body", "request", "body", "", "", None),
        ("$request.body#", "request", "body", "", "", ()),
        ("$request.body#/user/uuid", "request", "body", "", "", ("user", "uuid")),
        ("$response.header.X-Rate-Limit", "response", "header", "", "X-Rate-Limit", None),
        ("$response.header.!#$%&'*+.^_`|~", "response", "header", "", "!#$%&'*+.^_`|~", None),
        ("$response.body#/a~1b/m~0n/", "response", "body", "", "", ("a/b", "m~n", "")),
        ("$response.body#/items/0/id", "response", "body", "", "", ("items", "0", "id")),
        ("$response.body#/a b.c", "response", "body", "", "", ("a b.c",)),
        ("$message.payload#/id", "message", "payload", "", "", ("id",)),
        ("$message.header.id", "message", "header", "", "id", None),
        ("$inputs.citizen-number", "inputs", "", "", "citizen-number", None),
        ("$inputs.a.b_c#/0", "inputs", "", "", "a.b_c", ("0",)),
        ("$outputs.case#/no", "outputs", "", "", "case", ("no",)),
        ("$steps.apply-1.outputs.case.no#/x", "steps", "outputs", "apply-1", "case.no", ("x",)),
        ("$workflows.w.inputs.i", "workflows", "inputs", "w", "i", None),
        ("$workflows.w_2.outputs.o#/p", "workflows", "outputs", "w_2", "o", ("p",)),
        ("$sourceDescriptions.pets.list.all", "sourceDescriptions", "", "pets", "list.all", None),
        ("$components.parameters.page", "components", "parameters", "", "page", None),
        ("$components.failureActions.x", "components", "failureActions", "", "x", None),
    ],
)
def test_an_expression_is_parsed_by_its_rule(
    text: str, root: str, part: str, owner: str, name: str, pointer: tuple[str, ...] | None
) -> None:
    found = parse_expression(text)

    assert (found.text, found.root, found.part, found.owner, found.name, found.pointer) == (
        text,
        root,
        part,
        owner,
        name,
        pointer,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$",
        "url",
        "$urls",
        "$url.x",
        "$statuscode",
        "$statusCode ",
        "$input.x",
        "$inputs",
        "$inputs.",
        "$inputs.a b",
        "$inputs.a#b",
        "$inputs.a#/~2",
        "$request.headers.x",
        "$request.header.",
        "$request.header.a b",
        "$request.payload",
        "$response.body.x",
        "$response.body#x",
        "$response.body#/{x}",
        "$response.query.x",
        "$message.body",
        "$steps.a.b.outputs.c",
        "$steps.a.inputs.b",
        "$steps.a.outputs",
        "$workflows.a.steps.b",
        "$sourceDescriptions.pets",
        "$sourceDescriptions.p ets.x",
        "$components.inputs.x",
        "$components.parameters",
    ],
)
def test_a_text_beside_the_grammar_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)

    assert caught.value.remedy


def test_an_expression_of_five_thousand_characters_is_refused() -> None:
    with pytest.raises(ExpressionError, match="longer than 4096"):
        parse_expression("$inputs." + "a" * 5000)


def test_embedded_expressions_are_told_from_the_text_around_them() -> None:
    template = parse_template("https://{$inputs.host}/{$steps.a.outputs.id}/state")

    assert [part if isinstance(part, str) else part.text for part in template] == [
        "https://",
        "$inputs.host",
        "/",
        "$steps.a.outputs.id",
        "/state",
    ]


def test_braces_without_a_dollar_are_literal() -> None:
    assert parse_template('{"a": {"b": [1]}}') == ('{"a": {"b": [1]}}',)


@pytest.mark.parametrize("text", ["{$inputs.a", "x{$inputs.a{y}}"])
def test_an_embedded_expression_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="not closed"):
        parse_template(text)


def test_a_sum_of_money_is_no_expression() -> None:
    assert not is_expression("$5")
    assert expressions_of("$5 or {$inputs.fee}") == (Expression("$inputs.fee", "inputs", name="fee"),)


def test_a_pointer_without_slash_is_none() -> None:
    assert (parse_pointer(""), parse_pointer("/"), parse_pointer("a")) == ((), ("",), None)


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for parse in (parse_expression, parse_template):
        try:
            parse(text)
        except ExpressionError as error:
            assert error.remedy  # noqa: PT017  # most texts are refused: raising is not what is tested
