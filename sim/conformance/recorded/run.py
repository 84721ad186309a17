"""The course of a trial of recorded traffic: match, judge, say what could not be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from sim.conformance.check import exchange_checks, probes, walk_checks
from sim.conformance.recorded.har import read_har
from sim.conformance.recorded.match import address_of, addresses_of, origins, trace_of
from sim.conformance.trace import Found, Walk
from sim.conformance.trial.account import Account
from sim.conformance.trial.judging import Judge
from sim.conformance.trial.ledger import Ledger, Subject
from sim.conformance.trial.recording import Recording
from sim.conformance.verdict import Recorded
from sim.contract import violations_of_request
from sim.document import display_name
from sim.errors import UsageError
from sim.mock.redact import REDACTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sim.conformance.check.base import Phase
    from sim.conformance.recorded.har import Entry
    from sim.conformance.recorded.match import Address
    from sim.conformance.trace import Trace
    from sim.conformance.trial.order import Order
    from sim.conformance.verdict import Trial
    from sim.contract import Contract, Violation

OF_ONE: Final = frozenset(("accepted", "answered", "code-meaning", "reached", "request-security"))
"""Checks of errands that one exchange alone can be asked."""
NO_REQUEST: Final = "recorded traffic: it needs requests of its own"
NO_CALL: Final = "recorded traffic: what the system itself sends is not judged beside its answers"
PHASES: Final[tuple[Phase, ...]] = ("before", "after", "instead")
NO_ERRAND: Final = "recorded traffic: nobody knows where an errand begins and ends"


def judge_recording(order: Order, path: Path) -> Trial:
    """Judge recorded traffic.

    Parameters
    ----------
    order : Order
        ``place`` says under which address the system was recorded; None: under a server of its contract.
    path : Path
        HAR.

    Raises
    ------
    DocumentError
        The recording or a contract has faults.
    UsageError
        Nothing in it belongs to an operation of the contracts.
    """
    entries = read_har(path)
    contracts = {one.name: one for errand in order.errands for one in errand.journey.contracts.values()}
    is_provider = order.system in contracts
    if order.place is not None and not is_provider:
        raise UsageError(f"{order.system} only calls: no journey calls it", "leave --target out")
    found = _matched(entries, _addresses(order, contracts), is_provider=is_provider)
    if not found:
        raise _nothing(order, path, entries, contracts)
    hidden = order.credentials.hidden
    account = Account(order, Ledger(order.catalog, hidden), Recording(hidden, order.keeps_exchanges))
    partial = frozenset(id(trace) for entry, trace in found if not entry.has_answer_body)
    judge = Judge(account.ledger, order.checks, lambda trace, broken: _unknown(partial, trace, broken))
    for entry, trace in found:
        account.recording.add(trace, began=entry.started)
        _judge(order, judge, trace)
    _tell_unasked(judge, found, contracts, is_provider=is_provider)
    return account.trial(recorded=Recorded(display_name(path.absolute()), len(entries), len(found)))


def _addresses(order: Order, contracts: dict[str, Contract]) -> list[Address]:
    if order.place is not None:
        given = address_of(contracts[order.system], order.place.base)
        return [given] if given is not None else []
    own = contracts.get(order.system)
    return list(addresses_of([own] if own is not None else contracts.values()))


def _matched(entries: Iterable[Entry], addresses: Sequence[Address], *, is_provider: bool) -> list[tuple[Entry, Trace]]:
    pairs = ((entry, trace_of(entry, addresses, is_provider=is_provider)) for entry in entries)
    return [(entry, trace) for entry, trace in pairs if trace is not None]


def _nothing(order: Order, path: Path, entries: Sequence[Entry], contracts: dict[str, Contract]) -> UsageError:
    seen = ", ".join(origins(entries)[:5]) or "no address of HTTP"
    message = f"nothing in {display_name(path.absolute())} belongs to an operation: it holds {seen}"
    if order.place is not None:
        return UsageError(message, f"{order.place.base} has to be the base address of {order.system} in it")
    if order.system in contracts:
        return UsageError(message, f"say by --target under which of them {order.system} was")
    return UsageError(message, "record at the addresses that the contracts name in their servers")


def _judge(order: Order, judge: Judge, trace: Trace) -> None:
    """Judge one exchange; who sent a recorded request may have broken the contract, which the system must refuse."""
    broken = [one for one in violations_of_request(trace.contract, trace.operation, trace.bare) if one.certain]
    is_wrong = trace.sender == "tongban" and bool(broken)
    judge.exchange(trace, is_probe=is_wrong)
    known = [one for one in broken if REDACTED not in one.received]
    if is_wrong and trace.is_success and known and judge.asks("accepted"):
        reason = "a recorded request that breaks the contract was accepted"
        judge.add("accepted", Found("review", reason, known[0], trace))
    walk = Walk(order.errands[0].journey, None, 0, {}, (trace,), None, None)
    for check in walk_checks():
        if check.name in OF_ONE and judge.asks(check.name) and not (check.name == "accepted" and _is_redacted(trace)):
            for found in check.judge(walk):
                judge.add(check.name, found)
    if trace.sender == "system":
        judge.add("reached", Found("pass", trace=trace))


def _is_redacted(trace: Trace) -> bool:
    """Tell whether a value of a request was redacted: nobody knows then whether it kept the contract."""
    request = trace.request
    texts = (request.path, request.query_text or "", request.body.decode(errors="replace"))
    return any(REDACTED in unquote(text) for text in texts)


def _unknown(partial: frozenset[int], trace: Trace, violation: Violation) -> str:
    """Return why nobody can know whether a rule is broken; empty where it is."""
    if REDACTED in violation.received:
        return "the value was redacted before it was recorded"
    if id(trace) in partial and violation.part == "body":
        return "the recording does not hold the whole body"
    return ""


def _tell_unasked(
    judge: Judge, found: Sequence[tuple[Entry, Trace]], contracts: dict[str, Contract], *, is_provider: bool
) -> None:
    """Say what recorded traffic cannot show."""
    traces = [trace for _, trace in found]
    seen = {(trace.contract.name, trace.operation.operation_id): trace.operation for trace in traces}
    asked = {trace.contract.name: trace.contract for trace in traces} if is_provider else contracts
    for contract in asked.values():
        for operation in contract.operations.values():
            if (operation.contract, operation.operation_id) not in seen:
                judge.about("reached", Found("skip", "nothing in the recording belongs to it"), operation)
    system = traces[0].contract.name if is_provider else ""
    _skip(judge, (one.name for one in walk_checks() if one.name not in OF_ONE), NO_ERRAND, system)
    if is_provider:
        for operation in seen.values():
            for probe in (one for phase in PHASES for one in probes(phase)):
                judge.about(probe.name, Found("skip", NO_REQUEST), operation)
        silent = [one.name for one in exchange_checks() if one.direction == "request"]
        _skip(judge, (name for name in (*silent, "request-security") if name != "request-code-list"), NO_CALL, system)


def _skip(judge: Judge, checks: Iterable[str], reason: str, system: str) -> None:
    for name in checks:
        if judge.asks(name):
            judge.ledger.add(name, Found("skip", reason), Subject(system, ""))
