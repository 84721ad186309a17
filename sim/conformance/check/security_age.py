"""Signatures that are too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.intrusion import flawed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench
    from sim.conformance.trace import Found


@probe(
    "security-age",
    "before",
    source="RFC 9421, section 7.2.1; the contract's max_age_seconds",
    remedy="Compare `created` with the clock; refuse what is older than the contract allows.",
    level="security",
)
def security_age(bench: Bench) -> Iterator[Found]:
    """Ask whether a request is refused whose signature is too old."""
    yield from flawed(bench, "old-signature", "signature", "a request that was signed an hour ago")
