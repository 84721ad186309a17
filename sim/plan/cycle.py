"""Refuses programs that could go round without time passing."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from sim.distribution import DISTRIBUTIONS
from sim.plan import op
from sim.plan.misfit import MisfitError, misfits

if TYPE_CHECKING:
    from sim.plan.plan import Plan
    from sim.scenario.model import Scenario


def refuse_timeless_cycles(plan: Plan, scenario: Scenario) -> None:
    """Check that every cycle of every program takes time.

    Repeats of RETRY are bounded and so allowed; anything else that comes back to its place must pass a service or a
    deadline longer than 0.

    Raises
    ------
    DocumentError
        There is a cycle that takes no time.
    """
    reached, waiting = set(), [int(entry) for entry in plan.channel_entry]
    graph: dict[int, list[int]] = {}
    while waiting:
        place = waiting.pop()
        if place in reached:
            continue
        reached.add(place)
        timeless, timely = _edges(plan, place)
        graph[place] = timeless
        waiting += timeless + timely
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names = ", ".join(sorted({op.NAMES[plan.ops[place, 0]] for place in error.args[1]}))
        message = f"a journey can go round in a cycle that takes no time ({names})"
        remedy = "give a service or a wait in the cycle a time above 0, or a way out"
        raise misfits(scenario, [MisfitError((), message, remedy)]) from error


def _edges(plan: Plan, place: int) -> tuple[list[int], list[int]]:
    """Return the places that may follow at once, and those that follow after time."""
    code, a, b, c, d, e = (int(cell) for cell in plan.ops[place, :6])
    following = place + 1
    table = [int(target) for target in plan.branch_target[a : a + b]]
    if code in (op.VISIT, op.ENTER):
        return ([e, following], []) if _is_instant(plan, c) else ([e], [following])
    if code == op.SCOPE:
        return ([following, a], []) if plan.op_floats[place, 0] == 0.0 else ([following], [a])
    if code == op.RETRY:
        return [following], [b]
    if code == op.SWITCH:
        return [int(target) for target in plan.branch_target[a : a + len(op.STATUS)]], []
    edges = {
        op.JUMP: [a],
        op.BRANCH: table,
        op.FORK: [*table, following, c, d],
        op.BACK: [],
        op.END: [],
    }
    return edges.get(code, [following]), []


def _is_instant(plan: Plan, law: int) -> bool:
    name = DISTRIBUTIONS.names()[plan.law_kind[law]]
    return name == "deterministic" and float(plan.law_scalars[law, 0]) == 0.0
