"""Repeats under the same key."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.conformance.check.base import probe
from sim.conformance.trace import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.conformance.bench import Bench


@probe(
    "idempotency",
    "after",
    source="The contract's Idempotency-Key parameter (OpenAPI 3.1.1, section 4.8.12); RFC 9110, section 9.2.2",
    remedy="Keep the first answer under its key and give it again, without doing anything.",
    level="resilience",
)
def idempotency(bench: Bench) -> Iterator[Found]:
    """Ask whether a repeat under the same idempotency key gets the first answer and does nothing again."""
    first = bench.first
    if not bench.has_key:
        yield Found("omit", "the operation takes no idempotency key")
        return
    if first is None or first.answer is None or not first.is_success:
        yield Found("skip", "the request was not accepted the first time")
        return
    trace = bench.repeat()
    if trace.answer is None:
        yield Found("error", "the repeat got no answer, so nothing is known", trace=trace)
    elif (trace.status, value_of(trace.answer.body)) == (first.status, value_of(first.answer.body)):
        yield Found("pass", trace=trace)
    else:
        expected = f"the first answer, {first.status} with the same body"
        received = f"{trace.status} with {'the same' if trace.answer.body == first.answer.body else 'another'} body"
        violation = replace(bench.rule("idempotency-key"), expected=expected, received=received)
        yield Found("fail", "a repeat under the same idempotency key got another answer", violation, trace)


def value_of(body: bytes) -> object:
    """Return the JSON of a body, else its bytes."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body
