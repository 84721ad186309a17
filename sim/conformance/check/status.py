"""The answer's status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Violation


@check(
    "status",
    "response",
    source="OpenAPI 3.1.1, section 4.8.16",
    remedy="Answer with a status that the contract declares for the operation.",
)
def status(judged: Judged) -> Iterator[Violation]:
    """Ask whether the status is declared: itself, its class or the default."""
    yield from (broken for broken in judged.answer_violations if broken.part == "status")
