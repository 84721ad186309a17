"""How errands end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import walk_check
from sim.conformance.trace import Found
from sim.contract import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.trace import Walk


@walk_check(
    "end-state",
    source="Arazzo 1.0.1 (OpenAPI Initiative), section 4.6.5, onSuccess and onFailure",
    remedy="Follow the last steps of the errand: an answer there led elsewhere than the journey's criteria expect.",
)
def end_state(walk: Walk) -> Iterator[Found]:
    """Ask whether the errand ends as its journey says, and where it ends against tongban's own mock of the system."""
    execution, expected = walk.execution, walk.expected
    if execution is None or any(trace.failure is not None for trace in walk.traces):
        return  # broken off, or an answer did not come: that says so itself
    last = next((trace for trace in reversed(walk.traces) if trace.sender == "tongban"), None)
    if walk.comes_to_its_end:
        yield Found("pass", trace=last)
        return
    if walk.excuse:
        yield Found("skip", walk.excuse, trace=last)
        return
    at = execution.steps[-1].path if execution.steps else "the first step"
    wanted = expected.outcome if expected is not None else "an end of the journey"
    place = f"{walk.journey.document.file}#{walk.steps[at].pointer if at in walk.steps else ''}"
    if expected is not None and not expected.success and execution.outcome == expected.outcome:
        yield Found("error", f"the errand ends at {at} as {wanted} against tongban's own mock too", trace=last)
        return
    violation = Violation("status", "end-state", "", wanted, execution.outcome, place)
    yield Found("fail", f"the errand ended at {at} as {execution.outcome}", violation, last)
