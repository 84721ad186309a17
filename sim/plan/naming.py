"""What the numbers of a log stand for, beside the names of a Layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.bundle.log_table import LogNames
from sim.plan import op
from sim.plan.call import ATTEMPTS
from sim.plan.station import span_of
from sim.plan.stream import streams_of

if TYPE_CHECKING:
    from sim.bundle.record import Layout, OperationKey
    from sim.plan.plan import Plan
    from sim.scenario.model import Scenario


def log_names(scenario: Scenario, plan: Plan, layout: Layout) -> LogNames:
    """Return the names of a Plan's streams and visits; ``scenario`` is what the Plan was compiled from."""
    streams = tuple((one.name, one.line.name, one.division) for one in streams_of(scenario, span_of(scenario)))
    return LogNames(layout, streams, _operations(plan, layout.operations))


def _operations(plan: Plan, keys: tuple[OperationKey, ...]) -> tuple[str, ...]:
    """Return for each visit its operation: that of the attempt counted last before it."""
    found, current = [], ""
    for code, first, second in plan.ops[:, :3].tolist():
        if (code, second) == (op.COUNT, ATTEMPTS):
            current = keys[first].operation
        found.append(current if code in (op.VISIT, op.ENTER) else "")
    return tuple(found)
