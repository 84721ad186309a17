"""Tokens that nobody issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.intrusion import flawed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "security-token",
    "before",
    source="RFC 6750, section 3.1",
    remedy="Verify every token against its issuer, and answer 401.",
    level="security",
)
def security_token(bench: Bench) -> Iterator[Found]:
    """Ask whether an unknown bearer token is refused."""
    yield from flawed(bench, "unknown", "bearer", "a request with an unknown token")
