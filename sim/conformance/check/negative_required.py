"""Requests that lack something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.negative import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "negative-required",
    "before",
    source="OpenAPI 3.1.1, section 4.8.13; JSON Schema 2020-12",
    remedy="Refuse it with the status that the contract has for a breach (400), and name the field in `errors`.",
    level="strictness",
)
def negative_required(bench: Bench) -> Iterator[Found]:
    """Ask whether a request that lacks a required field or parameter is refused."""
    yield from refused(bench, "required", (400,))
