"""How full stations are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metric.registry import metric

if TYPE_CHECKING:
    from sim.metric.view import View


@metric(
    "utilisation",
    subject="station",
    statistics={"mean": "1"},
    over="scheduled server time inside the window; stations without a number of servers apart",
    source="busy server time over scheduled server time: Law (2015), Simulation modeling and analysis, 5th ed., "
    "section 1.4",
    has_bins=True,
)
def utilisation(view: View, statistic: str) -> float | None:  # noqa: ARG001 - every metric has this signature
    """Share of the servers on duty that are busy; above 1 where services outlast a shift."""
    staffed = view.staffed()
    scheduled = staffed.station_sum("server_area")
    return staffed.station_sum("busy_area") / scheduled if scheduled > 0.0 else None


@metric(
    "queue_length",
    subject="station",
    statistics={"mean": "1"},
    over="time inside the window",
    source="time average: Law (2015), Simulation modeling and analysis, 5th ed., section 1.4",
    has_bins=True,
)
def queue_length(view: View, statistic: str) -> float | None:  # noqa: ARG001 - every metric has this signature
    """Mean number waiting."""
    return view.station_sum("queue_area") / view.span


@metric(
    "number_in_station",
    subject="station",
    statistics={"mean": "1"},
    over="time inside the window",
    source="time average: Law (2015), Simulation modeling and analysis, 5th ed., section 1.4",
    has_bins=True,
)
def number_in_station(view: View, statistic: str) -> float | None:  # noqa: ARG001 - every metric has this signature
    """Mean number waiting or holding a server; of those who share servers, as many as there are servers."""
    return (view.station_sum("queue_area") + view.station_sum("busy_area")) / view.span


@metric(
    "services",
    subject="station",
    statistics={"per_hour": "1/h", "total": "count"},
    over="own services finished inside the window",
    source="definition: count over length of the window",
    has_bins=True,
)
def services(view: View, statistic: str) -> float | None:
    """Services finished, and how many in an hour."""
    total = view.station_count("completed")
    return total / (view.span / 3600.0) if statistic == "per_hour" else float(total)
