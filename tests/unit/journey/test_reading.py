"""What a journey reads of a response: a breach elsewhere cannot trip it."""

import pytest

from sim.journey import Read, reads_of
from tests.unit.journey.documents import Load

STATUS = Read("status", "")


def body(pointer: str) -> Read:
    return Read("body", pointer)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("outputs: {}", {STATUS}),
        ("successCriteria: [{condition: $statusCode == 200}]", {STATUS}),
        ("successCriteria: [{condition: $response.body#/a/b == 1}]", {body("/a/b")}),
        ("successCriteria: [{condition: '$response.body.a[0].b == 1'}]", {body("/a/0/b")}),
        ("successCriteria: [{condition: $response.header.X-Rate == '1'}]", {Read("header", "/x-rate")}),
        (
            "successCriteria: [{context: $response.body#/page, condition: '$.pets[?@.id == 1]', type: jsonpath}]",
            {body("/page/pets")},
        ),
        ("successCriteria: [{context: $response.body, condition: a, type: regex}]", {body("")}),
        (
            "onFailure: [{name: e, type: end, criteria: [{condition: $response.body#/code == 'x~y'}]}]",
            {STATUS, body("/code")},
        ),
        ("outputs: {o: $response.body#/a~1b}", {STATUS, body("/a~1b")}),
        ("outputs: {o: $request.body}", {STATUS}),
    ],
)
def test_the_reads_of_a_step(load: Load, fields: str, expected: set[Read]) -> None:
    journey = load(f"workflows: [{{workflowId: w, steps: [{{stepId: s, operationId: ping, {fields}}}]}}]")

    assert reads_of(journey, journey.main, journey.main.steps[0]) == tuple(sorted(expected))


def test_an_output_reads_what_is_read_through_it(load: Load) -> None:
    journey = load(
        """\
workflows:
  - workflowId: w
    outputs: {number: '$steps.a.outputs.all#/number'}
    steps:
      - stepId: a
        operationId: ping
        outputs: {all: $response.body, page: $response.body#/page, unused: $response.body#/u}
      - stepId: b
        operationId: listPets
        parameters: [{name: limit, in: query, value: $steps.a.outputs.page#/limit}]
        successCriteria: [{condition: '$steps.a.outputs.all.items[1].id == 3'}]
"""
    )
    first = journey.main.steps[0]

    assert reads_of(journey, journey.main, first) == (
        body("/items/1/id"),
        body("/number"),
        body("/page/limit"),
        body("/u"),
        STATUS,
    )


def test_an_output_of_a_called_workflow_reads_what_its_callers_read(load: Load) -> None:
    journey = load("""\
workflows:
  - workflowId: w
    steps:
      - {stepId: call, workflowId: inner}
      - stepId: use
        operationId: listPets
        parameters: [{name: limit, in: query, value: $steps.call.outputs.case#/number}]
  - workflowId: inner
    outputs: {case: $steps.s.outputs.all}
    steps: [{stepId: s, operationId: ping, outputs: {all: $response.body}}]
""")
    inner = journey.workflows["inner"]

    assert reads_of(journey, inner, inner.steps[0]) == (body("/number"), STATUS)
