"""Messages that keep their contract are known at once; everything doubtful is left to the whole judgement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sim.contract import Answer, Reading, Request, gate_of, violations_of_request

if TYPE_CHECKING:
    from sim.contract import Contract, Gate
    from tests.unit.contract.conftest import Loader

TEXT = """\
openapi: 3.1.1
info: {title: Desk, version: '1'}
paths:
  /cases/{no}:
    parameters:
      - {name: no, in: path, required: true, schema: {type: integer, minimum: 1}}
    put:
      operationId: changeCase
      parameters:
        - {name: Key, in: header, required: true, schema: {type: string, minLength: 2}}
        - {name: Trace, in: header, schema: {type: array, items: {type: integer}}}
        - {name: page, in: query, schema: {type: integer}}
      requestBody:
        content:
          application/json:
            schema: {type: object, properties: {id: {type: string, x-checksum: citizen-number}, name: {type: string}}}
          text/plain: {}
      responses:
        '201':
          description: made
          content: {application/json: {schema: {required: [id]}}}
        '200':
          description: ok
          headers: {Count: {schema: {type: integer}}}
          content: {application/json: {}}
    delete:
      operationId: dropCase
      parameters:
        - {name: why, in: query, required: true, schema: {type: string}}
      responses: {'204': {description: gone}}
"""
JSON = ("Content-Type", "application/json")
PUT = Request("PUT", "/cases/7", (), (JSON, ("Key", "k1")), b'{"name":"a"}')


@pytest.fixture
def desk(load: Loader) -> Contract:
    return load(TEXT)


@pytest.fixture
def gate(desk: Contract) -> Gate:
    return gate_of(desk.operations["changeCase"])


def test_what_was_read_of_a_request_that_conforms_is_given(gate: Gate) -> None:
    assert gate.reading(PUT, {"no": "7"}) == Reading({"name": "a"})


def test_a_request_may_do_without_a_body_that_is_not_required(gate: Gate) -> None:
    assert gate.reading(replace(PUT, body=b""), {"no": "7"}) == Reading(None)


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": (JSON,)},
        {"headers": (JSON, ("Key", "k"))},
        {"body": b'{"name":1}'},
        {"body": b'{"name":"a","name":"b"}'},
        {"body": b'{"name":"\\ud800"}'},
        {"body": b'{"name":"a"'},
        {"body": b'{"name":' * 300 + b"1" + b"}" * 300},
        {"body": b'{"id":"640099199208150028"}'},
        {"query": (("page", "x"),)},
        {"query": (("colour", "red"),)},
        {"headers": (("Content-Type", "application/xml"), ("Key", "k1"))},
    ],
)
def test_a_request_that_breaks_the_contract_is_not_let_through(
    desk: Contract, gate: Gate, changes: dict[str, Any]
) -> None:
    request = replace(PUT, **changes)
    assert violations_of_request(desk, desk.operations["changeCase"], request) != ()
    assert gate.reading(request, {"no": "7"}) is None


@pytest.mark.parametrize("no", ["0", "x", "1.5", ""])
def test_a_path_parameter_is_held_against_its_schema(gate: Gate, no: str) -> None:
    assert gate.reading(PUT, {"no": no}) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"query": (("page", "1"),)},
        {"headers": (*PUT.headers, ("Trace", "1,2"))},
        {"headers": (*PUT.headers, ("Other", "a"), ("other", "b"))},
        {"headers": (("Content-Type", "text/plain"), ("Key", "k1")), "body": b"hello"},
    ],
)
def test_what_takes_more_to_be_judged_is_left_to_the_whole_judgement(
    desk: Contract, gate: Gate, changes: dict[str, Any]
) -> None:
    request = replace(PUT, **changes)
    assert violations_of_request(desk, desk.operations["changeCase"], request) == ()
    assert gate.reading(request, {"no": "7"}) is None


def test_a_required_query_parameter_is_left_to_the_whole_judgement(desk: Contract) -> None:
    request = Request("DELETE", "/cases/7", (), (), b"")
    assert gate_of(desk.operations["dropCase"]).reading(request, {"no": "7"}) is None


def test_an_answer_that_conforms_is_known_by_the_value_it_was_written_from(gate: Gate) -> None:
    assert gate.keeps(Answer(201, (JSON,), b'{"id":1}'), {"id": 1})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(201, (JSON,), b"{}"), {}),
        (Answer(201, (), b'{"id":1}'), {"id": 1}),
        (Answer(201, (JSON, JSON), b'{"id":1}'), {"id": 1}),
        (Answer(201, (("Content-Type", "text/json"),), b'{"id":1}'), {"id": 1}),
        (Answer(200, (JSON,), b"{}"), {}),
        (Answer(500, (JSON,), b"{}"), {}),
        (Answer(201, (JSON,), b'{"id":' + b"[" * 300 + b"]" * 300 + b"}"), {"id": []}),
    ],
)
def test_every_other_answer_is_left_to_the_whole_judgement(gate: Gate, answer: Answer, said: Any) -> None:
    assert not gate.keeps(answer, said)
