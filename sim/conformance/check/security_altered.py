"""Tokens that were altered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.intrusion import flawed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "security-altered",
    "before",
    source="RFC 9068, section 4; RFC 8725, section 3.1",
    remedy="Verify the token's signature with the issuer's key and the algorithm that you expect.",
    level="security",
)
def security_altered(bench: Bench) -> Iterator[Found]:
    """Ask whether a bearer token that was altered in one character is refused."""
    yield from flawed(bench, "altered", "bearer", "a request with an altered token")
