"""Requests and answers held against their operation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sim.contract import Answer, Request, violations_of_answer, violations_of_request

if TYPE_CHECKING:
    from sim.contract import Contract, Violation
    from tests.unit.contract.conftest import Loader

TEXT = """\
openapi: 3.1.1
info: {title: Desk, version: '1'}
paths:
  /cases/{no}:
    parameters:
      - {name: no, in: path, required: true, schema: {type: integer, minimum: 1}}
    get:
      operationId: readCase
      security: [{key: []}]
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: tags, in: query, schema: {type: array, items: {type: string, maxLength: 2}}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
        - {name: X-Trace, in: header, required: true, schema: {type: array, items: {type: integer}}}
        - {name: session, in: cookie, schema: {type: boolean}}
      responses:
        '200':
          description: ok
          headers:
            X-Count: {required: true, schema: {type: integer}}
          content:
            application/json: {schema: {$ref: '#/components/schemas/Case'}}
            text/plain: {schema: {maxLength: 3}}
            application/pdf: {}
            application/zip: {schema: {type: object}}
            image/png: {schema: {type: string, contentMediaType: image/png}}
        '204': {description: nothing}
        4XX:
          description: problem
          content: {application/problem+json: {schema: {required: [title]}}}
    put:
      operationId: changeCase
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Case'}}
          application/x-www-form-urlencoded:
            schema:
              properties: {page: {type: integer}, tag: {type: array, items: {type: integer}}}
              additionalProperties: false
      responses: {'200': {description: ok}}
components:
  securitySchemes: {key: {type: apiKey, in: query, name: api_key}}
  schemas:
    Case:
      required: [no, state, secret]
      allOf: [{$ref: '#/components/schemas/Base'}]
      properties:
        state: {type: string}
        secret: {type: string, writeOnly: true}
      unevaluatedProperties: false
    Base:
      properties: {no: {$ref: '#/components/schemas/No'}}
    No: {type: integer, readOnly: true}
