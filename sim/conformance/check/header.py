"""The answer's headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Violation


@check(
    "header",
    "response",
    source="OpenAPI 3.1.1, section 4.8.17",
    remedy="Send the header that the contract requires, in its form.",
)
def header(judged: Judged) -> Iterator[Violation]:
    """Ask whether required headers are there and each conforms to its schema."""
    yield from (broken for broken in judged.answer_violations if broken.part == "header")
