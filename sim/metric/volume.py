"""How much work and waiting there is in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metric.registry import metric

if TYPE_CHECKING:
    from sim.metric.view import View


@metric(
    "work",
    subject="station",
    statistics={"total": "s"},
    over="time inside the window",
    source="busy time, the numerator of utilisation: Gross, Shortle, Thompson and Harris (2018), section 1.4",
    has_bins=True,
)
def work(view: View, statistic: str) -> float | None:  # noqa: ARG001  every metric has this signature
    """Server seconds in use: of people, their working time."""
    return view.station_sum("busy_area")


@metric(
    "waiting_volume",
    subject="station",
    statistics={"total": "s"},
    over="visits that arrived inside the window and were served or left the queue unserved",
    source="sum of the waiting times whose mean is W_q: Gross, Shortle, Thompson and Harris (2018), section 1.4",
    has_bins=True,
)
def waiting_volume(view: View, statistic: str) -> float | None:  # noqa: ARG001  every metric has this signature
    """Time that all visits together waited: of citizens, the time they lose."""
    return view.station_sum("waiting_started") + view.station_sum("waiting_left")
