"""Requests with unknown codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.negative import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "negative-enum",
    "before",
    source="OpenAPI 3.1.1, section 4.8.13; JSON Schema 2020-12",
    remedy="Refuse it with 400; never keep an unknown code.",
    level="strictness",
)
def negative_enum(bench: Bench) -> Iterator[Found]:
    """Ask whether a request with a code outside its list is refused."""
    yield from refused(bench, "enum", (400,))
