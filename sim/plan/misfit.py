"""Where a scenario and its journeys do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.document import display_name, escape_pointer, read_document
from sim.errors import DocumentError, Fault, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scenario.model import Scenario


class MisfitError(UsageError):
    """One misfit, at a path of the scenario.

    Parameters
    ----------
    path : tuple of str
        Keys from the scenario's root to what does not fit, or to what should hold the missing key.
    """

    def __init__(self, path: tuple[str, ...], message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.path = path


def misfits(scenario: Scenario, found: Iterable[MisfitError]) -> DocumentError:
    """Return all misfits as faults of the scenario's document, at their lines where it can be read."""
    try:
        document = read_document(scenario.path)
    except DocumentError:
        shown = display_name(scenario.path)
        return DocumentError(Fault(shown, 0, 0, _pointer(one), one.message, one.remedy) for one in found)
    return DocumentError(document.fault(_pointer(one), one.message, one.remedy) for one in found)


def _pointer(misfit: MisfitError) -> str:
    return "".join(f"/{escape_pointer(key)}" for key in misfit.path)
