"""From traces to findings: the checks of single exchanges and of whole errands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.conformance.check import Judged, exchange_checks, walk_checks
from sim.conformance.trace import Found
from sim.conformance.trial.ledger import Subject
from sim.contract import violations_of_answer, violations_of_request
from sim.contract.model import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.conformance.trace import Trace, Walk
    from sim.conformance.trial.ledger import Ledger
    from sim.conformance.verdict import Outcome
    from sim.contract import Operation, Violation

NOTHING = Answer(204, (), b"")


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks the checks of a trial and keeps what they say.

    Parameters
    ----------
    checks : frozenset of str or None
        Names of those that are asked; None is all.
    unknown : callable
        Says why nobody can know whether a rule is broken in an exchange; empty where it is.
    """

    ledger: Ledger
    checks: frozenset[str] | None
    unknown: Callable[[Trace, Violation], str] = lambda *_: ""

    def asks(self, check: str) -> bool:
        """Tell whether a check is asked."""
        return self.checks is None or check in self.checks

    def add(self, check: str, found: Found) -> None:
        """Keep a finding of a check that is asked."""
        if self.asks(check):
            self.ledger.add(check, found)

    def about(self, check: str, found: Found, operation: Operation) -> None:
        """Keep a finding that no exchange shows."""
        if self.asks(check):
            self.ledger.add(check, found, Subject(operation.contract, operation.operation_id))

    def stray(self, request: str, journey: str, citizen: int) -> None:
        """Keep that the system sent a request that none of its partners takes."""
        if self.asks("request-parameter"):
            found = Found("fail", f"the system called {request}, which the contract does not have")
            self.ledger.add("request-parameter", found, Subject("", "", journey, citizen or None))

    def exchange(self, trace: Trace, *, is_probe: bool = False) -> None:
        """Judge one exchange: the answer of the system under test, or its request.

        Parameters
        ----------
        is_probe : bool
            Whether it was sent on purpose to be refused, so that its own breaches say nothing.
        """
        if trace.sender == "tongban" and trace.answer is None:
            return  # the check `answered` says so
        direction = "request" if trace.sender == "system" else "response"
        judged = _judged(trace)
        side = "request" if direction == "request" else "answer"
        undeclared = trace.operation.response(trace.status) is None
        for check in exchange_checks():
            if check.direction != direction or not self.asks(check.name):
                continue
            if is_probe and undeclared and 400 <= trace.status < 500:
                continue  # a gap of the contract: it names no status for what its own rules refuse
            broken = list(check.judge(judged))
            for violation in broken:
                why = self.unknown(trace, violation)
                outcome: Outcome = "review" if why else "fail" if violation.certain else "error"
                reason = why or f"the {violation.part} of the {side} breaks {violation.rule}"
                self.ledger.add(check.name, Found(outcome, reason, violation, trace))
            if not broken and check.name == "body" and _is_free(trace):
                reason = "the body is free content, which no schema describes"
                self.ledger.add(check.name, Found("review", reason, trace=trace))
            elif not broken and _is_judged(check.name, trace):
                self.ledger.add(check.name, Found("pass", trace=trace))
        if trace.sender == "tongban" and not is_probe:
            self._own_request(trace)

    def walk(self, walk: Walk) -> None:
        """Judge an errand."""
        for check in walk_checks():
            if self.asks(check.name):
                for found in check.judge(walk):
                    self.ledger.add(check.name, found)

    def _own_request(self, trace: Trace) -> None:
        """Say when the journey itself, with the values it got, broke the contract: then the answer says little."""
        for violation in violations_of_request(trace.contract, trace.operation, trace.bare):
            is_key = (violation.part, violation.pointer.lower()) == ("header", "/idempotency-key")
            if violation.certain and not (is_key and violation.rule == "required") and self.asks("status"):
                reason = "the journey's own request breaks the contract, so its answer says little"
                self.ledger.add("status", Found("error", reason, violation, trace))


def _judged(trace: Trace) -> Judged:
    answer = trace.answer if trace.answer is not None else NOTHING
    is_ours = trace.sender == "tongban"
    return Judged(
        provider=trace.contract,
        consumer=trace.contract,
        operation=trace.operation,
        request=trace.request,
        answer=answer,
        request_violations=() if is_ours else violations_of_request(trace.contract, trace.operation, trace.request),
        answer_violations=violations_of_answer(trace.contract, trace.operation, answer) if is_ours else (),
    )


def _is_free(trace: Trace) -> bool:
    """Tell whether a successful answer holds text, a picture or a document: a machine knows nothing of what it says."""
    answer = trace.answer
    if answer is None or not answer.body or not trace.is_success:
        return False
    media_type = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
    return bool(media_type) and not media_type.partition(";")[0].strip().lower().endswith("json")


def _is_judged(check: str, trace: Trace) -> bool:
    """Tell whether an exchange gave a check something to look at."""
    if check == "problem":
        return trace.status >= 400
    response = trace.operation.response(trace.status)
    if check == "header":
        return response is not None and bool(response.headers)
    if check in ("body", "media-type"):
        return response is not None and bool(response.content)
    if check == "request-schema":
        return trace.operation.request_body is not None
    return check not in ("code-list", "request-code-list")  # those compare two editions
