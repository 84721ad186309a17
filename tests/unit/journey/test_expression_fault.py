"""Expressions and criteria that refer to nothing, each told at its exact place.

A `§` in a document stands where a fault must be told, and nowhere else; the marks are taken out before it is read.
"""

import pytest

from tests.unit.journey.documents import Check, messages, one_step, step_with, workflow


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$inputs.x y", "'$inputs.x y' is not a runtime expression"),
        ("$response.body#/a", "'$response.body#/a' has no value before the call is made"),
        ("$statusCode", "'$statusCode' has no value before the call is made"),
        ("$request.query.limit", "'$request.query.limit' has no value before the call is made"),
        ("$outputs.a", "'$outputs.a' has no value here"),
        ("$inputs.limits", "the workflow has no input 'limits'"),
        ("$steps.t.outputs.a", "there is no step 't' in this workflow"),
        ("$steps.a.outputs.y", "the step 'a' has no output 'y'"),
        ("$steps.b.outputs.z", "a step cannot use its own outputs before its call"),
        ("$steps.c.outputs.z", "the step 'c' comes later and has no outputs yet"),
        ("$workflows.v.outputs.o", "there is no workflow 'v'"),
        ("$workflows.w.outputs.p", "the workflow 'w' has no output 'p'"),
        ("$workflows.w.inputs.p", "the workflow 'w' has no input 'p'"),
        ("$components.parameters.limit", "'$components.parameters.limit' is not a value"),
        ("$sourceDescriptions.pets.url", "'$sourceDescriptions.pets.url' is not a value"),
        ("$self", "'$self' is not a value"),
        ("$message.payload", "$message is for AsyncAPI, which is not supported"),
        ("a {$inputs.nosuch} b", "the workflow has no input 'nosuch'"),
        ("a {$inputs.limit b", "an embedded expression is not closed"),
    ],
)
def test_an_expression_in_a_parameter_that_refers_to_nothing(check: Check, text: str, message: str) -> None:
    faults = check(
        workflow(
            "inputs: {type: object, properties: {limit: {}}}\n    outputs: {o: $steps.a.outputs.x}",
            "{stepId: a, operationId: ping, outputs: {x: $response.body}}",
            "{stepId: b, operationId: listPets, outputs: {z: $url}, "
            f"parameters: [{{name: limit, in: query, value: §'{text}'}}]}}",
            "{stepId: c, operationId: ping, outputs: {z: $response.body}}",
        )
    )

    assert messages(faults) == [message]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("successCriteria: [{condition: §$steps.t.outputs.o == 1}]", "there is no step 't' in this workflow"),
        ("successCriteria: [{condition: §$statusCode = 1}]", "'= 1' is not part of a condition"),
        (
            "onFailure: [{name: e, type: end, criteria: [{condition: §$steps.x.outputs.y}]}]",
            "there is no step 'x' in this workflow",
        ),
        ("outputs: {a: §$request.path.id}", "the operation 'ping' has no path parameter 'id'"),
        ("outputs: {a: §$response.body.a}", "'$response.body.a' is not a runtime expression"),
        ("successCriteria: [{context: $statusCode, condition: §(, type: regex}]", "the pattern '(' does not compile"),
        ("successCriteria: [{context: $nosuch, condition: §a, type: regex}]", "'$nosuch' is not a runtime expression"),
        ("successCriteria: [{condition: a, type: §xpath, context: $response.body}]", "xpath is not supported"),
        (
            "successCriteria: [{condition: a, type: §glob, context: $response.body}]",
            "there is no criterion type 'glob'",
        ),
        (
            "successCriteria: [{condition: $.a, context: $response.body, type: {type: §xpath, version: xpath-30}}]",
            "xpath is not supported",
        ),
        (
            "successCriteria: [{condition: $.a, context: $response.body, type: {type: jsonpath, version: §draft-9}}]",
            "there is no version 'draft-9' of jsonpath",
        ),
        ("successCriteria: [§{condition: $.a, type: jsonpath}]", "a jsonpath criterion lacks its context"),
        ("successCriteria: [{condition: true, context: §$response.body}]", "a simple condition has no context"),
    ],
)
def test_a_criterion_or_output_that_cannot_be_evaluated(check: Check, fields: str, message: str) -> None:
    found = messages(check(step_with(fields.replace("condition: true", "condition: 'true'"))))

    assert [one for one in found if one == message] == [message]
    assert len(found) == 1


def test_a_step_that_calls_a_workflow_has_no_response(check: Check) -> None:
    faults = check(
        one_step(
            "{stepId: s, workflowId: other, successCriteria: [{condition: §$statusCode == 200}, "
            "{condition: $outputs.o == 1}, {condition: §$outputs.p == 1}]}"
        )
        + "  - {workflowId: other, outputs: {o: $steps.s.outputs.x}, "
        "steps: [{stepId: s, operationId: ping, outputs: {x: $response.body}}]}\n"
    )

    assert messages(faults) == [
        "the step 's' calls a workflow and has no request or response of its own",
        "the workflow 'other' has no output 'p'",
    ]


def test_outputs_of_a_workflow_see_no_response(check: Check) -> None:
    faults = check(workflow("outputs: {a: §$response.body, b: §$outputs.a, c: §plain}"))

    assert messages(faults) == [
        "'$response.body' has no value when a workflow ends",
        "'$outputs.a' has no value here",
        "'plain' is not a runtime expression",
    ]


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        ("{type: object}", True),
        ("{type: object, additionalProperties: false}", False),
        ("{type: object, properties: {a: {}}}", False),
        ("{type: object, properties: {a: {}}, additionalProperties: true}", True),
        ("{type: object, properties: {a: {}}, patternProperties: {x: {}}}", True),
        ("{allOf: [{properties: {a: {}}}, {additionalProperties: false}]}", False),
        ("{allOf: [{properties: {i: {}}}]}", True),
    ],
)
def test_an_unknown_input_is_a_fault_where_the_schema_tells_all(check: Check, schema: str, *, fits: bool) -> None:
    mark = "" if fits else "§"
    faults = check(
        workflow(
            f"inputs: {schema}\n    §dependson: []",
            f"{{stepId: s, operationId: ping, outputs: {{a: {mark}$inputs.i}}}}",
        )
    )

    assert ("the workflow has no input 'i'" in messages(faults)) is not fits
