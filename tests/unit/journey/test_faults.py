"""Every kind of fault of a journey, at its exact place.

A `§` in a document stands where a fault must be told, and nowhere else; the marks are taken out before it is read.
"""

import pytest

from tests.unit.journey.documents import HEAD, Check

OLD_HEAD = HEAD.replace("1.1.0", "1.0.1", 1)
TWO_CONTRACTS = HEAD + "  - {name: zoo, url: pets.openapi.yaml, type: openapi}\n"
OTHER = "  - {workflowId: other, inputs: {type: object, required: [id], properties: {id: {}}}, steps: [{stepId: s, operationId: ping}]}\n"


def one_step(step: str) -> str:
    return f"workflows:\n  - workflowId: w\n    steps:\n      - {step}\n"


def step_with(fields: str) -> str:
    return one_step(f"{{stepId: s, operationId: ping, {fields}}}")


def workflow(fields: str, *steps: str) -> str:
    lines = "".join(f"      - {step}\n" for step in steps or ("{stepId: s, operationId: ping}",))
    return f"workflows:\n  - workflowId: w\n    {fields}\n    steps:\n{lines}"


def messages(faults: list[tuple[str, str, str]]) -> list[str]:
    return [message for _, message, _ in faults]


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
    ("operation", "message", "remedy"),
    [
        ("operationId: §listPet", "there is no operation 'listPet' in 'pets'", "did you mean listPets or getPet"),
        (
            "operationId: §$sourceDescriptions.pets.ping2",
            "there is no operation 'ping2' in 'pets'",
            "did you mean ping",
        ),
        ("operationId: §$sourceDescriptions.pet.ping", "there is no source description 'pet'", "did you mean pets"),
        ("operationId: §$inputs.x", "'$inputs.x' does not name a source description", "$sourceDescriptions"),
        (
            "operationPath: §pets.yaml#/paths/~1ping/get",
            "'pets.yaml#/paths/~1ping/get' is not an operationPath",
            "write",
        ),
        (
            "operationPath: §'{$sourceDescriptions.pets.url}#/paths/~1ping/put'",
            "there is no operation at '/paths/~1ping/put' in 'pets'",
            "did you mean /paths/~1ping/get",
        ),
        (
            "operationPath: §'{$sourceDescriptions.zoo.url}#/paths/~1ping/get'",
            "there is no contract 'zoo' among the sources",
            "known: pets",
        ),
        ("workflowId: §v", "there is no workflow 'v'", "known: w"),
        (
            "workflowId: §$sourceDescriptions.pets.w",
            "the source 'pets' is a contract and has no workflows",
            "operation",
        ),
    ],
)
def test_a_step_that_calls_nothing_known(check: Check, operation: str, message: str, remedy: str) -> None:
    ((_, found, told),) = check(one_step(f"{{stepId: s, {operation}}}"))

    assert found == message
    assert remedy in told


def test_an_operation_id_over_two_contracts_needs_its_source(check: Check) -> None:
    ((_, message, remedy),) = check(one_step("{stepId: s, operationId: §ping}"), head=TWO_CONTRACTS)

    assert message == "the operationId 'ping' names no source, and there are several"
    assert remedy == "write $sourceDescriptions.pets.ping or write $sourceDescriptions.zoo.ping"


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
            "{inputs: {type: object, properties: {limit: {}}}, outputs: {o: $steps.a.outputs.x}}"[1:-1].replace(
                "}, outputs", "}\n    outputs"
            ),
            "{stepId: a, operationId: ping, outputs: {x: $response.body}}",
            f"{{stepId: b, operationId: listPets, parameters: [{{name: limit, in: query, value: §'{text}'}}], outputs: {{z: $url}}}}",
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


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("§{stepId: s, operationId: getPet}", "'getPet' requires the path parameter 'id'"),
        ("§{stepId: s, operationId: createPet}", "the step lacks the requestBody that 'createPet' requires"),
        (
            "{stepId: s, operationId: listPets, parameters: [§{name: limits, in: query, value: 1}]}",
            "the operation 'listPets' has no query parameter 'limits'",
        ),
        (
            "{stepId: s, operationId: listPets, parameters: [§{name: limit, value: 1}]}",
            "the parameter 'limit' lacks its place",
        ),
        (
            "{stepId: s, operationId: listPets, parameters: [{name: limit, in: §body, value: 1}]}",
            "'body' is not a place of a parameter",
        ),
        (
            "{stepId: s, operationId: listPets, parameters: [{name: limit, in: query, value: 1}, §{name: limit, in: query, value: 2}]}",
            "the parameter 'query limit' stands twice, first on line 8",
        ),
        ("{stepId: s, operationId: ping, §requestBody: {payload: 1}}", "the operation 'ping' takes no body"),
        (
            "{stepId: s, operationId: createPet, requestBody: {payload: 1, contentType: §text/plain}}",
            "the operation 'createPet' takes no 'text/plain'",
        ),
        (
            "{stepId: s, operationId: createPet, requestBody: {payload: {}, replacements: [{target: §a, value: 1}]}}",
            "must be a JSON pointer",
        ),
        ("{stepId: s, workflowId: §other}", "the workflow 'other' needs the input 'id'"),
        (
            "{stepId: s, workflowId: other, parameters: [{name: id, value: 1}, §{name: ids, value: 1}]}",
            "the workflow 'other' has no input 'ids'",
        ),
        (
            "{stepId: s, workflowId: other, parameters: [{name: id, value: 1}], §requestBody: {payload: 1}}",
            "a workflow takes inputs, not a body",
        ),
        (
            "{stepId: s, operationId: ping, onFailure: [{name: g, type: goto, workflowId: §other}]}",
            "the workflow 'other' needs the input 'id'",
        ),
        (
            "{stepId: s, operationId: ping, onFailure: [{name: g, type: goto, workflowId: other, "
            "parameters: [{name: id, in: §query, value: 1}]}]}",
            "an input of a workflow has no place",
        ),
    ],
)
def test_a_call_that_gives_too_little_or_too_much(check: Check, fields: str, message: str) -> None:
    assert messages(check(one_step(fields) + OTHER)) == [message]


