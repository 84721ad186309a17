"""A trial as text: a tree of what was found, and the first failure explained."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sim.conformance.level import standings
from sim.conformance.requirement import RANKS
from sim.conformance.trial.ledger import by_operation
from sim.conformance.verdict import MEANINGS, OUTCOMES
from sim.steering import harmless
from sim.units import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from sim.conformance.evidence import Verification
    from sim.conformance.level import Standing
    from sim.conformance.requirement import RequirementOutcome
    from sim.conformance.verdict import Outcome, Trial, Verdict

SIGNS: Final[dict[Outcome, str]] = {
    "fail": "✗",
    "error": "!",
    "review": "?",
    "warning": "~",
    "pass": "✓",
    "skip": "-",
    "omit": " ",
}
COLOURS: Final[dict[Outcome, str]] = {
    "fail": "bold red",
    "error": "bold magenta",
    "review": "cyan",
    "warning": "yellow",
    "pass": "green",
    "skip": "dim",
    "omit": "dim",
}
OUTCOME_OF: Final[dict[RequirementOutcome, Outcome]] = {
    "failed": "fail",
    "undecided": "error",
    "not exercised": "skip",
    "passed": "pass",
    "not tested": "omit",
}
TOLD: Final = frozenset(("fail", "error", "review", "warning"))
MOST: Final = 40
"""Findings of one operation that are listed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the tree; ``outcome`` gives its colour."""

    text: str
    outcome: Outcome | None = None


def trial_text(trial: Trial, *, verbose: bool = False) -> str:
    """Return a trial as plain text."""
    return "\n".join(harmless(line.text) for line in trial_lines(trial, verbose=verbose))


def trial_colours(trial: Trial, *, verbose: bool = False) -> Text:
    """Return a trial as text in colours, for a terminal."""
    from rich.text import Text  # noqa: PLC0415 - a pipe needs none of it

    text = Text()
    for line in trial_lines(trial, verbose=verbose):
        text.append(harmless(line.text) + "\n", style=COLOURS[line.outcome] if line.outcome is not None else "")
    return text


def trial_lines(trial: Trial, *, verbose: bool = False) -> Iterator[Line]:
    """Yield the lines: head, tree, counts, the first failure.

    Parameters
    ----------
    verbose : bool
        Whether what passed, was skipped or does not apply is listed too.
    """
    where = f" at {trial.target}" if trial.target else ""
    yield Line(f"{trial.system}{where}: {_headline(trial)}", trial.outcome)
    yield Line(f"{', '.join(trial.journeys)}: {_extent(trial)}")
    for name, (reached, walked) in trial.ends().items():
        yield Line(f"{name}: {reached} of {walked} errands came to their end", None if reached == walked else "warning")
    if trial.listening:
        yield Line(f"{trial.received} requests of the system were answered by its partners")
    if trial.bound:
        yield Line(f"ended early: {trial.bound}", "warning")
    yield Line("")
    for (contract, operation), verdicts in by_operation(trial.verdicts).items():
        yield from _branch(contract, operation, verdicts, verbose=verbose)
    yield Line("")
    for outcome, number in trial.counts().items():
        if number:
            yield Line(f"{SIGNS[outcome]} {number:5d} {outcome:8s} {MEANINGS[outcome]}", outcome)
    yield Line("")
    yield from _levels(trial)
    yield from _requirements(trial, verbose=verbose)
    first = next((one for one in trial.verdicts if one.outcome in TOLD), None)
    if first is not None:
        yield Line("")
        yield from _explained(first)


def _headline(trial: Trial) -> str:
    if trial.outcome == "pass":
        return "all that was exercised passed"
    words = {
        "fail": "checks failed",
        "error": "some checks could not be decided",
        "review": "a person has to decide",
    }
    return words.get(trial.outcome, "nothing passed")


def _extent(trial: Trial) -> str:
    """Return how much was tried."""
    if trial.recorded is not None:
        return f"{trial.recorded.matched} of {trial.recorded.entries} exchanges in {trial.recorded.file} belong to them"
    return f"{len(trial.errands)} errands, {trial.requests} requests, {format_duration(trial.seconds)}"


def _levels(trial: Trial) -> Iterator[Line]:
    """Yield how each class of checks stands."""
    for one in standings(trial):
        yield Line(f"level {one.level:11s} {standing_words(one)}", one.outcome if not one.is_reached else "pass")


def _requirements(trial: Trial, *, verbose: bool) -> Iterator[Line]:
    """Yield how many requirements passed, and those that did not and were exercised; with ``verbose`` all of them."""
    counts = Counter(one.outcome for one in trial.requirements)
    if counts:
        yield Line("requirements: " + ", ".join(f"{counts[one]} {one}" for one in RANKS if counts[one]))
    for one in trial.requirements:
        if verbose or one.outcome in ("failed", "undecided"):
            outcome = OUTCOME_OF[one.outcome]
            reason = f": {one.reason}" if one.reason else ""
            yield Line(f"{SIGNS[outcome]} {one.requirement.name} {one.outcome}{reason}", outcome)


def standing_words(one: Standing) -> str:
    """Return how a class of checks stands, in words."""
    if one.is_reached:
        return "reached"
    words = {
        "fail": f"missed: {one.told} found",
        "error": f"undecided: {one.told} found",
        "review": f"open: {one.told} to be looked at by a person",
        "skip": "not exercised",
    }
    return words.get(one.outcome, "open: core is not reached")


def verification_text(found: Verification) -> str:
    """Return what was found in evidence as text."""
    lines = [f"the evidence {'holds' if found.holds else 'does not hold'}"]
    lines += [f"  {harmless(fault)}" for fault in found.faults]
    if found.holds:
        lines += [f"  {name:8s} {harmless(value)}" for name, value in found.facts]
        lines += [f"  {kind:8s} {harmless(name)} {harmless(digest)}" for kind, name, digest in found.documents]
    return "\n".join([*lines, f"  {'seal':8s} {found.seal}"])


def verification_document(found: Verification) -> dict[str, Any]:  # JSON
    """Return what was found in evidence as JSON."""
    documents = [{"kind": kind, "name": name, "sha256": digest} for kind, name, digest in found.documents]
    told = {"facts": dict(found.facts), "documents": documents} if found.holds else {}
    return {"holds": found.holds, "faults": list(found.faults), "seal": found.seal, **told}


def _branch(contract: str, operation: str, verdicts: list[Verdict], *, verbose: bool) -> Iterator[Line]:
    """Yield an operation and what is to be told of it."""
    told = [one for one in verdicts if one.outcome in TOLD or verbose]
    worst = min((one.outcome for one in verdicts), key=OUTCOMES.index)
    name = f"{contract} {operation}".strip() or "errands"
    passed = sum(one.outcome == "pass" for one in verdicts)
    if not told and passed:
        yield Line(f"{SIGNS['pass']} {name}: {passed} check{'s' if passed > 1 else ''} passed", "pass")
        return
    skipped = next((one.reason for one in verdicts if one.outcome == "skip"), "")
    yield Line(f"{SIGNS[worst]} {name}" + (f": {skipped}" if not told and skipped else ""), worst)
    for number, verdict in enumerate(told[:MOST], start=1):
        is_last = number == min(len(told), MOST)
        yield Line(f"{'└' if is_last else '├'}── {_told(verdict)}", verdict.outcome)
    if len(told) > MOST:
        yield Line(f"    ... and {len(told) - MOST} more")


def _told(verdict: Verdict) -> str:
    many = f" ({verdict.count} times)" if verdict.count > 1 else ""
    where = f" at {verdict.pointer}" if verdict.pointer else ""
    reason = f": {verdict.reason}" if verdict.reason else ""
    return f"{SIGNS[verdict.outcome]} {verdict.check}{where}{reason}{many}"


def _explained(verdict: Verdict) -> Iterator[Line]:
    """Yield what is known of a finding."""
    yield Line(f"The first: {verdict.check} {verdict.operation}".rstrip(), verdict.outcome)
    if verdict.citizen is not None:
        where = f"{verdict.journey} {verdict.step}".strip()
        yield Line(f"  where     {where}, citizen {verdict.citizen}")
    facts = (
        ("what", verdict.reason),
        ("expected", verdict.expected),
        ("received", verdict.received),
        ("rule", f"{verdict.rule} of {verdict.part} {verdict.pointer or '/'}" if verdict.rule else ""),
        ("contract", str(verdict.place) if verdict.place is not None else ""),
        ("answer", f"{verdict.answer.status} {verdict.answer.body[:300]}" if verdict.answer is not None else ""),
        ("again", verdict.request.curl if verdict.request is not None else ""),
        ("more", f"tongban explain {verdict.check}"),
    )
    yield from (Line(f"  {name:9s} {value}") for name, value in facts if value)
