"""Faults of order and reach, each at its exact place.

A `§` in a document stands where a fault must be told, and nowhere else; the marks are taken out before it is read.
"""

import pytest

from tests.unit.journey.documents import Check, messages, workflow


@pytest.mark.parametrize(
    "first",
    [
        "{stepId: a, operationId: ping, onSuccess: [{name: e, type: end}]}",
        "{stepId: a, operationId: ping, onSuccess: [{name: g, type: goto, stepId: c}]}",
        "{stepId: a, operationId: ping, onSuccess: "
        "[{name: g, type: goto, stepId: c}, {name: h, type: goto, stepId: b}]}",
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