def test_depends_on_cannot_give_inputs(check: Check) -> None:
    assert messages(check(workflow("dependsOn: [§other]") + OTHER)) == [
        "the workflow 'other' needs the inputs id, which dependsOn cannot give"
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
    "first",
    [
        "{stepId: a, operationId: ping, onSuccess: [{name: e, type: end}]}",
        "{stepId: a, operationId: ping, onSuccess: [{name: g, type: goto, stepId: c}]}",
        "{stepId: a, operationId: ping, onSuccess: [{name: g, type: goto, stepId: c}, {name: h, type: goto, stepId: b}]}",
    ],
)
def test_a_step_that_nothing_leads_to(check: Check, first: str) -> None:
    faults = check(
        workflow(
            "summary: x",
            first,
            "{stepId: §b, operationId: ping, onSuccess: [{name: e, type: end}]}",
            f"{{stepId: {'§' if 'type: end' in first else ''}c, operationId: ping}}",
        )
    )

    assert messages(faults)[0] == "nothing leads to the step 'b'"


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            ["{stepId: a, operationId: ping, dependsOn: §[b]}", "{stepId: b, operationId: ping, dependsOn: [a]}"],
            "the steps a -> b -> a wait for each other",
        ),
        (
            [
                "{stepId: a, operationId: ping, dependsOn: §[b], outputs: {x: $url}}",
                "{stepId: b, operationId: ping, outputs: {y: $steps.a.outputs.x}}",
            ],
            "the steps a -> b -> a need each other's outputs or wait for each other",
        ),
        (["{stepId: a, operationId: ping, dependsOn: [§c]}"], "there is no step 'c' in this workflow"),
        (
            ["{stepId: a, operationId: ping, dependsOn: [§$workflows.v.steps.x]}"],
            "a step can wait for steps of its own workflow alone",
        ),
    ],
)
def test_steps_that_cannot_be_ordered(check: Check, steps: list[str], message: str) -> None:
    assert messages(check(workflow("summary: x", *steps))) == [message]


def test_workflows_that_wait_for_each_other(check: Check) -> None:
    faults = check(
        "workflows:\n"
        "  - {workflowId: a, dependsOn: §[b], steps: [{stepId: s, operationId: ping}]}\n"
        "  - {workflowId: b, dependsOn: [a], steps: [{stepId: s, operationId: ping}]}\n"
    )

    assert messages(faults) == ["the workflows a -> b -> a wait for each other"]


@pytest.mark.parametrize(
    "second",
    [
        "steps: [{stepId: s, workflowId: a}]",
        "dependsOn: [a], steps: [{stepId: s, operationId: ping}]",
        "steps: [{stepId: s, operationId: ping, onFailure: [{name: g, type: goto, workflowId: a}]}]",
        "steps: [{stepId: s, operationId: ping, onFailure: [{name: g, type: retry, workflowId: a}]}]",
    ],
)
def test_workflows_that_call_each_other_without_end(check: Check, second: str) -> None:
    faults = check(
        f"workflows:\n  - {{workflowId: a, steps: [{{stepId: s, workflowId: §b}}]}}\n  - {{workflowId: b, {second}}}\n"
    )

    assert messages(faults) == ["the workflows a -> b -> a call each other without end"]


PARALLEL = "x-tongban-parallel: true"


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("{name: g, type: goto, stepId: §b}", "the step 'b' is not in the branch of 'a': a"),
        ("{name: g, type: retry, stepId: §c}", "the step 'c' is not in the branch of 'a': a"),
        ("{name: g, type: goto, workflowId: §v}", "a goto of a parallel workflow stays inside its branch"),
    ],
)
def test_a_goto_that_leaves_its_branch(check: Check, action: str, message: str) -> None:
    faults = check(
        workflow(
            PARALLEL,
            f"{{stepId: a, operationId: ping, onFailure: [{action}]}}",
            "{stepId: b, operationId: ping}",
            "{stepId: c, operationId: ping, dependsOn: [a, b]}",
        )
        + "  - {workflowId: v, steps: [{stepId: s, operationId: ping}]}\n"
    )

    assert messages(faults) == [message]


def test_a_parallel_step_behind_one_that_always_ends(check: Check) -> None:
    faults = check(
        workflow(
            PARALLEL,
            "{stepId: a, operationId: ping, onSuccess: [{name: e, type: end}]}",
            "{stepId: §b, operationId: ping, dependsOn: [a]}",
        )
    )

    assert messages(faults) == ["nothing leads to the step 'b'"]


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
            "{stepId: b, operationId: ping, outputs: {o: §$respons.body}, onSuccess: [{name: g, type: goto, stepId: §z}]}",
            "§{stepId: c, operationId: getPet, requestBody: §7}",
        )
    )

    assert len(faults) == 7
