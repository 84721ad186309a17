"""Answers that come, whole and in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import walk_check
from sim.conformance.trace import Found
from sim.contract import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.trace import Walk


@walk_check(
    "answered",
    source="Arazzo 1.1.0 (OpenAPI Initiative), Step Object, timeout; RFC 9112, section 8",
    remedy="Answer every request in HTTP/1.1 within the step's `timeout`, with a length or in chunks.",
)
def answered(walk: Walk) -> Iterator[Found]:
    """Ask whether every request is answered in HTTP, whole and within its time."""
    for trace in walk.traces:
        if trace.sender == "system":
            continue
        if trace.failure is None:
            yield Found("pass", trace=trace)
            continue
        expected = f"an answer within {trace.limit:g} s"
        place = f"{walk.journey.document.file}#{walk.steps[trace.step].pointer if trace.step in walk.steps else ''}"
        violation = Violation("status", trace.failure.kind, "", expected, trace.failure.detail, place)
        yield Found("fail", "no answer came that could be taken", violation, trace)
