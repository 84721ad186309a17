"""Coverage as text and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.cli.text import one_line, table
from sim.conformance.coverage import KINDS, STATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.conformance.coverage import CoverageEntry
    from sim.contract import Contract
    from sim.document import JsonValue

WORDS: Final = {
    "status": "statuses",
    "request": "request fields",
    "response": "response fields",
    "callback": "callbacks",
    "step": "journey steps",
}
SIGNS: Final = {"tested": "✓", "untested": "✗", "unknown": "?"}


@dataclass(frozen=True, slots=True)
class Covered:
    """A contract with what is tested of it."""

    contract: Contract
    entries: tuple[CoverageEntry, ...]


def coverage_document(covered: Sequence[Covered], trial: str | None) -> dict[str, JsonValue]:
    """Return coverage as JSON values."""
    return {"trial": trial, "contracts": [_contract(one) for one in covered]}


def coverage_text(covered: Sequence[Covered], *, verbose: bool) -> str:
    """Return coverage as text: counts, then what is not tested and why; with ``verbose`` also what is."""
    if not covered:
        return "the catalog has no contracts"
    return "\n\n".join("\n".join(_lines(one, verbose=verbose)) for one in covered)


def _contract(covered: Covered) -> dict[str, JsonValue]:
    counts: dict[str, JsonValue] = {kind: dict(zip(STATES, _counts(covered, kind), strict=True)) for kind in KINDS}
    return {
        "system": covered.contract.name,
        "version": covered.contract.version,
        "counts": counts,
        "entries": [_entry(entry) for entry in covered.entries],
    }


def _entry(entry: CoverageEntry) -> dict[str, JsonValue]:
    told: dict[str, JsonValue] = {
        "kind": entry.kind,
        "operation": entry.operation,
        "name": entry.name,
        "state": entry.state,
        "reason": entry.reason,
        "steps": list(entry.steps),
        "checks": list(entry.checks),
    }
    return {name: value for name, value in told.items() if value not in ("", [])}


def _counts(covered: Covered, kind: str) -> tuple[int, ...]:
    states = [entry.state for entry in covered.entries if entry.kind == kind]
    return tuple(states.count(state) for state in STATES)


def _lines(covered: Covered, *, verbose: bool) -> Iterator[str]:
    yield f"{covered.contract.name} {one_line(covered.contract.version)}"
    rows = [(WORDS[kind], *map(str, counts)) for kind in KINDS if any(counts := _counts(covered, kind))]
    yield from (f"  {line}" for line in table(("", *STATES), rows).splitlines())
    operations: dict[str, list[CoverageEntry]] = {}
    for entry in covered.entries:
        operations.setdefault(entry.operation, []).append(entry)
    for operation, entries in operations.items():
        yield from _branch(operation, entries, verbose=verbose)


def _branch(operation: str, entries: list[CoverageEntry], *, verbose: bool) -> Iterator[str]:
    """Yield an operation: what is not tested, those of one kind and reason on one line."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for entry in entries:
        if entry.state != "tested":
            groups.setdefault((entry.state, entry.kind, entry.reason), []).append(one_line(entry.name))
        elif verbose:
            by = ", ".join((*entry.steps, *entry.checks))
            groups.setdefault((entry.state, entry.kind, f"by {by}"), []).append(one_line(entry.name))
    if not groups:
        return
    reasons = {(state, reason) for state, _, reason in groups}
    if len(reasons) == 1 and len(entries) == sum(map(len, groups.values())) and not verbose:
        state, reason = reasons.pop()
        yield f"{SIGNS[state]} {operation}: {reason}"
        return
    yield f"  {operation}"
    for (state, kind, reason), names in groups.items():
        yield f"  {SIGNS[state]} {WORDS[kind]} {', '.join(names)}: {reason}"
