"""Counting: from judged exchanges and finished journeys to the conformance table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sim.bundle.conformance import ConformanceRow, Ending, Finding, Handover
from sim.plan import CallShare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.bundle.conformance import Verdict
    from sim.conformance.judge import Breach
    from sim.contract.model import Contract, Operation

NATIONAL = ""
"""Name of the variant in which every system speaks the national contract."""
ANY = "any"
"""The channel of what no channel did."""


@dataclass(slots=True)
class _Row:
    """Counts of one operation."""

    calls: int = 0
    refused: int = 0
    breached: int = 0
    warned: int = 0
    undecided: int = 0
    statuses: set[str] = field(default_factory=set)


class Tally:
    """Counts of a whole replay.

    Parameters
    ----------
    variant : str
        Name of the scenario's variant.
    """

    def __init__(self, variant: str = NATIONAL) -> None:
        self.unfinished = 0
        self._variant = variant
        self._rows: dict[tuple[str, str], _Row] = {}
        self._findings: Counter[Finding] = Counter()
        self._samples: dict[Finding, str] = {}
        self._endings: Counter[tuple[str, str, str, str]] = Counter()
        self._nested: dict[str, set[str]] = {}
        self._materials: dict[tuple[str, str, str], Counter[str]] = {}

    def add_call(self, operation: Operation, status: int, breaches: Iterable[Breach]) -> None:
        """Count one exchange with its breaches, which are redacted."""
        row = self._rows.setdefault((operation.contract, operation.operation_id), _Row())
        row.calls += 1
        row.statuses.add(str(status))
        failed: set[str] = set()
        verdicts: set[str] = set()
        for finding in {self._finding(operation, breach) for breach in breaches}:
            self._findings[finding] += 1
            verdicts.add(finding.verdict)
            if finding.verdict == "fail":
                failed.add(finding.direction)
        row.refused += "request" in failed
        row.breached += "response" in failed and "request" not in failed
        row.warned += "warning" in verdicts and not failed
        row.undecided += "error" in verdicts

    def add_nested(self, caller: str, callee: str) -> None:
        """Note that an operation's mock called another operation."""
        self._nested.setdefault(caller, set()).add(callee)

    def add_ending(self, journey: str, channel: str, step: str, action: str) -> None:
        """Count one action taken after a step."""
        self._endings[journey, channel, step, action] += 1

    def add_materials(self, key: tuple[str, str, str], submitted: int, reused: int) -> None:
        """Count what one call handed in; ``key`` is journey, channel and operation."""
        row = self._materials.setdefault(key, Counter())
        row.update(calls=1, submitted=submitted, reused=reused)

    def materials(self) -> tuple[Handover, ...]:
        """Return what was handed in, sorted."""
        return tuple(
            Handover(*key, row["calls"], row["submitted"], row["reused"])
            for key, row in sorted(self._materials.items())
        )

    def rows(self, contracts: Iterable[Contract]) -> tuple[ConformanceRow, ...]:
        """Return one row an operation of the contracts, those never called included, sorted."""
        return tuple(
            sorted(self._as_row(operation) for contract in contracts for operation in contract.operations.values())
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return every kind of breach with its count, sorted."""
        counted = (
            replace(finding, received=self._samples[finding], count=count) for finding, count in self._findings.items()
        )
        return tuple(sorted(counted))

    def endings(self, declared: Iterable[tuple[str, str, str]]) -> tuple[Ending, ...]:
        """Return how often each action was taken, sorted.

        Parameters
        ----------
        declared : iterable of (str, str, str)
            Journey, step and action that the documents name; one that was taken in no channel counts 0 in ``any``.
        """
        taken = {(journey, step, action) for journey, _, step, action in self._endings}
        missed = {(journey, ANY, step, action) for journey, step, action in declared} - {
            (journey, ANY, step, action) for journey, step, action in taken
        }
        return tuple(sorted(Ending(*key, self._endings[key]) for key in {*self._endings, *missed}))

    def shares(self, contract: str | None = None) -> dict[str, CallShare]:
        """Return the failed shares of operations that were called, by operationId; breached is of those answered.

        Parameters
        ----------
        contract : str or None
            Whose operations; None is all.
        """
        return {
            operation_id: CallShare(row.refused / row.calls, row.breached / max(row.calls - row.refused, 1))
            for (name, operation_id), row in sorted(self._rows.items())
            if contract in (None, name)
        }

    def nested(self) -> Mapping[str, frozenset[str]]:
        """Return the operations that mocks called, by the calling operation."""
        return {caller: frozenset(callees) for caller, callees in sorted(self._nested.items())}

    def _finding(self, operation: Operation, breach: Breach) -> Finding:
        violation = breach.violation
        finding = Finding(
            contract=operation.contract,
            operation=operation.operation_id,
            variant=self._variant,
            direction=breach.direction,
            part=violation.part,
            rule=violation.rule,
            pointer=violation.pointer,
            expected=violation.expected,
            received="",
            contract_pointer=violation.contract_pointer,
            verdict=breach.verdict,
            count=1,
        )
        self._samples.setdefault(finding, violation.received)
        return finding

    def _as_row(self, operation: Operation) -> ConformanceRow:
        row = self._rows.get((operation.contract, operation.operation_id), _Row())
        return ConformanceRow(
            contract=operation.contract,
            operation=operation.operation_id,
            variant=self._variant,
            calls=row.calls,
            refused=row.refused,
            breached=row.breached,
            warned=row.warned,
            declared=tuple(sorted(operation.responses)),
            exercised=tuple(sorted(row.statuses)),
            verdict=_row_verdict(row),
        )


def _row_verdict(row: _Row) -> Verdict:
    if row.calls == 0:
        return "omit"
    if row.refused or row.breached:
        return "fail"
    if row.undecided:
        return "error"
    return "warning" if row.warned else "pass"
