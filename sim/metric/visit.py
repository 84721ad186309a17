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
    visits = journeys.operations().marked("is_visit").operation_count("attempts")
    return _told(journeys, statistic, visits)


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
    online = journeys.group_count("arrivals") - journeys.operations().operation_count("visitors")
    return _told(journeys, statistic, online)


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
    return _told(journeys, statistic, journeys.operations().marked("is_in_person").operation_sum("waiting"))


def _told(journeys: View, statistic: str, total: float) -> float | None:
    """Return a total, or what of it falls to each journey begun; None when none began."""
    begun = journeys.group_count("arrivals")
    if not begun:
        return None
    return float(total) if statistic == "total" else total / begun
