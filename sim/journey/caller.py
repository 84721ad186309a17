"""What a journey is executed against, and what an execution leaves.

Takes nothing, gives the seam ``Caller`` with the calls that go through it, and the record of an execution, promises
that an execution needs nothing else of the outside: a simulation, an in-process mock and HTTP look the same to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.contract.model import Answer, Contract, Operation, Request
    from sim.document import JsonValue
    from sim.journey.model import Division


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """One call that a step makes.

    Parameters
    ----------
    path : str
        The step path: ids of steps from the outermost workflow, joined by ``/``; a workflow that was entered in another
        way (goto, retry, dependsOn) stands with a colon before its steps, ``refresh:login``.
    attempt : int
        1 for the first call of a visit.
    timeout : float or None
        Seconds after which the answer is given up.
    division : str
        Whose platform answers: ``home``, ``office`` or ``none``.
    """

    contract: Contract
    operation: Operation
    request: Request
    path: str
    attempt: int
    timeout: float | None
    division: Division


class Caller(Protocol):
    """What a journey is executed against."""

    def send(self, call: OutgoingCall) -> Answer | None:
        """Return the answer to a call; None when none came in time, or it broke the contract where it is read."""

    def wait(self, seconds: float) -> None:
        """Let time pass, in the world or in a simulation; ``seconds`` > 0."""


@dataclass(frozen=True, slots=True)
class StepRun:
    """One run of a step.

    Parameters
    ----------
    path : str
        As in ``OutgoingCall``.
    attempt : int
        1 for the first run of a visit.
    request : Request or None
        None for a step that calls a workflow, and for a call that could not be built.
    answer : Answer or None
        None when none came.
    action : str
        Name of the action that was taken, or ``default``.
    """

    path: str
    attempt: int
    request: Request | None
    answer: Answer | None
    success: bool
    action: str


@dataclass(frozen=True, slots=True)
class Execution:
    """How a workflow went.

    Parameters
    ----------
    steps : tuple of StepRun
        In order of their ends; the runs of a called workflow before the step that called it.
    outcome : str
        ``completed`` (fell off its end), the name of the ``end`` action, ``failed`` or ``bounded`` (stopped after too
        many step runs, an error).
    success : bool
        Whether it ended as the document says: it completed, or an ``end`` was taken.
    outputs : mapping
        The workflow's outputs that have a value.
    """

    steps: tuple[StepRun, ...]
    outcome: str
    success: bool
    outputs: Mapping[str, JsonValue]
