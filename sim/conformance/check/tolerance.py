"""What a system does not know."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.conformance.bench import with_header
from sim.conformance.check.base import probe
from sim.conformance.mutation import with_extra
from sim.conformance.trace import Found
from sim.contract import violations_of_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench


@probe(
    "tolerance",
    "instead",
    source="RFC 9110, section 5.1; OpenAPI 3.1.1, section 4.8.24.6",
    remedy="Ignore headers that you do not know, and fields where the contract leaves room for them.",
    level="resilience",
)
def tolerance(bench: Bench) -> Iterator[Found]:
    """Ask whether unknown headers, and unknown fields where the contract is open, are tolerated."""
    request = with_header(bench.fresh(bench.bare), "X-Tongban-Unknown", "1")
    extended = with_extra(request)
    is_open = not violations_of_request(bench.contract, bench.operation, extended)
    trace = bench.repeat(extended if is_open else request)
    if trace.answer is None:
        yield Found("error", "the request got no answer, so nothing is known", trace=trace)
    elif trace.is_success:
        yield Found("pass", trace=trace)
    elif not bench.send().is_success:
        yield Found("skip", "the request is not accepted without them either")
    else:
        what = "an unknown header and an unknown field were not tolerated"
        reason = what if is_open else "an unknown header was not tolerated"
        violation = replace(bench.rule("tolerance"), expected="2xx", received=str(trace.status))
        yield Found("fail", reason, violation, trace)
