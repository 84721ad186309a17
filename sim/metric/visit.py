"""How often citizens come in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metric.registry import metric

if TYPE_CHECKING:
    from sim.metric.view import View

_OVER = "journeys with contracts that began inside the window, those under way with what they did so far"


@metric(
    "visits_in_person",
    subject="journey",
    statistics={"mean": "1", "total": "count"},
    over=_OVER,
    source="executions of operations marked x-tongban-visit, over journeys begun",
)
def visits_in_person(view: View, statistic: str) -> float | None:
    """Visits that the citizen makes in person, for each journey and in all."""
    journeys = view.contracted()
    begun = journeys.group_count("arrivals")
    visits = journeys.operations().marked("is_visit").operation_count("attempts")
    if not begun:
        return None
    return float(visits) if statistic == "total" else visits / begun


@metric(
    "fully_online",
    subject="journey",
    statistics={"share": "1", "total": "count"},
    over=_OVER,
    source="1 - journeys with an execution of an operation marked x-tongban-visit, over journeys begun",
)
def fully_online(view: View, statistic: str) -> float | None:
    """Share or number of journeys for which the citizen never comes in person."""
    journeys = view.contracted()
    begun = journeys.group_count("arrivals")
    online = begun - journeys.operations().operation_count("visitors")
    if not begun:
        return None
    return float(online) if statistic == "total" else online / begun


@metric(
    "waiting_in_person",
    subject="journey",
    statistics={"mean": "s", "total": "s"},
    over=_OVER,
    source="time in queues of operations marked x-tongban-visit and of those served where visits are served, with the "
    "calls nested in them, over journeys begun",
)
def waiting_in_person(view: View, statistic: str) -> float | None:
    """Time that the citizen waits on the spot, for each journey and in all."""
    journeys = view.contracted()
    begun = journeys.group_count("arrivals")
    waited = journeys.operations().marked("is_in_person").operation_sum("waiting")
    if not begun:
        return None
    return waited if statistic == "total" else waited / begun
