"""What became of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metric.registry import metric

if TYPE_CHECKING:
    from sim.metric.view import View

_SOURCE = "relative frequency over attempts, retries included"


def _part(view: View, statistic: str, part: str) -> float | None:
    hit, attempts = view.operation_count(part), view.operation_count("attempts")
    if statistic == "total":
        return float(hit)
    return hit / attempts if attempts else None


@metric(
    "time_outs",
    subject="operation",
    statistics={"share": "1", "total": "count"},
    over="executions by journeys that began inside the window",
    source=_SOURCE,
)
def time_outs(view: View, statistic: str) -> float | None:
    """Share or number of calls without an answer within their time-out or patience."""
    return _part(view, statistic, "timed_out")


@metric(
    "retries",
    subject="operation",
    statistics={"share": "1", "total": "count"},
    over="executions by journeys that began inside the window",
    source=_SOURCE,
)
def retries(view: View, statistic: str) -> float | None:
    """Repeats of calls that failed, and how many there are to an attempt."""
    return _part(view, statistic, "retries")


@metric(
    "call_success",
    subject="operation",
    statistics={"share": "1", "total": "count"},
    over="executions by journeys that began inside the window",
    source=_SOURCE,
)
def call_success(view: View, statistic: str) -> float | None:
    """Share or number of calls that succeeded."""
    return _part(view, statistic, "succeeded")


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
