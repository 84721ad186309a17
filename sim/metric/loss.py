"""Visits that a station did not serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metric.registry import metric

if TYPE_CHECKING:
    from sim.metric.view import View

_SOURCE = "blocking and abandonment as relative frequencies: Gross, Shortle, Thompson and Harris (2018), section 3.5"


def _part(view: View, statistic: str, part: str, whole: str) -> float | None:
    lost, asked = view.station_count(part), view.station_count(whole)
    if statistic == "total":
        return float(lost)
    return lost / asked if asked else None


@metric(
    "rejections",
    subject="station",
    statistics={"share": "1", "total": "count"},
    over="visits that arrived inside the window",
    source=_SOURCE,
    has_bins=True,
)
def rejections(view: View, statistic: str) -> float | None:
    """Visits refused because the queue was full (429)."""
    return _part(view, statistic, "rejected", "arrivals")


@metric(
    "refusals",
    subject="station",
    statistics={"share": "1", "total": "count"},
    over="visits that arrived inside the window",
    source=_SOURCE,
    has_bins=True,
)
def refusals(view: View, statistic: str) -> float | None:
    """Visits refused because the station was down (503)."""
    return _part(view, statistic, "refused", "arrivals")


@metric(
    "reneging",
    subject="station",
    statistics={"share": "1", "total": "count"},
    over="visits that arrived inside the window and joined",
    source=_SOURCE,
    has_bins=True,
)
def reneging(view: View, statistic: str) -> float | None:
    """Visits that left the queue because patience ran out."""
    return _part(view, statistic, "reneged", "joined")


@metric(
    "outage_losses",
    subject="station",
    statistics={"share": "1", "total": "count"},
    over="visits that arrived inside the window and joined",
    source=_SOURCE,
    has_bins=True,
)
def outage_losses(view: View, statistic: str) -> float | None:
    """Visits thrown out by an outage."""
    return _part(view, statistic, "failed", "joined")


@metric(
    "withdrawals",
    subject="station",
    statistics={"share": "1", "total": "count"},
    over="visits that arrived inside the window and joined",
    source=_SOURCE,
    has_bins=True,
)
def withdrawals(view: View, statistic: str) -> float | None:
    """Visits withdrawn by a deadline or a cancelled branch."""
    return _part(view, statistic, "abandoned", "joined")
