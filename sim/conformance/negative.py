"""Negative cases at a bench: requests that break a rule have to be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.conformance.bench import KEY
from sim.conformance.mutation import Kind, cases
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench

PRECONDITION_REQUIRED: Final = 428
"""Says that If-Match is missing (RFC 6585, section 3)."""
_NOTHING: Final[dict[Kind, str]] = {
    "required": "nothing of the request is required",
    "type": "the request has no typed body",
    "length": "no length of the request is bounded",
    "enum": "the request has no codes",
    "pattern": "no field of the request has a form",
    "range": "the request has no number with bounds",
    "additional": "the contract allows further fields",
    "checksum": "no field of the request has a check character",
}


def refused(bench: Bench, kind: Kind, statuses: tuple[int, ...]) -> Iterator[Found]:
    """Send every request that breaks a rule of a kind; one that is accepted is the last: it may have changed state."""
    sent: set[tuple[str, str]] = set()
    for case in cases(bench.contract, bench.operation, bench.fresh(bench.bare), kind):
        key = (case.what, case.violation.pointer)
        if key in sent:
            continue
        sent.add(key)
        is_key = case.violation.part == "header" and case.violation.pointer.lower() == f"/{KEY}"
        trace = bench.deliver(case.request, "no-key" if is_key else None, False)  # noqa: FBT003 - a callable's argument
        is_version = (case.violation.part, case.violation.pointer.lower()) == ("header", "/if-match")
        wanted = (*statuses, PRECONDITION_REQUIRED) if is_version and case.violation.rule == "required" else statuses
        found = bench.refuses(trace, bench.declared(*wanted), case.what, case.violation)
        yield found
        if trace.is_success:
            return
    if not sent:
        yield Found("omit", _NOTHING[kind])
