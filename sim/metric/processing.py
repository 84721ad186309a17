"""How long it takes until an errand is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.metric.registry import metric, quantile_level

if TYPE_CHECKING:
    from sim.metric.view import View

FAILED: Final = "failed"


@metric(
    "processing_time",
    subject="journey",
    statistics={"mean": "s", "p50": "s", "p95": "s"},
    over="journeys that began inside the window and ended, by whatever end of their own; failed ones apart",
    source="Gross, Shortle, Thompson and Harris (2018), Fundamentals of queueing theory, 5th ed., section 1.5: the "
    "sojourn time of those that did not fail",
)
def processing_time(view: View, statistic: str) -> float | None:
    """Time from the arrival of a journey to its end, nights and free days included."""
    level = quantile_level(statistic)
    if level is not None:
        return view.sojourn_quantile(level, but=FAILED)
    ended = view.ended(but=FAILED)
    return view.group_sum("sojourn", but=FAILED) / ended if ended else None
