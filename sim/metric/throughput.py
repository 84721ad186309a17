"""Journeys begun, ended and still on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metric.registry import metric

if TYPE_CHECKING:
    from sim.metric.view import View

HOUR = 3600.0


@metric(
    "throughput",
    subject="journey",
    statistics={"per_hour": "1/h", "total": "count"},
    over="journeys that ended inside the window, whenever they began",
    source="definition: count over length of the window",
    has_bins=True,
)
def throughput(view: View, statistic: str) -> float | None:
    """Journeys that ended, and how many in an hour."""
    total = view.group_count("finished")
    return total / (view.span / HOUR) if statistic == "per_hour" else float(total)


@metric(
    "demand",
    subject="journey",
    statistics={"per_hour": "1/h", "total": "count"},
    over="journeys that began inside the window",
    source="definition: count over length of the window",
    has_bins=True,
)
def demand(view: View, statistic: str) -> float | None:
    """Journeys that began, and how many in an hour."""
    total = view.group_count("arrivals")
    return total / (view.span / HOUR) if statistic == "per_hour" else float(total)


@metric(
    "endings",
    subject="journey",
    statistics={"completed": "count", "failed": "count", "other": "count", "in_flight": "count"},
    over="journeys that began inside the window",
    source="conservation: begun = completed + failed + other ends + in flight",
)
def endings(view: View, statistic: str) -> float | None:
    """How journeys ended: completed, failed, by an end of their own, or not yet."""
    if statistic in ("completed", "failed"):
        return float(view.ended(statistic))
    if statistic == "other":
        return float(view.ended() - view.ended("completed") - view.ended("failed"))
    return float(view.group_count("arrivals") - view.ended())
