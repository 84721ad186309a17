"""Faults of shape, of versions and of names, each at its exact place.

A `§` in a document stands where a fault must be told, and nowhere else; the marks are taken out before it is read.
"""

import pytest

from tests.unit.journey.documents import HEAD, Check, messages, one_step, step_with, workflow

OLD_HEAD = HEAD.replace("1.1.0", "1.0.1", 1)


@pytest.mark.parametrize(
    ("workflows", "message"),
    [
        (one_step("§{operationId: ping}"), "lacks the field 'stepId'"),
        (one_step("§{stepId: s}"), "a step lacks what it calls"),
        (
            one_step("{stepId: s, operationId: ping, §workflowId: w}"),
            "a step calls one thing, and has 'operationId' already",
        ),
        (one_step("{stepId: §a.b, operationId: ping}"), "'a.b' is not an id that expressions can name"),
        (one_step("{stepId: s, operationId: §[ping]}"), "must be text, not an array"),
        (one_step("{stepId: s, operationId: §''}"), "must be text, not empty text"),
        (step_with("§operationID: x"), "there is no field 'operationID'"),
        (step_with("§x-tongban-divison: home"), "there is no field 'x-tongban-divison'"),
        (step_with("x-tongban-division: §Home"), "'Home' is not a division register"),
        (step_with("timeout: §-1"), "must be a whole number from 0"),
        (step_with("timeout: §0.5"), "must be a whole number from 0"),
        (step_with("timeout: §true"), "must be a whole number from 0"),
        (
            step_with("channelPath: §x").replace("operationId: ping, ", ""),
            "'channelPath' is for AsyncAPI, which is not supported",
        ),
        (step_with("action: §send"), "'action' is for AsyncAPI, which is not supported"),
        (step_with("successCriteria: §[]"), "must hold at least one criterion"),
        (step_with("successCriteria: §{}"), "must be an array, not an object"),
        (step_with("outputs: §[]"), "must be an object, not an array"),
        (step_with("outputs: {§a b: $statusCode}"), "'a b' is not a name of an output"),
        (step_with("outputs: {a: §3}"), "must be a runtime expression, not a number"),
        (
            step_with("outputs: {a: §{context: $response.body, selector: $.a, type: jsonpath}}"),
            "Selector Objects are not supported",
        ),
        (workflow("§dependson: []"), "there is no field 'dependson'"),
        (workflow("x-tongban-parallel: §yes"), "must be true or false, not text"),
        ("workflows: §[]\n", "must hold at least one workflow"),
        ("workflows: [{workflowId: w, steps: §[]}]\n", "must hold at least one step"),
        ("workflows: §3\n", "must be an array, not a number"),
        ("workflows: [§3]\n", "must be a Workflow Object, not a number"),
    ],
)
def test_a_fault_of_shape(check: Check, workflows: str, message: str) -> None:
    assert messages(check(workflows)) == [message]


@pytest.mark.parametrize(
    ("workflows", "field"),
    [
        (step_with("§timeout: 5"), "timeout"),
        (step_with("§dependsOn: []"), "dependsOn"),
        (step_with("§correlationId: x"), "correlationId"),
        (step_with("§action: send"), "action"),
        (step_with("onFailure: [{name: a, type: end, §parameters: []}]"), "parameters"),
        (step_with("onSuccess: [{name: a, type: end, §parameters: []}]"), "parameters"),
        (
            one_step(
                "{stepId: s, operationId: createPet, requestBody: {payload: {a: 1}, replacements: "
                "[{target: /a, value: 1, §targetSelectorType: jsonpointer}]}}"
            ),
            "targetSelectorType",
        ),
    ],
)
def test_a_field_of_1_1_in_a_1_0_document(check: Check, workflows: str, field: str) -> None:
    found = [message for message in messages(check(workflows, head=OLD_HEAD)) if "came with" in message]

    assert found == [f"the field '{field}' came with Arazzo 1.1"]


