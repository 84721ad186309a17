"""Changes at the same time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.conformance.check.base import probe
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench


CONTENDERS: Final = 4
"""Requests that are sent at the same time."""


@probe(
    "lost-update",
    "instead",
    source="RFC 9110, section 13.1.1; the contract's 409 (OpenAPI 3.1.1, section 4.8.16)",
    remedy="Compare the state and change it in one transaction, or lock the row.",
    level="resilience",
)
def lost_update(bench: Bench) -> Iterator[Found]:
    """Ask whether of requests at the same time one is accepted, where one after the other the second is refused."""
    if bench.second is None:
        yield Found("omit", "the operation changes nothing")
        return
    if bench.second.status not in (409, 412):
        yield Found("omit", "it may be done several times, so no change can be lost")
        return
    traces = bench.together([bench.fresh(bench.bare) for _ in range(CONTENDERS)])
    accepted = [trace for trace in traces if trace.is_success]
    if any(trace.answer is None for trace in traces):
        yield Found("error", "a request got no answer, so nothing is known", trace=traces[0])
    elif len(accepted) == 1:
        yield Found("pass", trace=accepted[0])
    elif not accepted and not bench.send().is_success:
        yield Found("skip", "the request is not accepted alone either")
    else:
        expected, received = "1 accepted, the others 409", f"{len(accepted)} of {CONTENDERS} accepted"
        violation = replace(bench.rule("lost-update"), expected=expected, received=received)
        worst = (accepted or traces)[-1]
        yield Found("fail", "several requests at the same time did not end as one after the other", violation, worst)
