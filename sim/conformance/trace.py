"""What happened between tongban and the system under test, for checks to judge.

Takes exchanges over a transport, gives traces and walks; promises that both sides of an exchange are kept as they went
over the wire, with the request as it was before credentials, so that it can be sent again with others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.conformance.cohort import Participant
    from sim.conformance.transport import NoAnswer
    from sim.conformance.verdict import Outcome
    from sim.contract import Answer, Contract, Operation, Request, Violation
    from sim.journey import Execution, Journey, Step
    from sim.mock import Citizen, Notice


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One exchange.

    Parameters
    ----------
    sender : str
        ``tongban``, or ``system``: the one under test.
    journey, step : str
        Step path; empty where it cannot be told.
    citizen : int or None
        Number in the run, from 1.
    person : Citizen or None
        Whose values are redacted.
    base : str
        Address of the system that was called.
    bare : Request
        Without credentials.
    request : Request
        As it was sent.
    answer : Answer or None
        None when there was none: ``failure`` says why.
    seconds, limit : float
        Time that it took, and that it could take.
    """

    sender: Literal["tongban", "system"]
    contract: Contract
    operation: Operation
    journey: str
    step: str
    citizen: int | None
    person: Citizen | None
    base: str
    bare: Request
    request: Request
    answer: Answer | None
    failure: NoAnswer | None
    seconds: float
    limit: float

    @property
    def status(self) -> int:
        """The answer's status; 0 without one."""
        return self.answer.status if self.answer is not None else 0

    @property
    def is_success(self) -> bool:
        """Whether it was answered 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found.

    Parameters
    ----------
    reason : str
        A sentence without full stop.
    violation : Violation or None
        The broken rule.
    trace : Trace or None
        Where it was found.
    """

    outcome: Outcome
    reason: str = ""
    violation: Violation | None = None
    trace: Trace | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """A callback that came.

    Parameters
    ----------
    subscription : str
        Of the operation whose request gave the address: its step path.
    at : float
        Seconds on the clock of traces.
    """

    subscription: str
    operation: Operation
    trace: Trace
    at: float


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """One errand of one citizen.

    Parameters
    ----------
    participant : Participant or None
        None where the system under test walks, so that nobody knows whose errand it is.
    steps : mapping of str to Step
        By step path, of every step that may be come to.
    traces : tuple of Trace
        With the system under test, in order.
    execution : Execution or None
        None when it was broken off.
    expected : Execution or None
        The same errand against tongban's own mock of the system.
    hurried : frozenset of str
        Step paths after which the trial waited less than the journey says.
    unknowable : mapping of str to str
        Step paths at which the system, or a partner that tongban plays, may refuse what is accepted among the mocks, as
        neither can know what the other knows, with the reason.
    due : tuple of Notice
        Callbacks that the mock sent in that errand, in order.
    arrivals : tuple of Arrival
        Callbacks that came from the system.
    """

    journey: Journey
    participant: Participant | None
    citizen: int
    steps: dict[str, Step]
    traces: tuple[Trace, ...]
    execution: Execution | None
    expected: Execution | None
    hurried: frozenset[str] = frozenset()
    unknowable: Mapping[str, str] = field(default_factory=dict)
    due: tuple[Notice, ...] = ()
    arrivals: tuple[Arrival, ...] = field(default=())

    @property
    def comes_to_its_end(self) -> bool:
        """Whether it ended as its journey says, and where it ends against tongban's own mock of the system."""
        execution, expected = self.execution, self.expected
        if execution is None or not execution.success:
            return False
        return expected is None or execution.outcome == expected.outcome

    @property
    def excuse(self) -> str:
        """Why the end of the errand says nothing of the system; empty where it does."""
        runs = self.execution.steps if self.execution is not None else ()
        refused = (run.path for run in runs if run.answer is not None and 400 <= run.answer.status < 500)
        told = next((self.unknowable[path] for path in refused if path in self.unknowable), "")
        end = runs[-1].path if runs else ""
        if not told and end in self.hurried:
            return f"the trial waited less than the journey says after {end}: see --wait-limit"
        return told
