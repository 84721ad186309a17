"""The request's media type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.conformance.check.base import Judged, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.contract.model import Violation


@check(
    "request-media-type",
    "request",
    source="OpenAPI 3.1.1, section 4.8.13; RFC 9110, section 8.3",
    remedy="Send the request's body under a media type that the operation takes.",
)
def request_media_type(judged: Judged) -> Iterator[Violation]:
    """Ask whether the request's media type is one that the operation takes."""
    yield from (broken for broken in judged.request_violations if broken.part == "media-type")
