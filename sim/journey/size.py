"""How large a journey may be: steps are few, and workflows that call workflows stay shallow and few when written out.

A Plan writes every called workflow out in full, so ten workflows that each call the next ten times would grow without
bound.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.journey.model import Workflow
    from sim.journey.node import Node

MAX_STEPS: Final = 1_000
MAX_DEPTH: Final = 32
MAX_WRITTEN_OUT: Final = 10_000


class Size(NamedTuple):
    """How deep the calls of a workflow go, and how many steps there are when all are written out."""

    depth: int
    steps: int


def is_small(root: Node, workflows: Mapping[str, Workflow], called: Callable[[Workflow], list[str]]) -> bool:
    """Return whether the workflows of a document are small enough to be looked at; note a fault where they are not.

    Parameters
    ----------
    called : callable
        Gives the workflows that a workflow enters and returns from, one that it enters twice two times.
    """
    own = [workflow for name, workflow in workflows.items() if not name.startswith("$")]
    count = sum(len(workflow.steps) for workflow in own) + len(own)
    if count > MAX_STEPS:
        message = f"the document has {count:,} workflows and steps"
        root.at("/workflows", None).fault(message, f"keep them to {MAX_STEPS:,}; divide the journey")
        return False
    sizes = _sizes({name: (len(workflow.steps), called(workflow)) for name, workflow in workflows.items()})
    for workflow in own:
        depth, steps = sizes.get(workflow.workflow_id, Size(0, 0))
        if depth > MAX_DEPTH or steps > MAX_WRITTEN_OUT:
            message = f"calls workflows {depth} deep" if depth > MAX_DEPTH else "has too many steps when written out"
            remedy = f"keep calls to {MAX_DEPTH} deep and steps to {MAX_WRITTEN_OUT:,} in all"
            root.at(workflow.pointer, None).fault(f"the workflow {workflow.workflow_id} {message}", remedy)
            return False
    return True


def _sizes(workflows: Mapping[str, tuple[int, list[str]]]) -> dict[str, Size]:
    """Return the sizes; none where workflows call each other in a circle, which is a fault of its own."""
    known = {name: [other for other in called if other in workflows] for name, (_, called) in workflows.items()}
    sizes: dict[str, Size] = {}
    try:
        for name in TopologicalSorter(known).static_order():
            below = [sizes[other] for other in known[name]]
            steps = workflows[name][0] + sum(size.steps for size in below)
            sizes[name] = Size(1 + max((size.depth for size in below), default=0), min(steps, 2 * MAX_WRITTEN_OUT))
    except CycleError:
        return {}
    return sizes
