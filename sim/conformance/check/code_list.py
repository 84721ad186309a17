"""The answer's codes and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Violation


@check(
    "code-list",
    "response",
    source="OpenAPI 3.1.1, section 4.9; the code lists of both editions",
    remedy="Send the code that the caller's edition has for what is meant.",
)
def code_list(judged: Judged) -> Iterator[Violation]:
    """Ask whether the codes of the answer's body mean the same in both editions."""
    yield from judged.answer_misread
