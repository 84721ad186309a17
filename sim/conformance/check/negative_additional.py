"""Requests with fields that a closed contract does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.negative import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "negative-additional",
    "before",
    source="OpenAPI 3.1.1, section 4.8.13; JSON Schema 2020-12",
    remedy="Refuse it with 400; a misspelt field would else be lost without a word.",
    level="strictness",
)
def negative_additional(bench: Bench) -> Iterator[Found]:
    """Ask whether a request with an unknown field is refused where the contract is closed."""
    yield from refused(bench, "additional", (400,))
