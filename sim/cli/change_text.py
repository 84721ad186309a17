"""Changes of a contract before people and programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.cli.text import one_line
from sim.contract import SEVERITIES, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.conformance import BrokenStep
    from sim.contract import Change, ChangePlace, Contract, Severity
    from sim.document import JsonValue

Party: TypeAlias = Literal["both", "consumer", "provider"]

_HEADINGS: Final = {"breaking": "Breaking", "risky": "Risky", "harmless": "Harmless"}


@dataclass(frozen=True, slots=True)
class Told:
    """A change with the steps that it breaks."""

    change: Change
    steps: tuple[BrokenStep, ...]

    def severity(self, party: Party) -> Severity:
        """Return what it does to a party, or the worse of the two."""
        sides: dict[Party, Severity] = {"consumer": self.change.consumer, "provider": self.change.provider}
        return sides[party] if party in sides else worst(*sides.values())


def changes_document(old: Contract, new: Contract, told: Sequence[Told], party: Party) -> dict[str, JsonValue]:
    """Return a comparison as JSON."""
    counts: dict[str, JsonValue] = {
        severity: sum(one.severity(party) == severity for one in told) for severity in SEVERITIES
    }
    return {
        "old": _edition(old),
        "new": _edition(new),
        "for": party,
        "counts": counts,
        "changes": [_change_document(one, party) for one in told],
    }


def _edition(contract: Contract) -> dict[str, JsonValue]:
    return {
        "system": contract.name,
        "title": contract.title,
        "version": contract.version,
        "file": contract.document.file,
        "digest": contract.digest,
    }


def _change_document(told: Told, party: Party) -> dict[str, JsonValue]:
    change = told.change
    return {
        "rule": change.rule,
        "severity": told.severity(party),
        "consumer": change.consumer,
        "provider": change.provider,
        "operation": change.operation,
        "within": change.within,
        "direction": change.direction,
        "part": change.part,
        "status": change.status,
        "field": change.field,
        "old": _place(change.old),
        "new": _place(change.new),
        "message": change.message,
        "remedy": change.remedy,
        "breaks": [_step(step) for step in told.steps],
    }


def _place(place: ChangePlace) -> dict[str, JsonValue]:
    return {"file": place.file, "line": place.line, "column": place.column, "pointer": place.pointer}


def _step(step: BrokenStep) -> dict[str, JsonValue]:
    return {
        "journey": step.journey,
        "workflow": step.workflow,
        "step": step.step,
        "file": step.file,
        "line": step.line,
        "reason": step.reason,
    }


def changes_text(old: Contract, new: Contract, told: Sequence[Told], party: Party) -> str:
    """Return a comparison for people: the worst first, each change once for all the operations that share it."""
    lines = [f"{_name(old)} -> {_name(new)}"]
    for severity in SEVERITIES:
        group = [one for one in told if one.severity(party) == severity]
        if group:
            lines += ["", f"{_HEADINGS[severity]} ({len(group)})"]
        for same in _alike(group):
            lines += ["", *_lines(same)]
    return "\n".join([*lines, "", _summary(told, party)])


def _name(contract: Contract) -> str:
    return f"{contract.name} {one_line(contract.version)} ({contract.document.file})"


def _alike(told: Iterable[Told]) -> list[list[Told]]:
    """Return changes in groups that differ in nothing but the operation: a schema that many share changed once."""
    groups: dict[tuple[object, ...], list[Told]] = {}
    for one in told:
        change = one.change
        key = (change.rule, change.old, change.new, change.message, change.consumer, change.provider)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _lines(same: Sequence[Told]) -> list[str]:
    change = same[0].change
    subjects = list(dict.fromkeys(one.change.subject for one in same))
    lines = [f"{change.rule} (consumer {change.consumer}, provider {change.provider}): {change.message}"]
    lines += [f"    {subject}" for subject in subjects[:8]]
    lines += [f"    and at {len(subjects) - 8} more places"] if len(subjects) > 8 else []
    lines += [f"    old: {change.old} {change.old.pointer}", f"    new: {change.new} {change.new.pointer}"]
    steps = dict.fromkeys(step for one in same for step in one.steps)
    lines += [f"    breaks: {step.journey}: {step.step} ({step.reason}), {step.file}:{step.line}" for step in steps]
    return [*lines, f"    remedy: {change.remedy}"]


def _summary(told: Sequence[Told], party: Party) -> str:
    if not told:
        return "no changes: both editions promise the same"
    counts = [f"{sum(one.severity(party) == severity for one in told)} {severity}" for severity in SEVERITIES]
    consumers = sum(one.change.consumer == "breaking" for one in told)
    providers = sum(one.change.provider == "breaking" for one in told)
    sides = f"{consumers} break consumers, {providers} break providers that keep to the older edition"
    return f"{len(told)} change{'s' if len(told) != 1 else ''}: {', '.join(counts)}; {sides}"
