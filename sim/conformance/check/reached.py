"""What the journeys come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import walk_check
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.trace import Walk


@walk_check(
    "reached",
    source="OpenAPI 3.1.1, section 4.8.9; Arazzo 1.0.1, section 4.6.4",
    remedy="Name a journey that calls the operation, or write one.",
)
def reached(walk: Walk) -> Iterator[Found]:
    """Ask whether an errand comes to the operation at all."""
    for trace in walk.traces:
        if trace.sender == "tongban":
            yield Found("pass", trace=trace)
