"""Verdicts of checks on a system under test.

Takes nothing, gives the values that every report of ``tongban conform`` is made from; promises that they are frozen,
that every message in them is redacted, and that what was not exercised never says ``pass``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Outcome = Literal["fail", "error", "review", "warning", "pass", "skip", "omit"]

OUTCOMES: Final[tuple[Outcome, ...]] = ("fail", "error", "review", "warning", "pass", "skip", "omit")
"""Worst first."""

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
class ErrandEnd:
    """How one citizen's errand ended.

    Parameters
    ----------
    expected : str or None
        How it ends against tongban's own mock of the system; None where there is no trusted one.
    steps : int
        Step runs.
    """

    journey: str
    citizen: int
    outcome: str
    expected: str | None
    steps: int


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

    def counts(self) -> dict[Outcome, int]:
        """Return how many verdicts there are of each outcome, worst first, zeros included."""
        return {outcome: sum(one.outcome == outcome for one in self.verdicts) for outcome in OUTCOMES}

    @property
    def passed(self) -> bool:
        """Whether nothing failed, everything that was exercised could be decided, and something was."""
        return self.outcome == "pass"

    @property
    def outcome(self) -> Outcome:
        """The worst outcome that decides: ``fail``, ``error``, or ``pass`` where something passed; else ``skip``."""
        return worst(one.outcome for one in self.verdicts if one.outcome in ("fail", "error", "pass"))


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the worst of outcomes; ``skip`` of none."""
    return min(outcomes, key=OUTCOMES.index, default="skip")
