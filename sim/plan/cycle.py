"""Refuses programs that could go round without time passing."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Final

from sim.distribution import DISTRIBUTIONS
from sim.plan import op
from sim.plan import plan as columns
from sim.plan.misfit import MisfitError, misfits

if TYPE_CHECKING:
    from sim.plan.plan import Plan
    from sim.scenario.model import Scenario

INSTANT: Final = 1e-6
"""Shorter times, in seconds, count as none: added to a late instant they may not change it."""
TRIES: Final = 256


def refuse_timeless_cycles(plan: Plan, scenario: Scenario) -> None:
    """Check that every cycle of every program takes time.

    Repeats of RETRY are bounded and so allowed; anything else that comes back to its place must pass a service or a
    deadline that takes time.

    Raises
    ------
    DocumentError
        There is a cycle that takes no time.
    """
    edges = _Edges(plan)
    reached, waiting = set(), [int(entry) for entry in plan.channel_entry]
    graph: dict[int, list[int]] = {}
    while waiting:
        place = waiting.pop()
        if place in reached:
            continue
        reached.add(place)
        timeless, timely = edges.of(place)
        graph[place] = timeless
        waiting += timeless + timely
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names = ", ".join(sorted({op.NAMES[plan.ops[place, 0]] for place in error.args[1]}))
        message = f"a journey can go round in a cycle that takes no time ({names})"
        remedy = "give a service or a wait in the cycle a time above 0, or a way out"
        raise misfits(scenario, [MisfitError((), message, remedy)]) from error


class _Edges:
    """Where control can go from each place, at once or after time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._instant = [_is_instant(plan, law) for law in range(len(plan.law_kind))]
        failing = {int(row[columns.EVENT_STATION]) for row in plan.events if row[columns.EVENT_KIND] == op.FAIL}
        full = {row for row, places in enumerate(plan.stations[:, columns.STATION_QUEUE]) if places < op.UNLIMITED}
        self._refuses = [bool((failing | full) & {int(row) for row in rows}) for rows in plan.target_rows]

    def of(self, place: int) -> tuple[list[int], list[int]]:
        """Return the places that may follow at once, and those that follow after time."""
        plan = self.plan
        code, a, b, c, d, e = plan.ops[place, :6].tolist()
        following = place + 1
        # operands of other instructions are no offsets, and as such could mean the whole table
        table = plan.branch_target[a : a + b].tolist() if code in (op.BRANCH, op.FORK) else []
        if code in (op.VISIT, op.ENTER):
            served, failed = self._instant[c], self._fails_at_once(place)
            ways = [(served, following), (failed, e)]
            return [to for at_once, to in ways if at_once], [to for at_once, to in ways if not at_once]
        if code == op.SCOPE:
            return ([following, a], []) if plan.op_floats[place, 0] < INSTANT else ([following], [a])
        if code == op.RETRY:
            return [following], [b]
        if code == op.SWITCH:
            return [int(target) for target in plan.branch_target[a : a + len(op.STATUS)]], []
        if code == op.FORK:
            reached = [self._ends_at_once(entry) for entry in table]
            joins = [
                (all(op.BACK_DONE in ends for ends in reached), following),
                (any(op.BACK_FAILED in ends for ends in reached), c),
                (any(op.BACK_ENDED in ends for ends in reached), d),
            ]
            return [*table, *(to for at_once, to in joins if at_once)], [to for at_once, to in joins if not at_once]
        edges = {op.JUMP: [a], op.BRANCH: table, op.BACK: [], op.END: []}
        edges |= {op.MEETS: [following, c], op.ONCE: [following, a]}
        return edges.get(code, [following]), []

    def _fails_at_once(self, place: int) -> bool:
        """Whether a visit can be turned away, or lose its patience, as it comes."""
        row: list[int] = self.plan.ops[place].tolist()
        return self._refuses[row[1]] or (row[7] >= 0 and self._instant[row[7]])

    def _ends_at_once(self, entry: int) -> set[int]:
        """Return how a branch can end without time."""
        reached, waiting, ends = set(), [entry], set()
        while waiting:
            place = waiting.pop()
            if place in reached:
                continue
            reached.add(place)
            code, a, b = (int(cell) for cell in self.plan.ops[place, :3])
            timeless, _ = self.of(place)
            if code == op.BACK:
                ends.add(a)
            elif code == op.FORK:
                # the branches of a fork inside this one end for themselves
                inner = {int(target) for target in self.plan.branch_target[a : a + b]}
                timeless = [to for to in timeless if to not in inner]
            waiting += timeless
        return ends


def _is_instant(plan: Plan, law: int) -> bool:
    """Whether a law gives no time worth the name, by the longest of many draws."""
    entry = DISTRIBUTIONS.get(DISTRIBUTIONS.names()[plan.law_kind[law]])
    a, b, c = (float(value) for value in plan.law_scalars[law])
    # a whole-second clock rounds every time above 0 up
    least = 5e-324 if plan.clock > 0.0 else INSTANT
    if entry.is_table:
        return bool(plan.law_table[int(a) : int(a) + int(b)].max() < least)
    return all(entry.sample(a, b, c, (0, 0, k, 0, 0, 0)) < least for k in range(TRIES))
