"""Requests with values of another form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.negative import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "negative-pattern",
    "before",
    source="OpenAPI 3.1.1, section 4.8.13; JSON Schema 2020-12",
    remedy="Refuse it with 400; the pattern stands in the contract.",
    level="strictness",
)
def negative_pattern(bench: Bench) -> Iterator[Found]:
    """Ask whether a request is refused in which a value has not the form of its pattern."""
    yield from refused(bench, "pattern", (400,))
