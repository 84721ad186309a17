"""Tokens for another system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.intrusion import flawed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "security-audience",
    "before",
    source="RFC 9068, section 4; RFC 8725, section 3.9",
    remedy="Compare `aud` with your own name, and answer 401.",
    level="security",
)
def security_audience(bench: Bench) -> Iterator[Found]:
    """Ask whether a bearer token that was issued for another system is refused."""
    yield from flawed(bench, "audience", "bearer", "a request with a token for another system")
