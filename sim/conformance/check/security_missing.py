"""Requests without credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.intrusion import flawed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "security-missing",
    "before",
    source="OpenAPI 3.1.1, section 4.8.30; RFC 9110, section 15.5.2",
    remedy="Check credentials before anything else, at every operation that the contract secures, and answer 401.",
    level="security",
)
def security_missing(bench: Bench) -> Iterator[Found]:
    """Ask whether a request without credentials is refused."""
    yield from flawed(bench, "missing", "any", "a request without credentials")
