"""Bodies that are no JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench


@probe(
    "negative-syntax",
    "before",
    source="RFC 8259, section 2; RFC 9457, section 3",
    remedy="Answer 400 with a problem; never 500.",
    level="strictness",
)
def negative_syntax(bench: Bench) -> Iterator[Found]:
    """Ask whether a body that is cut in the middle is refused."""
    if len(bench.bare.body) < 2:
        yield Found("omit", "the request has no body")
        return
    cut = replace(bench.bare, body=bench.bare.body[: len(bench.bare.body) // 2])
    violation = bench.rule("parse", part="body", below="/requestBody")
    yield bench.refuses(bench.send(cut), bench.declared(400), "a request with half a body", violation)