"""
FILE = "contracts/desk.openapi.yaml"
OPERATION = f"{FILE}#/paths/~1cases~1{{no}}/get"


@pytest.fixture
def contract(load: Loader) -> Contract:
    return load(TEXT)


def told(violations: tuple[Violation, ...]) -> list[tuple[str, str, str]]:
    return [(one.part, one.rule, one.pointer) for one in violations]


def get(contract: Contract, path: str = "/cases/7", query: str = "", **headers: str) -> tuple[Violation, ...]:
    pairs = tuple((name, value) for name, _, value in (piece.partition("=") for piece in query.split("&") if piece))
    sent = {"x-trace": "1,2"} | {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request("GET", path, pairs, tuple(sent.items()), b"")
    return violations_of_request(contract, contract.operations["readCase"], request)


def put(contract: Contract, body: bytes, content_type: str | None = "application/json") -> tuple[Violation, ...]:
    headers = (("Content-Type", content_type),) if content_type else ()
    request = Request("PUT", "/cases/7", (), headers, body)
    return violations_of_request(contract, contract.operations["changeCase"], request)


def answer(
    contract: Contract, body: bytes, content_type: str = "application/json", status: int = 200, count: str = "1"
) -> tuple[Violation, ...]:
    headers = (("content-type", content_type), ("x-count", count))
    return violations_of_answer(contract, contract.operations["readCase"], Answer(status, headers, body))


def test_a_request_that_conforms_breaks_nothing(contract: Contract) -> None:
    query = 'page=2&tags=a&tags=b&filter={"a": 1}&api_key=x'

    assert get(contract, query=query, cookie="session=true; other=1", x_other="1") == ()


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("/cases/0", "", [("path", "minimum", "/no")]),
        ("/cases/x", "", [("path", "type", "/no")]),
        ("/cases/7/8", "", [("path", "declared", "")]),
        ("/cases/7", "page=x", [("query", "type", "/page")]),
        ("/cases/7", "page=1&page=2", [("query", "parse", "/page")]),
        ("/cases/7", "tags=a&tags=bcd", [("query", "maxLength", "/tags/1")]),
        ("/cases/7", "filter=[1]", [("query", "type", "/filter")]),
        ("/cases/7", "filter=x", [("query", "parse", "/filter")]),
        ("/cases/7", "pages=1&~/=2", [("query", "declared", "/pages"), ("query", "declared", "/~0~1")]),
    ],
)
def test_a_path_or_query_that_does_not_conform_is_told(
    path: str, query: str, expected: list[tuple[str, str, str]], contract: Contract
) -> None:
    assert told(get(contract, path, query)) == expected


def test_a_missing_or_wrong_header_is_told(contract: Contract) -> None:
    request = Request("GET", "/cases/7", (), (), b"")
    missing = violations_of_request(contract, contract.operations["readCase"], request)

    assert told(missing) == [("header", "required", "/X-Trace")]
    assert missing[0].contract_pointer == f"{OPERATION}/parameters/3"
    assert told(get(contract, x_trace="1, x")) == [("header", "type", "/X-Trace/1")]


def test_a_wrong_cookie_is_told(contract: Contract) -> None:
    assert told(get(contract, cookie="session=maybe")) == [("cookie", "type", "/session")]


def test_a_body_where_none_is_declared_is_told(contract: Contract) -> None:
    request = Request("GET", "/cases/7", (), (("X-Trace", "1"),), b"{}")

    assert told(violations_of_request(contract, contract.operations["readCase"], request)) == [("body", "declared", "")]


def test_another_method_is_told(contract: Contract) -> None:
    request = Request("POST", "/cases/7", (), (("X-Trace", "1"),), b"")

    found = violations_of_request(contract, contract.operations["readCase"], request)

    assert found[0].expected == "GET /cases/{no}"
    assert found[0].received == '"POST /cases/7"'


def test_a_read_only_property_is_not_required_in_a_request(contract: Contract) -> None:
    assert put(contract, b'{"state": "new", "secret": "s"}') == ()
    assert told(put(contract, b'{"no": 1, "state": "new"}')) == [("body", "required", "/secret")]


def test_a_write_only_property_is_not_required_in_an_answer(contract: Contract) -> None:
    assert answer(contract, b'{"no": 1, "state": "new"}') == ()
    assert told(answer(contract, b'{"state": "new"}')) == [("body", "required", "/no")]


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"", "application/json", [("body", "required", "")]),
        (b"{", "application/json", [("body", "parse", "")]),
        (b'{"state": 1, "secret": "s"}', "application/json; charset=utf-8", [("body", "type", "/state")]),
        (b"{}", "application/xml", [("media-type", "declared", "")]),
        (b"{}", None, [("media-type", "declared", "")]),
        (b"page=1&tag=1&tag=2", "application/x-www-form-urlencoded", []),
        (b"page=x&tag=1&tag=y", "application/x-www-form-urlencoded", [
            ("body", "type", "/page"), ("body", "type", "/tag/1")]),
        (b"page=1&page=2", "application/x-www-form-urlencoded", [("body", "parse", "")]),
        (b"pages=1", "application/x-www-form-urlencoded", [("body", "additionalProperties", "/pages")]),
        (b"\xff=1", "application/x-www-form-urlencoded", [("body", "parse", "")]),
    ],
)  # fmt: skip
def test_a_body_that_does_not_conform_is_told(
    body: bytes, content_type: str | None, expected: list[tuple[str, str, str]], contract: Contract
) -> None:
    assert told(put(contract, body, content_type)) == expected


@pytest.mark.parametrize(
    ("body", "content_type", "status", "expected"),
    [
        (b"abc", "text/plain", 200, []),
        (b"abcd", "text/plain", 200, [("body", "maxLength", "")]),
        (b"\xff", "text/plain", 200, [("body", "parse", "")]),
        ("办结".encode("gbk"), "text/plain; charset=GBK", 200, []),
        (b"%PDF", "application/pdf", 200, []),
        (b"\x89PNG", "image/png", 200, []),
        (b"{}", "text/html", 200, [("media-type", "declared", "")]),
        (b"", "application/json", 200, [("body", "required", "")]),
        (b"", "application/json", 204, []),
        (b"{}", "application/json", 204, [("media-type", "declared", "")]),
        (b"{}", "application/problem+json", 404, [("body", "required", "/title")]),
        (b'{"title": "no"}', "application/problem+json", 499, []),
        (b"{}", "application/json", 500, [("status", "declared", "")]),
    ],
)
def test_an_answer_is_held_against_its_status(
    body: bytes, content_type: str, status: int, expected: list[tuple[str, str, str]], contract: Contract
) -> None:
    assert told(answer(contract, body, content_type, status)) == expected


def test_an_undeclared_status_names_those_declared(contract: Contract) -> None:
    found = answer(contract, b"", status=302)[0]

    assert (found.expected, found.received) == ("one of 200, 204, 4XX", "302")
    assert found.contract_pointer == f"{OPERATION}/responses"


def test_a_wrong_or_missing_header_of_an_answer_is_told(contract: Contract) -> None:
    operation = contract.operations["readCase"]
    body = b'{"no": 1, "state": "new"}'
    missing = violations_of_answer(contract, operation, Answer(200, (("Content-Type", "application/json"),), body))

    assert told(missing) == [("header", "required", "/X-Count")]
    assert told(answer(contract, body, count="many")) == [("header", "type", "/X-Count")]


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b" " * (8 * 1024 * 1024 + 1)])
def test_a_body_beyond_the_bounds_is_uncertain_never_a_failure(body: bytes, contract: Contract) -> None:
    assert [(one.rule, one.certain) for one in answer(contract, body)] == [("unevaluated", False)]


def test_a_media_type_that_nobody_reads_is_uncertain(contract: Contract) -> None:
    for content_type in ("application/zip", "text/plain; charset=unicode_escape"):
        found = answer(contract, b"PK", content_type)
        assert [(one.rule, one.certain) for one in found] == [("unevaluated", False)]


def test_bytes_that_are_no_text_never_raise(contract: Contract) -> None:
    odd = "".join(map(chr, range(256))) + "\ud800"

    found = get(contract, "/cases/%ff%00", f"{odd}=1&page={odd}", x_trace=odd, cookie=f"session={odd}")

    assert all((one.received + one.pointer).encode() for one in found)
    assert ("path", "type", "/no") in told(found)


def test_the_same_message_gives_the_same_violations_in_order(contract: Contract) -> None:
    body = json.dumps({"state": 1, "b": 1, "a": 2, "secret": None}).encode()

    first, second = put(contract, body), put(contract, body)

    assert first == second == tuple(sorted(first))
    assert [one.pointer for one in first] == ["/secret", "/state", "/a", "/b"]
