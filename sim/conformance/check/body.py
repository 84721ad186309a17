"""The answer's body against its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Violation


@check(
    "body",
    "response",
    source="OpenAPI 3.1.1, section 4.8.24; JSON Schema 2020-12",
    remedy="Make the answer's body as the contract's schema has it; the pointer says which field.",
)
def body(judged: Judged) -> Iterator[Violation]:
    """Ask whether the body keeps the schema of its status and media type, check characters and codes included."""
    yield from (broken for broken in judged.answer_violations if broken.part == "body")
