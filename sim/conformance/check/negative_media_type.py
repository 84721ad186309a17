"""Bodies of another media type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.bench import with_header
from sim.conformance.check.base import probe
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench


@probe(
    "negative-media-type",
    "before",
    source="RFC 9110, section 15.5.16; OpenAPI 3.1.1, section 4.8.13",
    remedy="Look at Content-Type before the body; answer 415, or 400 where the contract has no 415.",
    level="strictness",
)
def negative_media_type(bench: Bench) -> Iterator[Found]:
    """Ask whether a body of a media type that the contract does not declare is refused."""
    if not bench.bare.body:
        yield Found("omit", "the request has no body")
        return
    request = with_header(bench.bare, "Content-Type", "application/x-tongban")
    violation = bench.rule("media-type", part="media-type", below="/requestBody/content")
    statuses = (415, *bench.declared(400))
    yield bench.refuses(bench.send(request), statuses, "a request of another media type", violation)
