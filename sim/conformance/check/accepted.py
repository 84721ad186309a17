"""Requests that keep the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import walk_check
from sim.conformance.trace import Found
from sim.contract import Violation, violations_of_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.trace import Trace, Walk


@walk_check(
    "accepted",
    source="RFC 9110, section 15.5.1; the contract's 400 (OpenAPI 3.1.1, section 4.8.16)",
    remedy="Ask for nothing that the contract does not ask for: the answer's problem says what was missed.",
)
def accepted(walk: Walk) -> Iterator[Found]:
    """Ask whether a request that keeps the contract is accepted, where tongban's own mock accepts it."""
    wanted = _wanted(walk)
    seen: set[str] = set()
    for trace in walk.traces:
        if trace.sender == "system" or trace.answer is None or trace.step in seen:
            continue
        seen.add(trace.step)
        expected = wanted.get(trace.step)
        if trace.is_success or trace.status >= 500 or trace.status == 429:
            yield Found("pass", trace=trace)
        elif trace.step in walk.unknowable:
            yield Found("skip", walk.unknowable[trace.step], trace=trace)
        elif _is_wrong(trace, expected):
            place = f"{getattr(trace.contract, 'file', '')}#{trace.operation.pointer}"
            shown = str(expected) if expected is not None else "2xx"
            violation = Violation("status", "accepted", "", shown, str(trace.status), place)
            yield Found("fail", "a request that keeps the contract was refused", violation, trace)


def _wanted(walk: Walk) -> dict[str, int]:
    """Return the statuses that tongban's own mock answered, by step path; the last of several."""
    runs = walk.expected.steps if walk.expected is not None else ()
    return {run.path: run.answer.status for run in runs if run.answer is not None}


def _is_wrong(trace: Trace, expected: int | None) -> bool:
    """Tell whether a refusal is one that the contract does not give: the request keeps it."""
    if trace.status not in (400, 415) and (expected is None or expected >= 400):
        return False
    found = violations_of_request(trace.contract, trace.operation, trace.request)
    return not any(one.certain for one in found)
