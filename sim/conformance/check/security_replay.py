"""Requests that are replayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench


@probe(
    "security-replay",
    "after",
    source="RFC 9421, section 7.2.2",
    remedy="Keep each nonce for as long as its signature is good, and refuse it the second time with 401.",
    level="security",
)
def security_replay(bench: Bench) -> Iterator[Found]:
    """Ask whether a signed request is refused when it comes a second time, byte for byte."""
    if bench.is_public:
        yield Found("omit", "the operation is public")
    elif "signature" not in (bench.scheme or "").split("+"):
        yield Found("omit", "the caller does not sign")
    elif bench.first is None or not bench.first.is_success:
        yield Found("skip", "the request was not accepted the first time")
    else:
        trace = bench.replay(bench.first.request)
        violation = bench.rule("nonce", below="/security")
        yield bench.refuses(trace, (401, 403), "the same signed request a second time", violation)
