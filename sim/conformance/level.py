"""Levels: what a system may say of itself after a trial.

Takes verdicts, gives for each class of checks how it stands; promises that a class is reached only where something of
it passed, nothing failed and nothing waits for a person, and none beyond ``core`` without ``core``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.conformance.check import CHECKS, LEVELS
from sim.conformance.verdict import summed

if TYPE_CHECKING:
    from sim.conformance.check import Level
    from sim.conformance.verdict import Outcome, Trial, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """How a class of checks stands.

    Parameters
    ----------
    outcome : str
        ``fail``, ``error``, ``review``, ``pass``, or ``skip`` where nothing of it was exercised.
    passed, told : int
        Verdicts that passed, and that failed, could not be decided or wait for a person.
    is_reached : bool
        Whether the system may say so: this class and ``core`` passed.
    """

    level: Level
    outcome: Outcome
    passed: int
    told: int
    is_reached: bool


def standings(trial: Trial) -> tuple[Standing, ...]:
    """Return how each class of ``LEVELS`` stands, ``core`` first."""
    by_level: dict[Level, list[Verdict]] = {level: [] for level in LEVELS}
    for verdict in trial.verdicts:
        if verdict.check in CHECKS:
            by_level[CHECKS.get(verdict.check).level].append(verdict)
    is_core = _outcome(by_level["core"]) == "pass" and not trial.bound
    return tuple(_standing(level, some, is_core=is_core) for level, some in by_level.items())


def checks_of(levels: tuple[str, ...]) -> frozenset[str]:
    """Return the names of the checks of some classes."""
    return frozenset(name for name, check in CHECKS if check.level in levels)


def _standing(level: Level, verdicts: list[Verdict], *, is_core: bool) -> Standing:
    outcome = _outcome(verdicts)
    passed = sum(one.outcome == "pass" for one in verdicts)
    told = sum(one.outcome in ("fail", "error", "review") for one in verdicts)
    return Standing(level, outcome, passed, told, is_reached=outcome == "pass" and is_core)


def _outcome(verdicts: list[Verdict]) -> Outcome:
    """Return what verdicts of one class add up to; one that waits for a person keeps it open."""
    outcome = summed(one.outcome for one in verdicts)
    waits = any(one.outcome == "review" for one in verdicts)
    return "review" if outcome == "pass" and waits else outcome
