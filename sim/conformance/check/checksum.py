"""Check characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.negative import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "checksum",
    "before",
    source="GB 11643-1999, GB 32100-2015, GB/T 36904-2018; x-checksum in the schema (OpenAPI 3.1.1, section 4.9)",
    remedy="Compute the check character and refuse what does not agree, with 400 or 422.",
    level="strictness",
)
def checksum(bench: Bench) -> Iterator[Found]:
    """Ask whether a wrong check character of a citizen number, credit code or certificate identifier is refused."""
    yield from refused(
        bench,
        "checksum",
        (
            400,
            422,
        ),
    )
