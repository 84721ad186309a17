"""The request's parameters against theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Violation

PARTS = frozenset(("path", "query", "header", "cookie"))


@check(
    "request-parameter",
    "request",
    source="OpenAPI 3.1.1, section 4.8.12",
    remedy="Send every required parameter, and each in the form that the contract has.",
)
def request_parameter(judged: Judged) -> Iterator[Violation]:
    """Ask whether required parameters are there and each conforms to its schema."""
    yield from (broken for broken in judged.request_violations if broken.part in PARTS)
