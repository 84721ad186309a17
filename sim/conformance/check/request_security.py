"""Credentials of the system's own requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sim.conformance.check.base import walk_check
from sim.conformance.trace import Found
from sim.contract import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.trace import Trace, Walk


@walk_check(
    "request-security",
    source="RFC 9421, section 3.2; RFC 6750, section 2.1",
    remedy="Sign each request to a partner as its contract says, with the key that both know and a new nonce.",
    level="security",
)
def request_security(walk: Walk) -> Iterator[Found]:
    """Ask whether the system's own requests to its partners carry credentials that hold."""
    for trace in (*walk.traces, *(arrival.trace for arrival in walk.arrivals)):
        if trace.sender != "system":
            continue
        if trace.status in (401, 403):
            place = f"{getattr(trace.contract, 'file', '')}#{trace.operation.pointer}/security"
            violation = Violation("header", "security", "", "credentials that hold", _detail(trace), place)
            yield Found("fail", "a request of the system was refused by its partner", violation, trace)
        else:
            yield Found("pass", trace=trace)


def _detail(trace: Trace) -> str:
    try:
        told = json.loads(trace.answer.body) if trace.answer is not None else {}
    except ValueError:
        told = {}
    return str(told.get("detail", trace.status))[:200] if isinstance(told, dict) else str(trace.status)
