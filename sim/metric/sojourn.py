"""From the beginning of a journey to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metric.registry import metric, quantile_level

if TYPE_CHECKING:
    from sim.metric.view import View


@metric(
    "sojourn_time",
    subject="journey",
    statistics={"mean": "s", "p50": "s", "p95": "s", "p99": "s", "queueing_mean": "s", "censored": "1"},
    over="journeys that began inside the window and ended, whatever the outcome; censored: share of those that began "
    "and had not ended",
    source="Gross, Shortle, Thompson and Harris (2018), Fundamentals of queueing theory, 5th ed., section 1.5",
)
def sojourn_time(view: View, statistic: str) -> float | None:
    """Time from the arrival of a journey to its end, and what of it was spent in queues."""
    level = quantile_level(statistic)
    if level is not None:
        return view.sojourn_quantile(level)
    if statistic == "censored":
        begun = view.group_count("arrivals")
        return (begun - view.ended()) / begun if begun else None
    ended = view.ended()
    return view.group_sum("sojourn" if statistic == "mean" else "waiting") / ended if ended else None
