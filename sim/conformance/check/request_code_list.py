"""The request's codes and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Violation


@check(
    "request-code-list",
    "request",
    source="OpenAPI 3.1.1, section 4.9; the code lists of both editions",
    remedy="Send the code that the provider's edition has for what is meant.",
)
def request_code_list(judged: Judged) -> Iterator[Violation]:
    """Ask whether the codes of the request mean the same in both editions; the provider takes them either way."""
    yield from judged.request_misread
