"""What citizens have to hand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metric.registry import metric

if TYPE_CHECKING:
    from sim.metric.view import View


@metric(
    "materials_submitted",
    subject="journey",
    statistics={"mean": "1", "total": "count"},
    over="journeys with contracts that began inside the window, those under way with what they did so far; none where "
    "an execution takes materials that the replay never handed in by that channel",
    source="successful executions of operations with x-tongban-materials times the mean number of their entries in "
    "the replay, certificates reused from the network apart, over journeys begun",
)
def materials_submitted(view: View, statistic: str) -> float | None:
    """Materials that the citizen hands in, for each journey and in all."""
    journeys = view.contracted()
    begun = journeys.group_count("arrivals")
    if not begun:
        return None
    total = 0.0
    for row in journeys.operations().marked("has_materials").rows:
        executions = view.narrowed((row,)).operation_count("succeeded")
        if executions:
            if row not in view.replayed.materials:
                return None
            total += executions * view.replayed.materials[row]
    return total if statistic == "total" else total / begun
