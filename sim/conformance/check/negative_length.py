"""Requests that are too long or too short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.negative import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "negative-length",
    "before",
    source="OpenAPI 3.1.1, section 4.8.13; JSON Schema 2020-12",
    remedy="Refuse it with 400; never cut the text.",
    level="strictness",
)
def negative_length(bench: Bench) -> Iterator[Found]:
    """Ask whether a request is refused in which a text or list is longer or shorter than allowed."""
    yield from refused(bench, "length", (400,))
