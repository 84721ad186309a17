"""Calls that name nothing or give too little or too much, each told at its exact place.

A `§` in a document stands where a fault must be told, and nowhere else; the marks are taken out before it is read.
"""

import pytest

from tests.unit.journey.documents import CONTRACT, HEAD, Check, Load, messages, one_step, workflow

TWO_CONTRACTS = HEAD + "  - {name: zoo, url: pets.openapi.yaml, type: openapi}\n"
OTHER = """\
  - workflowId: other
    inputs: {type: object, required: [id], properties: {id: {}}}
    steps: [{stepId: s, operationId: ping}]
"""


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


WITH_ARAZZO = HEAD + "  - {name: other, url: other.arazzo.yaml, type: arazzo}\n"


@pytest.mark.parametrize(
    ("step", "message", "remedy"),
    [
        (
            "workflowId: §$sourceDescriptions.other.v",
            "there is no workflow 'v' in 'other'",
            "known: $sourceDescriptions.other.w",
        ),
        (
            "operationId: §$sourceDescriptions.other.ping",
            "the source 'other' is an Arazzo document and has no operations",
            "name a workflowId instead",
        ),
        ("workflowId: §$sourceDescriptions", "'$sourceDescriptions' is not a runtime expression", "write"),
    ],
)
def test_a_step_that_calls_nothing_of_another_document(check: Check, step: str, message: str, remedy: str) -> None:
    other = HEAD + one_step("{stepId: s, operationId: ping}")
    ((_, found, told),) = check(
        one_step(f"{{stepId: s, {step}}}"), head=WITH_ARAZZO, files={"other.arazzo.yaml": other}
    )

    assert found == message
    assert remedy in told


def test_an_operation_without_any_contract(check: Check) -> None:
    head = HEAD.replace("{name: pets, url: pets.openapi.yaml, type: openapi}", "{name: o, url: other.arazzo.yaml}")
    other = HEAD + one_step("{stepId: s, operationId: ping}")
    faults = check(one_step("{stepId: s, operationId: §ping}"), head=head, files={"other.arazzo.yaml": other})

    assert messages(faults) == ["no source description is a contract"]


def test_an_operation_that_no_contract_has(check: Check) -> None:
    ((_, message, remedy),) = check(one_step("{stepId: s, operationId: §pong}"), head=TWO_CONTRACTS)

    assert (message, remedy) == ("there is no operation 'pong'", "did you mean $sourceDescriptions.zoo.ping")


@pytest.mark.parametrize(
    ("scheme", "parameter", "fits"),
    [
        ("{type: http, scheme: bearer}", "Authorization", True),
        ("{type: apiKey, in: header, name: X-Key}", "x-key", True),
        ("{type: apiKey, in: header, name: X-Key}", "Authorization", False),
        ("{type: http, scheme: bearer}", "Accept", True),
        ("{type: http, scheme: bearer}", "X-Key", False),
    ],
)
def test_headers_of_security_schemes_need_no_declaration(
    check: Check, load: Load, scheme: str, parameter: str, *, fits: bool
) -> None:
    contract = CONTRACT.replace("security: []", "security: [{s: []}]")
    files = {"pets.openapi.yaml": contract + f"components: {{securitySchemes: {{s: {scheme}}}}}\n"}
    mark = "" if fits else "§"
    workflows = one_step(
        f"{{stepId: s, operationId: ping, parameters: [{mark}{{name: {parameter}, in: header, value: x}}]}}"
    )
    if fits:
        assert load(workflows, files=files).main.steps[0].parameters[0].name == parameter
    else:
        assert messages(check(workflows, files=files)) == [
            f"the operation 'ping' has no header parameter {parameter!r}"
        ]


def test_an_operation_id_over_two_contracts_needs_its_source(check: Check) -> None:
    ((_, message, remedy),) = check(one_step("{stepId: s, operationId: §ping}"), head=TWO_CONTRACTS)

    assert message == "the operationId 'ping' names no source, and there are several"
    assert remedy == "write $sourceDescriptions.pets.ping or write $sourceDescriptions.zoo.ping"


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
            "{stepId: s, operationId: listPets, parameters: "
            "[{name: limit, in: query, value: 1}, §{name: limit, in: query, value: 2}]}",
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
        (
            "{stepId: s, operationId: createPet, requestBody: {payload: {}, replacements: "
            "[{target: $.a, targetSelectorType: §jsonpath, value: 1}]}}",
            "the selector type 'jsonpath' is not supported",
        ),
        (
            "{stepId: s, operationId: createPet, requestBody: {§replacements: [{target: /a, value: 1}]}}",
            "there is no payload to replace in",
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
