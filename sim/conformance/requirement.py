"""Requirements, and what a trial says of each of them.

Takes the requirements of a catalog and the verdicts of a trial, gives one result a requirement; promises that a
requirement passes only where every check that decides it passed somewhere, and that one which nobody tests says why.

The columns are those of Inferno's requirements tooling (inferno-framework.github.io, Tools for Tracking Verified
Requirements).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sim.conformance.verdict import Verdict

RequirementOutcome = Literal["failed", "undecided", "not exercised", "passed", "not tested"]

RANKS: Final[tuple[RequirementOutcome, ...]] = ("failed", "undecided", "not exercised", "passed", "not tested")
"""Worst first; what is not tested at all says nothing of the system."""


@dataclass(frozen=True, slots=True, order=True)
class CheckTrace:
    """A check that decides a requirement.

    Parameters
    ----------
    check : str
        Name in the registry ``CHECKS``.
    contract, operation : str
        Where alone it decides; empty for everywhere.
    """

    check: str
    contract: str = ""
    operation: str = ""

    def concerns(self, verdict: Verdict) -> bool:
        """Tell whether a verdict is one of this check at this place."""
        return (
            self.check == verdict.check
            and self.contract in ("", verdict.contract)
            and self.operation in ("", verdict.operation)
        )


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement.

    Parameters
    ----------
    name : str
        ``set@id``.
    url : str
        Where it stands.
    text : str
        What is required, Markdown.
    conformance : str
        ``SHALL``, ``SHALL NOT``, ``SHOULD``, ``SHOULD NOT``, ``MAY`` or ``DEPRECATED``.
    actors : tuple of str
        Who has to meet it.
    parts : tuple of str
        Names of requirements that have to be met for this one to be.
    conditional : bool
        Whether it holds in certain circumstances only.
    not_tested : str
        Why nobody tests it, with details; empty where it is tested.
    traces : tuple of CheckTrace
        Checks that decide it.
    """

    name: str
    url: str
    text: str
    conformance: str
    actors: tuple[str, ...]
    parts: tuple[str, ...] = ()
    conditional: bool = False
    not_tested: str = ""
    traces: tuple[CheckTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """What a trial says of a requirement.

    Parameters
    ----------
    reason : str
        Why it has this outcome; empty where it passed.
    counts : mapping of str to int
        Verdicts of its checks by outcome; those that do not occur are left out.
    """

    requirement: Requirement
    outcome: RequirementOutcome
    reason: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


def requirement_results(
    requirements: Sequence[Requirement], verdicts: Iterable[Verdict]
) -> tuple[RequirementResult, ...]:
    """Return what verdicts say of requirements, in the order of the requirements.

    Of several checks the worst counts: ``failed``, ``undecided`` (an error, or a person has to look), ``not
    exercised``, ``passed``. A check that does not apply anywhere is left out, unless all are. The parts of a
    requirement count as its checks do; one that is not tested leaves the whole not exercised.

    Raises
    ------
    graphlib.CycleError
        A requirement is part of itself; ``load_requirements`` gives none such.
    """
    by_check: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_check.setdefault(verdict.check, []).append(verdict)
    known = {one.name: one for one in requirements}
    done: dict[str, RequirementResult] = {}
    for name in TopologicalSorter({one.name: one.parts for one in requirements}).static_order():
        done[name] = _decided(known[name], by_check, done)
    return tuple(done[one.name] for one in requirements)


def requirement_document(result: RequirementResult) -> dict[str, Any]:  # JSON
    """Return a result as JSON values; what is empty is left out."""
    one = result.requirement
    told: dict[str, Any] = {  # as above
        "requirement": one.name,
        "outcome": result.outcome,
        "conformance": one.conformance,
        "actors": list(one.actors),
        "text": one.text,
        "url": one.url,
        "checks": sorted({trace.check for trace in one.traces}),
        "parts": list(one.parts),
        "reason": result.reason,
        "verdicts": dict(result.counts),
    }
    return {name: value for name, value in told.items() if value not in ("", [], {})}


def _decided(
    one: Requirement, by_check: Mapping[str, list[Verdict]], done: Mapping[str, RequirementResult]
) -> RequirementResult:
    """Return the result of a requirement whose parts are done."""
    if one.not_tested:
        return RequirementResult(one, "not tested", one.not_tested)
    found = [_of_trace(trace, by_check.get(trace.check, [])) for trace in one.traces]
    found += [_of_part(done[name]) for name in one.parts]
    outcome, reason = _worst(found)
    said = {
        id(verdict): verdict.outcome
        for trace in one.traces
        for verdict in by_check.get(trace.check, [])
        if trace.concerns(verdict)
    }
    return RequirementResult(one, outcome, reason, dict(sorted(Counter(said.values()).items())))


_Told = tuple[RequirementOutcome | None, str]


def _of_trace(trace: CheckTrace, verdicts: Iterable[Verdict]) -> _Told:
    """Return what one check says, with the reason; None where it does not apply anywhere."""
    found = [verdict for verdict in verdicts if trace.concerns(verdict)]
    outcomes = {verdict.outcome for verdict in found}
    if "fail" in outcomes:
        return "failed", _reason(trace, found, ("fail",))
    if outcomes & {"error", "review"}:
        return "undecided", _reason(trace, found, ("error", "review"))
    if outcomes & {"pass", "warning"}:
        return "passed", ""
    if "skip" in outcomes:
        return "not exercised", _reason(trace, found, ("skip",))
    if "omit" in outcomes:
        return None, _reason(trace, found, ("omit",))
    return "not exercised", f"{trace.check}: said nothing in this trial"


def _of_part(result: RequirementResult) -> _Told:
    if result.outcome == "not tested":
        return "not exercised", f"{result.requirement.name}: is not tested"
    reason = f"{result.requirement.name}: {result.outcome}" if result.outcome != "passed" else ""
    return result.outcome, reason


def _worst(found: Sequence[_Told]) -> tuple[RequirementOutcome, str]:
    told = [(outcome, reason) for outcome, reason in found if outcome is not None]
    if told:
        return min(told, key=lambda one: RANKS.index(one[0]))
    return "not exercised", f"does not apply: {found[0][1]}" if found else "no check decides it"


def _reason(trace: CheckTrace, verdicts: Iterable[Verdict], outcomes: tuple[str, ...]) -> str:
    first = next(verdict for verdict in verdicts if verdict.outcome in outcomes)
    where = f" at {first.operation}" if first.operation else ""
    return f"{trace.check}{where}" + (f": {first.reason}" if first.reason else "")
