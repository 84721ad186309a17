"""Keys that are used for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.conformance.check.base import probe
from sim.conformance.mutation import variation
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench


CONFLICTS: Final = (409, 422)


@probe(
    "idempotency-conflict",
    "after",
    source="The contract's Idempotency-Key parameter (OpenAPI 3.1.1, section 4.8.12)",
    remedy="Keep a digest of the request with its key, and refuse another request under it with 409.",
    level="resilience",
)
def idempotency_conflict(bench: Bench) -> Iterator[Found]:
    """Ask whether another request under an idempotency key that was used is refused."""
    if not bench.has_key:
        yield Found("omit", "the operation takes no idempotency key")
        return
    if bench.first is None or not bench.first.is_success:
        yield Found("skip", "the request was not accepted the first time")
        return
    other = variation(bench.contract, bench.operation, bench.kept)
    if other is None:
        yield Found("omit", "the request leaves nothing to say otherwise")
        return
    trace = bench.repeat(other)
    what = "another request under a used idempotency key"
    is_declared = any(str(status) in bench.operation.responses for status in CONFLICTS)
    yield bench.refuses(trace, CONFLICTS if is_declared else (*CONFLICTS, 400), what, bench.rule("idempotency-key"))
