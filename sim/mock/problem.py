"""Refusals of a mocked system, as RFC 9457 says them."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.mock.value import Record, Value


MAX_DETAIL: Final = 2000
MAX_INSTANCE: Final = 200


@dataclass(slots=True)
class Problem(Exception):  # noqa: N818  # the word of RFC 9457
    """What a mock function raises to refuse a call.

    Parameters
    ----------
    status : int
        400 to 599.
    detail : str
        What is wrong with this call.
    kind : str
        Last segment of the problem type; the status's phrase where the mock says nothing.
    members : mapping
        Extension members of the problem.
    headers : mapping
        Response headers besides ``Content-Type``: ``Retry-After``.
    """

    status: int
    detail: str
    kind: str = ""
    members: Record = field(default_factory=dict)
    headers: Record = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.title}: {self.detail}"

    @property
    def title(self) -> str:
        """The status's phrase (RFC 9110)."""
        return HTTPStatus(self.status).phrase

    def body(self, instance: str) -> dict[str, Value]:
        """Return the problem object, its texts within usual bounds; ``instance`` is the path of the request."""
        slug = self.kind or self.title.lower().replace(" ", "-")
        return {
            "type": f"urn:tongban:problem:{slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail[:MAX_DETAIL],
            "instance": instance[:MAX_INSTANCE],
            **self.members,
        }
