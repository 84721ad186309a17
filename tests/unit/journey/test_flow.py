"""The shape of workflows: waits, branches, order, reach."""

import pytest

from sim.journey import branches, waits_for
from sim.journey.flow import find_cycle
from tests.unit.journey.documents import Load


def parallel(*steps: str) -> str:
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"workflows:\n  - workflowId: w\n    x-tongban-parallel: true\n    steps:\n{lines}"


def ping(step_id: str, *after: str) -> str:
    return f"{{stepId: {step_id}, operationId: ping, dependsOn: [{', '.join(after)}], outputs: {{o: $response.body}}}}"


def test_a_step_waits_for_what_it_names_and_for_what_its_expressions_read(load: Load) -> None:
    journey = load(
        parallel(
            ping("c", "b"),
            ping("a"),
            ping("b"),
            "{stepId: d, operationId: listPets, outputs: {x: $url}, "
            "parameters: [{name: limit, in: query, value: $steps.a.outputs.o}]}",
            "{stepId: e, operationId: ping, "
            "successCriteria: [{condition: $steps.d.outputs.x == 1 || $steps.b.outputs.o}]}",
        )
    )

    assert waits_for(journey.main) == {"c": ("b",), "a": (), "b": (), "d": ("a",), "e": ("b", "d")}


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([ping("a"), ping("b", "a"), ping("c", "b")], (("a", "b", "c"),)),
        ([ping("a"), ping("b", "a"), ping("c", "a", "b")], (("a", "b", "c"),)),
        ([ping("a"), ping("b"), ping("c", "a", "b"), ping("d", "c")], (("a",), ("b",), ("c", "d"))),
        ([ping("a"), ping("b", "a"), ping("c", "a"), ping("d", "c")], (("a",), ("b",), ("c", "d"))),
        ([ping("a"), ping("b")], (("a",), ("b",))),
        ([ping("b", "a"), ping("a")], (("a", "b"),)),
    ],
)
def test_branches_are_the_runs_of_steps_between_forks_and_joins(
    load: Load, steps: list[str], expected: tuple[tuple[str, ...], ...]
) -> None:
    assert branches(load(parallel(*steps)).main) == expected


def test_a_goto_inside_a_branch_is_accepted(load: Load) -> None:
    again = "{stepId: b, operationId: ping, dependsOn: [a], onFailure: [{name: g, type: goto, stepId: a}]}"
    journey = load(parallel(ping("a"), again, ping("x")))

    assert branches(journey.main) == (("a", "b"), ("x",))


@pytest.mark.parametrize(
    "actions",
    [
        "onSuccess: [{name: e, type: end, criteria: [{condition: $statusCode == 200}]}]",
        "onSuccess: [{name: e, type: end}], onFailure: [{name: g, type: goto, stepId: b}]",
        "onSuccess: [{name: g, type: goto, stepId: b}]",
        "onSuccess: [{name: e, type: end}], onFailure: [{name: r, type: retry, stepId: b}]",
        "onSuccess: [{name: e, type: end}], onFailure: [{name: r, type: retry}, {name: g, type: goto, stepId: b}]",
    ],
)
def test_a_step_is_reached_by_order_goto_or_retry(load: Load, actions: str) -> None:
    steps = f"[{{stepId: a, operationId: ping, {actions}}}, {{stepId: b, operationId: ping}}]"

    assert len(load(f"workflows: [{{workflowId: w, steps: {steps}}}]").main.steps) == 2


def test_a_cycle_is_told_once_round() -> None:
    edges: dict[str, tuple[str, ...]] = {"x": ("a",), "a": ("b", "c"), "b": (), "c": ("d",), "d": ("a",)}

    assert find_cycle(edges) == ("a", "c", "d", "a")
    assert find_cycle({"a": ("b",), "b": ()}) is None
