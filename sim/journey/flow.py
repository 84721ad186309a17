"""The shape of a workflow: what waits for what, in which order, and what can be reached.

Takes a ``Workflow``, gives its dependencies, order and branches, promises to decide all of it from the document alone,
so that the plan, the replay and the loader cannot differ.

A *branch* of a parallel workflow is a run of steps in which each waits for the one before it alone and no other step
waits for that one; waits that follow from others do not count. ``goto`` stays inside its branch.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sim.journey.expression import ExpressionError
from sim.journey.site import step_sites

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.journey.model import Action, Step, Workflow


def waits_for(workflow: Workflow) -> Mapping[str, tuple[str, ...]]:
    """Return for each step the steps it depends on, by ``dependsOn`` or by an expression, in document order."""
    order = {step.step_id: index for index, step in enumerate(workflow.steps)}
    waits: dict[str, tuple[str, ...]] = {}
    for step in workflow.steps:
        named = {*step.depends_on, *(owner for owner in _owners(step) if owner != step.step_id)}
        waits[step.step_id] = tuple(sorted(named & order.keys(), key=order.__getitem__))
    return waits


def ancestors(waits: Mapping[str, tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """Return for each step every step that comes before it, however far; a step on a cycle comes before itself."""
    found: dict[str, frozenset[str]] = {}
    for step_id in waits:
        seen: set[str] = set()
        waiting = list(waits[step_id])
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += waits.get(name, ())
        found[step_id] = frozenset(seen)
    return found


def find_cycle(edges: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return names that depend on each other in a circle, the first repeated at the end; None where there is none."""
    before = ancestors(edges)
    start = next((name for name in edges if name in before[name]), None)
    if start is None:
        return None
    path = [start]
    while True:
        step = next(name for name in edges[path[-1]] if name == start or start in before.get(name, ()))
        path.append(step)
        if step == start or step in path[:-1]:
            return tuple(path[path.index(step) :])


def execution_order(workflow: Workflow) -> tuple[Step, ...]:
    """Return the steps so that each stands after those it depends on; document order among those that are ready."""
    waits = waits_for(workflow)
    if not any(step.depends_on for step in workflow.steps):
        return workflow.steps
    done: set[str] = set()
    ordered: list[Step] = []
    waiting = list(workflow.steps)
    while waiting:
        ready = next((step for step in waiting if done.issuperset(waits[step.step_id])), None)
        if ready is None:
            return workflow.steps
        waiting.remove(ready)
        done.add(ready.step_id)
        ordered.append(ready)
    return tuple(ordered)


def branches(workflow: Workflow) -> tuple[tuple[str, ...], ...]:
    """Return the branches of a parallel workflow, each in its order, sorted by first step; all steps stand in one."""
    waits = waits_for(workflow)
    before = ancestors(waits)
    nearest = {
        name: [one for one in named if not any(one in before[other] for other in named)]
        for name, named in waits.items()
    }
    after: dict[str, list[str]] = {name: [] for name in waits}
    for name, named in nearest.items():
        for one in named:
            after[one].append(name)
    heads = [name for name, named in nearest.items() if len(named) != 1 or len(after[named[0]]) != 1]
    found: list[tuple[str, ...]] = []
    for head in heads:
        branch = [head]
        while len(after[branch[-1]]) == 1 and len(nearest[after[branch[-1]][0]]) == 1:
            branch.append(after[branch[-1]][0])
        found.append(tuple(branch))
    return tuple(found)


def unreachable(workflow: Workflow) -> tuple[str, ...]:
    """Return the steps that no path through document order (or waits), goto and retry reaches."""
    names = [step.step_id for step in workflow.steps]
    steps = {step.step_id: step for step in workflow.steps}
    waits = waits_for(workflow) if workflow.parallel else {}
    following = {} if workflow.parallel else dict(pairwise(names))
    reached: set[str] = set() if workflow.parallel else set(names[:1])
    passed: set[str] = set()
    grows = True
    while grows:
        size = len(reached) + len(passed)
        reached.update(name for name, named in waits.items() if passed.issuperset(named))
        for name in tuple(reached):
            targets, passes = _exits(steps[name])
            reached.update(targets & steps.keys())
            if passes or (workflow.parallel and targets):
                passed.add(name)
                reached.update({following[name]} if name in following else ())
        grows = len(reached) + len(passed) > size
    return tuple(name for name in names if name not in reached)


def live_actions(actions: tuple[Action, ...]) -> Iterator[Action]:
    """Yield actions up to the first that always ends the search: one without criteria that is no retry."""
    for action in actions:
        yield action
        if not action.criteria and action.kind != "retry":
            return


def _owners(step: Step) -> Iterator[str]:
    for site in step_sites(step):
        try:
            yield from (lookup.expression.owner for lookup in site.lookups() if lookup.expression.root == "steps")
        except ExpressionError:
            continue  # the loader names it; here the step just waits for less


def _exits(step: Step) -> tuple[set[str], bool]:
    """Return the steps that a step's actions lead to, and whether the workflow can go on behind it."""
    success, failure = list(live_actions(step.on_success)), list(live_actions(step.on_failure))
    targets = {action.step_id for action in (*success, *failure) if action.step_id is not None}
    return targets, not success or bool(success[-1].criteria)
