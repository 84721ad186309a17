"""The request's body against its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Violation


@check(
    "request-schema",
    "request",
    source="OpenAPI 3.1.1, section 4.8.13",
    remedy="Make the request's body as the contract's schema has it; the pointer says which field.",
)
def request_schema(judged: Judged) -> Iterator[Violation]:
    """Ask whether the request's body is there when required and conforms to its schema."""
    yield from (broken for broken in judged.request_violations if broken.part == "body")
