"""Tokens that are too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.intrusion import flawed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "security-expired",
    "before",
    source="RFC 9068, section 4; RFC 6750, section 3.1",
    remedy="Compare `exp` with the present time, and answer 401.",
    level="security",
)
def security_expired(bench: Bench) -> Iterator[Found]:
    """Ask whether an expired bearer token is refused."""
    yield from flawed(bench, "expired", "bearer", "a request with an expired token")
