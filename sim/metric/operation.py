"""What became of calls."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.metric.registry import metric, share

if TYPE_CHECKING:
    from sim.metric.registry import Part
    from sim.metric.view import View

_of_attempts = partial(
    share,
    subject="operation",
    over="executions by journeys that began inside the window",
    source="relative frequency over attempts, retries included",
)


@_of_attempts("time_outs")
def time_outs(view: View) -> Part:
    """Share or number of calls without an answer within their time-out or patience."""
    return view.operation_count("timed_out"), view.operation_count("attempts")


@_of_attempts("retries")
def retries(view: View) -> Part:
    """Repeats of calls that failed, and how many there are to an attempt."""
    return view.operation_count("retries"), view.operation_count("attempts")


@_of_attempts("call_success")
def call_success(view: View) -> Part:
    """Share or number of calls that succeeded."""
    return view.operation_count("succeeded"), view.operation_count("attempts")


@metric(
    "conformance",
    subject="operation",
    statistics={"share": "1", "failed": "count"},
    over="executions, by journeys that began inside the window, of operations that the replay judged",
    source="1 - (refused + breached) / attempts, with the failed shares of the replay",
)
def conformance(view: View, statistic: str) -> float | None:
    """Share of calls that kept the contract editions of both sides, or number of those that did not."""
    judged = view.narrowed(tuple(row for row in view.rows if row in view.replayed.judged))
    attempts = judged.operation_count("attempts")
    failed = judged.operation_count("refused") + judged.operation_count("breached")
    if not attempts:
        return None
    return float(failed) if statistic == "failed" else 1.0 - failed / attempts
