"""Where findings become verdicts: counted, placed in their contract, redacted.

Takes what checks found, gives verdicts; promises that equal findings are one verdict with a count, and that nothing
personal or secret passes.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.conformance.trial.shown import got_of, redactor_of, sent_of
from sim.conformance.verdict import OUTCOMES, ContractPlace, Verdict
from sim.document import read_document
from sim.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.catalog import Catalog
    from sim.conformance.trace import Found, Trace
    from sim.contract import Violation
    from sim.document import Document
    from sim.mock.redact import Redactor

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about, where it has no trace.

    Parameters
    ----------
    operation : str
        Empty for a whole errand.
    """

    contract: str
    operation: str
    journey: str = ""
    citizen: int | None = None


class Ledger:
    """Collects findings.

    Parameters
    ----------
    catalog : Catalog
        Holds the documents in which rules stand.
    hidden : tuple of str
        Secrets of the trial.
    """

    def __init__(self, catalog: Catalog, hidden: tuple[str, ...]) -> None:
        self._catalog = catalog
        self._hidden = hidden
        self._verdicts: dict[Key, Verdict] = {}
        self._documents: dict[str, Document | None] = {}
        self._lock = threading.Lock()

    def add(self, check: str, found: Found, subject: Subject | None = None) -> None:
        """Take one finding."""
        trace = found.trace
        about = subject or _subject(trace)
        violation = found.violation
        rule = (violation.rule, violation.part, violation.pointer) if violation is not None else ("", "", "")
        step = trace.step if trace is not None and found.outcome not in ("pass", "skip", "omit") else ""
        reason = "" if found.outcome == "pass" else found.reason
        key = (check, found.outcome, about.contract, about.operation, step, *rule, reason)
        with self._lock:
            known = self._verdicts.get(key)
            if known is not None:
                self._verdicts[key] = replace(known, count=known.count + 1)
            elif found.outcome in ("pass", "skip", "omit"):
                self._verdicts[key] = Verdict(
                    check, found.outcome, about.contract, about.operation, about.journey, reason=reason
                )
            else:
                self._verdicts[key] = self._verdict(check, found, about)

    def verdicts(self) -> tuple[Verdict, ...]:
        """Return the verdicts, worst first, then as they were found.

        A check passes an operation only where it found nothing worse there.
        """
        spoilt = {
            (one.check, one.contract, one.operation)
            for one in self._verdicts.values()
            if one.outcome in ("fail", "error", "review", "warning")
        }
        exercised = spoilt | {
            (one.check, one.contract, one.operation) for one in self._verdicts.values() if one.outcome == "pass"
        }
        kept = [
            one
            for one in self._verdicts.values()
            if not (one.outcome == "pass" and (one.check, one.contract, one.operation) in spoilt)
            and not (one.outcome in ("skip", "omit") and (one.check, one.contract, one.operation) in exercised)
        ]
        return tuple(sorted(kept, key=lambda one: OUTCOMES.index(one.outcome)))

    def has(self, check: str, operation: str | None) -> bool:
        """Tell whether a check has said anything of an operation; of any where it is None."""
        return any(one.check == check and operation in (None, one.operation) for one in self._verdicts.values())

    def _verdict(self, check: str, found: Found, about: Subject) -> Verdict:
        trace, violation = found.trace, found.violation
        redactor = redactor_of(trace, self._hidden)
        verdict = Verdict(
            check,
            found.outcome,
            about.contract,
            about.operation,
            journey=trace.journey if trace is not None else about.journey,
            step=trace.step if trace is not None else "",
            citizen=trace.citizen if trace is not None else about.citizen,
            reason=redactor.scrub(found.reason),
        )
        if violation is not None:
            verdict = replace(
                verdict,
                rule=violation.rule,
                part=violation.part,
                pointer=redactor.scrub(violation.pointer),
                expected=redactor.scrub(violation.expected),
                received=_received(redactor, violation, trace),
                place=self._place(violation, redactor),
            )
        if trace is not None:
            verdict = replace(verdict, request=sent_of(redactor, trace), answer=got_of(redactor, trace))
        return verdict

    def _place(self, violation: Violation, redactor: Redactor) -> ContractPlace | None:
        file, _, pointer = violation.contract_pointer.partition("#")
        if not file:
            return None
        if file not in self._documents:
            try:
                self._documents[file] = read_document(self._catalog.root / file)
            except DocumentError:
                self._documents[file] = None
        document = self._documents[file]
        if document is None:
            return ContractPlace(file, 0, 0, redactor.scrub(pointer))
        place = document.place(pointer)
        return ContractPlace(file, place.line, place.column, redactor.scrub(pointer))


def _received(redactor: Redactor, violation: Violation, trace: Trace | None) -> str:
    """Return what came, redacted; a status says nothing of a person, wherever the request was wrong."""
    if trace is not None and violation.received == str(trace.status):
        return violation.received
    return redactor.text(violation.received, part=violation.part, pointer=violation.pointer)


def _subject(trace: Trace | None) -> Subject:
    if trace is None:
        return Subject("", "")
    return Subject(trace.contract.name, trace.operation.operation_id, trace.journey, trace.citizen)


def by_operation(verdicts: Iterable[Verdict]) -> Mapping[tuple[str, str], list[Verdict]]:
    """Return verdicts by contract and operation, those of whole errands first."""
    found: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda one: (one.contract, one.operation)):
        found.setdefault((verdict.contract, verdict.operation), []).append(verdict)
    return found
