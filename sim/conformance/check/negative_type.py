"""Requests with a value of another type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.negative import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "negative-type",
    "before",
    source="OpenAPI 3.1.1, section 4.8.13; JSON Schema 2020-12",
    remedy="Refuse it with 400; do not turn numbers into texts or texts into numbers.",
    level="strictness",
)
def negative_type(bench: Bench) -> Iterator[Found]:
    """Ask whether a request is refused in which a value has another type."""
    yield from refused(bench, "type", (400,))
