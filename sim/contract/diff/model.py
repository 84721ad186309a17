"""What a comparison of two editions finds, as typed values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Severity: TypeAlias = Literal["breaking", "risky", "harmless"]
Direction: TypeAlias = Literal["request", "response"]
Touch: TypeAlias = Literal["call", "read", "send", "omit"]

SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "risky", "harmless")


@dataclass(frozen=True, slots=True, order=True)
class ChangePlace:
    """Where one edition says it: JSON pointer (RFC 6901) and place, line and column counted from 1."""

    file: str
    line: int
    column: int
    pointer: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between an older and a newer edition of a contract.

    Parameters
    ----------
    rule : str
        Name of its rule in ``RULES``.
    consumer : str
        What it does to a consumer that keeps to the older edition while the provider speaks the newer one.
    provider : str
        What it does to a provider that keeps to the older edition while consumers speak the newer one.
    operation : str
        The operationId in the older edition, or in the newer one where the older has none; ``""`` for the document.
    direction : str
        ``request`` or ``response``: the message of the call that it concerns.
    part : str
        ``operation``, ``path``, ``query``, ``header``, ``cookie``, ``body``, ``status``, ``media-type``, ``security``.
    status : str
        Status key of the response, ``""`` for a request.
    field : str
        JSON pointer into the part's value, ``*`` for any element; a parameter's or header's name comes first.
    within : str
        ``callback <name>`` or ``webhook <name>`` it stands in, else ``""``. There the provider is the caller.
    old, new : ChangePlace
        The place in either edition; of the nearest thing around it where one edition does not say it.
    message : str
        A sentence that names old and new, without a full stop.
    remedy : str
        What to do, without a full stop.
    touches : str
        Which calls meet it: every ``call``, those that ``read`` the field, ``send`` it or ``omit`` it.
    """

    rule: str
    consumer: Severity
    provider: Severity
    operation: str
    direction: Direction
    part: str
    status: str
    field: str
    within: str
    old: ChangePlace
    new: ChangePlace
    message: str
    remedy: str
    touches: Touch

    @property
    def severity(self) -> Severity:
        """The worse of the two sides."""
        return worst(self.consumer, self.provider)

    @property
    def subject(self) -> str:
        """What it is about, in words: ``submitApplication: request body /applicant/name``."""
        words = f"{self.direction} {self.status} {self.part} {self.field}" if self.part != "operation" else ""
        owner = " in ".join(name for name in (self.within, self.operation) if name) or "the whole contract"
        return f"{owner}: {' '.join(words.split())}" if words else owner


def worst(*severities: Severity) -> Severity:
    """Return the worst of severities."""
    return min(severities, key=SEVERITIES.index, default="harmless")
