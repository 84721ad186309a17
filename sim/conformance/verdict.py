"""Verdicts of checks on a system under test.

Takes nothing, gives the values that every report of ``tongban conform`` is made from; promises that they are frozen,
that every message in them is redacted, and that what was not exercised never says ``pass``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.conformance.requirement import RequirementResult

Outcome = Literal["fail", "error", "review", "warning", "pass", "skip", "omit"]

OUTCOMES: Final[tuple[Outcome, ...]] = ("fail", "error", "review", "warning", "pass", "skip", "omit")
"""Worst first."""

RELAYED: Final = " > "
"""Stands in a step path before the operation that a partner of the system called at that step."""

MEANINGS: Final[dict[Outcome, str]] = {
    "fail": "the system breaks the rule",
    "error": "the rule could not be decided",
    "review": "a person has to look at it",
    "warning": "allowed, and likely to give trouble",
    "pass": "exercised, and nothing found",
    "skip": "applies, and was not exercised",
    "omit": "does not apply",
}


@dataclass(frozen=True, slots=True, order=True)
class ContractPlace:
    """Where a rule stands.

    Parameters
    ----------
    file : str
        Below the catalog.
    line, column : int
        From 1; 0 where the document is not at hand.
    pointer : str
        JSON pointer in that file.
    """

    file: str
    line: int
    column: int
    pointer: str

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it may be shown: redacted.

    Parameters
    ----------
    sender : str
        ``tongban``, or ``system``: the one under test.
    curl : str
        A line that sends it again; secrets stand as environment variables. Empty for requests of the system.
    """

    sender: Literal["tongban", "system"]
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    curl: str = ""


@dataclass(frozen=True, slots=True)
class Got:
    """An answer as it may be shown: redacted.

    Parameters
    ----------
    seconds : float
        From the first byte sent to the last one taken.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check says of one operation of the system under test.

    Equal findings of several citizens are one verdict; the first of them is shown.

    Parameters
    ----------
    check : str
        Name in the registry ``CHECKS``.
    contract, operation : str
        ``operation`` is empty for a check of a whole errand.
    journey, step : str
        Where it was found first; empty where it was not exercised. ``step`` is a step path.
    citizen : int or None
        Number of the citizen in the run, from 1.
    count : int
        Exchanges (for ``pass``: those judged) that it stands for.
    reason : str
        Why it was not exercised, does not apply or could not be decided; else a sentence on what was found.
    rule, part, pointer : str
        The broken rule, and where in the message: part and JSON pointer.
    """

    check: str
    outcome: Outcome
    contract: str
    operation: str
    journey: str = ""
    step: str = ""
    citizen: int | None = None
    count: int = 1
    reason: str = ""
    rule: str = ""
    part: str = ""
    pointer: str = ""
    expected: str = ""
    received: str = ""
    place: ContractPlace | None = None
    request: Sent | None = None
    answer: Got | None = None


@dataclass(frozen=True, slots=True)
class StepPlace:
    """A step that the journeys of a trial may come to.

    Parameters
    ----------
    step : str
        Step path.
    system, operation : str
        Whom it calls; empty for a step that enters another workflow.
    """

    journey: str
    step: str
    system: str
    operation: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange between tongban and the system under test, as it may be shown: redacted.

    Parameters
    ----------
    started : str
        RFC 3339 with milliseconds, UTC.
    contract, operation : str
        Of the system that was called.
    probe : str
        Check that sent it; empty for requests of the journey or of the system.
    failure : str
        Why there is no answer; empty where there is one.
    is_cut : bool
        Whether a body was too long to be kept whole.
    """

    started: str
    contract: str
    operation: str
    journey: str
    step: str
    citizen: int | None
    probe: str
    request: Sent
    answer: Got | None
    failure: str
    seconds: float
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """Traffic that was judged in place of a live system.

    Parameters
    ----------
    file : str
        As the user named it.
    entries, matched : int
        Exchanges in it, and those that belong to an operation of the journeys' contracts.
    """

    file: str
    entries: int
    matched: int


@dataclass(frozen=True, slots=True)
class ErrandEnd:
    """How one citizen's errand ended.

    Parameters
    ----------
    expected : str or None
        How it ends against tongban's own mock of the system; None where there is no trusted one.
    steps : int
        Step runs.
    reached : bool
        Whether that is where it was to end.
    reason : str
        Why it says nothing of the system that it ended elsewhere; empty where it does.
    """

    journey: str
    citizen: int
    outcome: str
    expected: str | None
    steps: int
    reached: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of ``tongban conform``.

    Parameters
    ----------
    target : str
        Base address of the system under test; empty for one that only calls.
    listening : tuple of (str, str)
        Partner systems that tongban served, with their base addresses.
    started : str
        RFC 3339, UTC.
    seconds : float
        Wall time.
    requests : int
        Sent to the system under test.
    received : int
        Requests that it sent to tongban.
    bound : str
        Which limit of the run ended it early; empty where none did.
    steps : tuple of StepPlace
        In the order of the journeys.
    exchanges : tuple of Exchange
        All there were, where they were asked for.
    recorded : Recorded or None
        What was judged in place of a live system; None for a live one.
    requirements : tuple of RequirementResult
        What it says of the catalog's requirements, in their order.
    """

    system: str
    target: str
    journeys: tuple[str, ...]
    listening: tuple[tuple[str, str], ...]
    seed: int
    started: str
    seconds: float
    requests: int
    received: int
    bound: str
    errands: tuple[ErrandEnd, ...]
    verdicts: tuple[Verdict, ...] = field(repr=False)
    steps: tuple[StepPlace, ...] = field(default=(), repr=False)
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)
    recorded: Recorded | None = None
    requirements: tuple[RequirementResult, ...] = field(default=(), repr=False)

    def counts(self) -> dict[Outcome, int]:
        """Return how many verdicts there are of each outcome, worst first, zeros included."""
        return {outcome: sum(one.outcome == outcome for one in self.verdicts) for outcome in OUTCOMES}

    def ends(self) -> dict[str, tuple[int, int]]:
        """Return by journey how many errands came to their end, and how many were walked."""
        walked = Counter(one.journey for one in self.errands)
        reached = Counter(one.journey for one in self.errands if one.reached)
        return {name: (reached[name], walked[name]) for name in self.journeys if walked[name]}

    @property
    def passed(self) -> bool:
        """Whether nothing failed, everything that was exercised could be decided, and something was."""
        return self.outcome == "pass"

    @property
    def outcome(self) -> Outcome:
        """The outcome of all verdicts together."""
        return summed(one.outcome for one in self.verdicts)


def summed(outcomes: Iterable[Outcome]) -> Outcome:
    """Return what outcomes add up to.

    The worst of ``fail``, ``error`` and ``pass``; ``review`` where a person alone can say, ``skip`` where nothing was
    exercised: neither passes, neither is a failure.
    """
    found = set(outcomes)
    order: tuple[Outcome, ...] = ("fail", "error", "pass", "review")
    return next((one for one in order if one in found), "skip")


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the worst of outcomes; ``skip`` of none."""
    return min(outcomes, key=OUTCOMES.index, default="skip")
