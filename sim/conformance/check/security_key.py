"""API keys and passwords that nobody gave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.intrusion import flawed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "security-key",
    "before",
    source="OpenAPI 3.1.1, section 4.8.27; RFC 7617, section 2",
    remedy="Compare every API key and password with those given out, and answer 401.",
    level="security",
)
def security_key(bench: Bench) -> Iterator[Found]:
    """Ask whether an unknown API key or password is refused."""
    yield from flawed(bench, "unknown-key", "key", "a request with an unknown key or password")
