"""The answer's media type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Violation


@check(
    "media-type",
    "response",
    source="OpenAPI 3.1.1, section 4.8.17; RFC 9110, section 8.3",
    remedy="Send the body under a media type that the contract declares for the status.",
)
def media_type(judged: Judged) -> Iterator[Violation]:
    """Ask whether the media type is declared for the status."""
    yield from (broken for broken in judged.answer_violations if broken.part == "media-type")
