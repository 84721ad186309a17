"""Requests with numbers out of range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.negative import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "negative-range",
    "before",
    source="OpenAPI 3.1.1, section 4.8.13; JSON Schema 2020-12",
    remedy="Refuse it with 400.",
    level="strictness",
)
def negative_range(bench: Bench) -> Iterator[Found]:
    """Ask whether a request with a number out of its range is refused."""
    yield from refused(bench, "range", (400,))
