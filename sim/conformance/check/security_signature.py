"""Signatures that were altered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.intrusion import flawed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "security-signature",
    "before",
    source="RFC 9421, section 3.2",
    remedy="Compute the signature over what was received and compare it whole, and answer 401.",
    level="security",
)
def security_signature(bench: Bench) -> Iterator[Found]:
    """Ask whether a request is refused whose signature differs in one bit."""
    yield from flawed(bench, "signature", "signature", "a request with an altered signature")
