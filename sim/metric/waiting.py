"""Waiting in queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metric.registry import metric, quantile_level

if TYPE_CHECKING:
    from sim.metric.view import View


@metric(
    "waiting_time",
    subject="station",
    statistics={"mean": "s", "p50": "s", "p95": "s", "p99": "s", "mean_of_all": "s"},
    over="visits that arrived inside the window and were served; mean_of_all: also those that left the queue unserved",
    source="Gross, Shortle, Thompson and Harris (2018), Fundamentals of queueing theory, 5th ed., section 1.5",
    has_bins=True,
)
def waiting_time(view: View, statistic: str) -> float | None:
    """Time from joining a queue to the start of the service."""
    level = quantile_level(statistic)
    if level is not None:
        return view.waiting_quantile(level)
    if statistic == "mean":
        started = view.station_count("started")
        return view.station_sum("waiting_started") / started if started else None
    joined = view.station_count("joined")
    waited = view.station_sum("waiting_started") + view.station_sum("waiting_left")
    return waited / joined if joined else None


@metric(
    "wait_probability",
    subject="station",
    statistics={"share": "1", "share_of_all": "1"},
    over="visits that arrived inside the window and were served; share_of_all: all that joined",
    source="Gross, Shortle, Thompson and Harris (2018), Fundamentals of queueing theory, 5th ed., section 3.3",
    has_bins=True,
)
def wait_probability(view: View, statistic: str) -> float | None:
    """Share of visits that waited at all."""
    started, waited = view.station_count("started"), view.station_count("waited")
    if statistic == "share":
        return waited / started if started else None
    joined = view.station_count("joined")
    return (joined - (started - waited)) / joined if joined else None