def test_other_novelties_of_1_1_in_a_1_0_document(check: Check) -> None:
    faults = check(
        one_step(
            "{stepId: s, operationId: listPets, parameters: [§{name: q, in: §querystring, value: a=1}], "
            "successCriteria: [{context: $response.body, condition: $.a, type: {type: jsonpath, version: §rfc9535}}]}"
        ),
        head=OLD_HEAD.replace("info:", "§$self: errand.arazzo.yaml\ninfo:"),
    )

    assert messages(faults) == [
        "the field '$self' came with Arazzo 1.1",
        "the operation 'listPets' has no querystring parameter 'q'",
        "'querystring' came with Arazzo 1.1",
        "'rfc9535' came with Arazzo 1.1",
    ]


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("{name: a, type: §stop}", "there is no action type 'stop' here"),
        ("§{type: end}", "lacks the field 'name'"),
        ("§{name: a, type: goto}", "a goto lacks its target"),
        ("§{name: a, type: goto, stepId: s, workflowId: w}", "an action has a stepId or a workflowId, not both"),
        ("{name: a, type: goto, stepId: §t}", "there is no step 't' in this workflow"),
        ("{name: a, type: retry, stepId: §t}", "there is no step 't' in this workflow"),
        ("{name: a, type: retry, workflowId: §v}", "there is no workflow 'v'"),
        ("{name: a, type: end, §stepId: s}", "'stepId' has no effect in an action of type end"),
        ("{name: a, type: goto, stepId: s, §retryAfter: 1}", "'retryAfter' has no effect in an action of type goto"),
        ("{name: a, type: retry, retryAfter: §-1}", "must be a number from 0"),
        ("{name: a, type: retry, retryLimit: §1.5}", "must be a whole number from 0"),
        ("{name: a, type: retry, §parameters: []}", "parameters are for a workflow that is entered"),
        ("{name: b, type: end}, §{name: b, type: end}", "the action 'b' stands twice, first on line 8"),
        ("{reference: §$components.failureActions.x}", "there is no '$components.failureActions.x'"),
        ("{reference: §$components.x}", "'$components.x' is not a runtime expression"),
        (
            "{reference: §$components.successActions.x}",
            "'$components.successActions.x' does not name one of the failureActions of the components",
        ),
    ],
)
def test_an_action_that_leads_nowhere(check: Check, action: str, message: str) -> None:
    found = messages(check(step_with(f"onFailure: [{action}]")))

    assert found == [message]


def test_a_success_action_does_not_retry(check: Check) -> None:
    assert messages(check(step_with("onSuccess: [{name: a, type: §retry}]"))) == [
        "there is no action type 'retry' here"
    ]


def test_names_that_stand_twice(check: Check) -> None:
    faults = check(
        "workflows:\n"
        "  - {workflowId: w, steps: [{stepId: s, operationId: ping}, {stepId: §s, operationId: ping}]}\n"
        "  - {workflowId: §w, steps: [{stepId: s, operationId: ping}]}\n"
    )

    assert messages(faults) == [
        "the stepId 's' stands twice, first on line 6",
        "the workflowId 'w' stands twice, first on line 6",
    ]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ("{type: §string}", "inputs are an object"),
        ("§false", "the inputs must be an object schema"),
        ("§{type: object, required: 3}", 'is not a JSON Schema: 3 is not of type "array"'),
        ("{$ref: §'#/components/inputs/x'}", "'#/components/inputs/x' names no schema"),
        ("{$ref: §'#name'}", "'#name' has no JSON pointer after #"),
        ("{$ref: §'https://example.com/x.json'}", "'https://example.com/x.json' is an address; nothing is fetched"),
        ("{$ref: §'../../x.json'}", "'../../x.json' leaves the catalog"),
        ("{properties: {a: {$ref: §'#/workflows/0/inputs/properties/a'}}}", "leads back to itself"),
        ("{$dynamicRef: §'#x'}", "$dynamicRef is not supported in inputs"),
    ],
)
def test_inputs_that_are_no_usable_schema(check: Check, schema: str, message: str) -> None:
    (found,) = messages(check(workflow(f"inputs: {schema}")))

    assert message in found


def test_all_faults_of_a_document_come_together(check: Check) -> None:
    faults = check(
        workflow(
            "§colour: red",
            "{stepId: a, operationId: §pong, timeout: §x}",
            "{stepId: b, operationId: ping, outputs: {o: §$respons}, onSuccess: [{name: g, type: goto, stepId: §z}]}",
            "§{stepId: c, operationId: getPet, §requestBody: §7}",
        )
    )

    assert len(faults) == 8
