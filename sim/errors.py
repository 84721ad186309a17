"""Errors and their tree.

Takes nothing, gives the exception classes of every storey, promises that ``str(error)`` says where, what is wrong and
what to do.

::

    TongbanError                     exit code
    ├── InputError                   2    the user's documents or arguments
    │   ├── DocumentError            2    one or many faults at a place in a document
    │   └── UsageError               2    a name, option or path that does not fit
    ├── TargetError                  3    something outside could not be reached
    ├── ResultError                  2    a stored bundle that cannot be used
    └── EngineError                  70   a broken promise inside: our bug

A breach of a contract is never an exception: it is a finding in the result (``sim.conformance``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong at one place of a document.

    Parameters
    ----------
    file : str
        The file as the user named it, relative to the current folder where that is possible.
    line, column : int
        Place of the value, counted from 1; 0 when the document has no such place (an unreadable file).
    pointer : str
        RFC 6901 JSON pointer to the value, ``""`` for the whole document.
    message : str
        What is wrong, in one sentence without a full stop.
    remedy : str
        What to do about it, in one sentence without a full stop; ``""`` when the message says it.
    """

    file: str
    line: int
    column: int
    pointer: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        named = self.pointer.removeprefix("/").replace("/", ".").replace("~1", "/").replace("~0", "~")
        if len(named) > 160:
            named = f"{named[:80]}...{named[-80:]}"
        words = [place, named, self.message] if named else [place, self.message]
        return ": ".join(words) + (f"; {self.remedy}" if self.remedy else "")


class TongbanError(Exception):
    """Base of all errors that tongban raises on purpose."""

    exit_code = 70


class InputError(TongbanError):
    """What the user gave cannot be used."""

    exit_code = 2


class DocumentError(InputError):
    """A document has faults; all of them are here, sorted by place.

    Parameters
    ----------
    faults : iterable of Fault
        At least one.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class UsageError(InputError):
    """A name, an option or a path does not fit.

    Parameters
    ----------
    message : str
        What is wrong.
    remedy : str
        What to do.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(message)

    def __str__(self) -> str:
        return self.message + (f"; {self.remedy}" if self.remedy else "")


class ResultError(UsageError):
    """A stored bundle is missing, partial, altered or of another format."""


class TargetError(UsageError):
    """A system outside could not be reached."""

    exit_code = 3


class EngineError(TongbanError):
    """An engine found one of its own promises broken."""
