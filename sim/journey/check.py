"""The checks of a journey that was read: order, cycles, reach, branches, and through them all expressions and calls.

Takes the root of a document and the workflows built from it, gives the workflows with their steps in execution order
and faults for everything that could never run, promises that a journey without faults can be executed to an end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.journey.call_check import check_calls
from sim.journey.flow import branches, execution_order, find_cycle, unreachable, waits_for
from sim.journey.scope_check import ScopeCheck
from sim.journey.size import is_small

if TYPE_CHECKING:
    from sim.journey.model import Step, Workflow
    from sim.journey.node import Node


def check_workflows(root: Node, workflows: dict[str, Workflow]) -> dict[str, Workflow]:
    """Return the workflows, those of the document itself ordered; note their faults.

    Parameters
    ----------
    root : Node
        The document; workflows of other documents (ids with ``$``) were checked when those were read.
    """
    if not is_small(root, workflows, lambda workflow: [target for target, _ in _call_places(workflow)]):
        return workflows
    checked: dict[str, Workflow] = {}
    for name, workflow in workflows.items():
        own = not name.startswith("$")
        checked[name] = _check_steps(root, workflow) if own else workflow
    for name, workflow in checked.items():
        if not name.startswith("$"):
            ScopeCheck(root, checked, workflow).run()
            check_calls(root, checked, workflow)
    _check_workflow_cycles(root, checked)
    return checked


def _check_steps(root: Node, workflow: Workflow) -> Workflow:
    """Return a workflow with its steps in execution order; note cycles, steps out of reach and strayed gotos."""
    cycle = find_cycle({step.step_id: step.depends_on for step in workflow.steps})
    message = "the steps {} wait for each other"
    if cycle is None and (workflow.parallel or any(step.depends_on for step in workflow.steps)):
        cycle = find_cycle(waits_for(workflow))
        message = "the steps {} need each other's outputs or wait for each other"
    if cycle is not None:
        first = workflow.step(cycle[0])
        place = f"{first.pointer}/dependsOn" if first.depends_on else first.pointer
        root.at(place, None).fault(message.format(" -> ".join(cycle)), "break the circle")
        return workflow
    ordered = workflow if workflow.parallel else replace(workflow, steps=execution_order(workflow))
    known = {step.step_id for step in workflow.steps}
    if any(target not in known for step in workflow.steps for target in _targets(step)):
        return ordered  # a fault already; what it should have led to is not out of reach
    for name in unreachable(ordered):
        root.at(f"{workflow.step(name).pointer}/stepId", None).fault(
            f"nothing leads to the step {name!r}", "remove it, or let a step before it go on or go to it"
        )
    if workflow.parallel:
        _check_branches(root, workflow)
    return ordered


def _targets(step: Step) -> list[str]:
    return [action.step_id for action in (*step.on_success, *step.on_failure) if action.step_id is not None]


def _check_branches(root: Node, workflow: Workflow) -> None:
    branch_of = {name: branch for branch in branches(workflow) for name in branch}
    for step in workflow.steps:
        branch = branch_of[step.step_id]
        for action in (*step.on_success, *step.on_failure):
            if action.kind == "goto" and action.workflow_id is not None:
                root.at(f"{action.pointer}/workflowId", None).fault(
                    "a goto of a parallel workflow stays inside its branch", "call the workflow in a step"
                )
            elif action.step_id is not None and action.step_id not in branch:
                root.at(f"{action.pointer}/stepId", None).fault(
                    f"the step {action.step_id!r} is not in the branch of {step.step_id!r}: {', '.join(branch)}",
                    "go to a step of the same branch, or remove x-tongban-parallel",
                )


def _check_workflow_cycles(root: Node, workflows: dict[str, Workflow]) -> None:
    """Note workflows that wait for each other, and those that call each other without end.

    A circle of ``goto`` alone is a loop, not a nesting, and allowed; the number of steps of a run is bounded.
    """
    cycle = find_cycle({name: workflow.depends_on for name, workflow in workflows.items()})
    if cycle is not None and not cycle[0].startswith("$"):
        place = f"{workflows[cycle[0]].pointer}/dependsOn"
        root.at(place, None).fault(f"the workflows {' -> '.join(cycle)} wait for each other", "break the circle")
        return
    calls = {name: _called(workflow) for name, workflow in workflows.items()}
    leads = {name: (*called, *_gone_to(workflows[name])) for name, called in calls.items()}
    for name, called in calls.items():
        if name.startswith("$"):
            continue
        for target, pointer in _call_places(workflows[name]):
            circle = _path(leads, target, name)
            if target in called and circle is not None:
                shown = " -> ".join((name, *circle))
                root.at(pointer, None).fault(f"the workflows {shown} call each other without end", "break the circle")
                return


def _called(workflow: Workflow) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(target for target, _ in _call_places(workflow)), *workflow.depends_on]))


def _call_places(workflow: Workflow) -> list[tuple[str, str]]:
    """Return the workflows that a workflow enters and returns from, each with the place that names it."""
    places: list[tuple[str, str]] = []
    for step in workflow.steps:
        if step.workflow_id is not None:
            places.append((step.workflow_id, f"{step.pointer}/workflowId"))
        places += [
            (action.workflow_id, f"{action.pointer}/workflowId")
            for action in step.on_failure
            if action.kind == "retry" and action.workflow_id is not None
        ]
    return places


def _gone_to(workflow: Workflow) -> tuple[str, ...]:
    actions = [action for step in workflow.steps for action in (*step.on_success, *step.on_failure)]
    return tuple(action.workflow_id for action in actions if action.kind == "goto" and action.workflow_id is not None)


def _path(edges: dict[str, tuple[str, ...]], start: str, end: str) -> tuple[str, ...] | None:
    """Return a shortest way from one name to another, both included; None where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == end:
            return way
        for name in edges.get(way[-1], ()):
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return None
