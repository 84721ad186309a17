"""Changes of a version that is no longer the present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench


@probe(
    "stale-version",
    "after",
    source="RFC 9110, sections 13.1.1 and 15.5.13",
    remedy="Compare If-Match with the present version in the transaction that changes it, and answer 412.",
    level="resilience",
)
def stale_version(bench: Bench) -> Iterator[Found]:
    """Ask whether a change is refused that names a version which has been changed since."""
    named = {one.name.lower() for one in bench.operation.parameters if one.location == "header"}
    if "if-match" not in named:
        yield Found("omit", "the operation names no version (If-Match)")
    elif bench.first is None or not bench.first.is_success:
        yield Found("skip", "the request was not accepted the first time")
    else:
        violation = bench.rule("if-match", part="header", pointer="/If-Match")
        yield bench.refuses(bench.send(), (412, 409), "a change of a version that is past", violation)
