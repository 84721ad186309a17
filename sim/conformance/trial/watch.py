"""A system that only calls: tongban plays everybody it calls, and judges what comes.

It is the system that walks the errands, an app or a kiosk; so nobody knows which request belongs to which citizen, and
what it never calls is told as not exercised.
"""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Final

from sim.conformance.check import walk_checks
from sim.conformance.http import Budget, SpentError
from sim.conformance.system import load_systems
from sim.conformance.trace import Found, Trace, Walk
from sim.conformance.trial.account import Account
from sim.conformance.trial.judging import Judge
from sim.conformance.trial.ledger import Ledger
from sim.conformance.trial.partners import opened
from sim.conformance.trial.recording import Recording
from sim.errors import UsageError
from sim.mock import citizens
from sim.mock.citizen import PROVINCES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.conformance.trial.order import Order
    from sim.conformance.trial.partners import Partners
    from sim.conformance.verdict import Trial
    from sim.contract import Operation
    from sim.mock import Citizen

PAUSE: Final = 0.05
OF_CALLS: Final = frozenset(("request-security",))
"""Checks of errands that a stream of requests can be asked."""


def watch(order: Order, on_ready: Callable[[Sequence[tuple[Citizen, str]]], None]) -> Trial:
    """Play the partners of a system until it has called all that the journeys call, falls silent, or time is over.

    Parameters
    ----------
    order : Order
        ``listen`` says where; ``limits.silence_seconds`` how long silence lasts, once something came.
    on_ready : callable
        Told the citizens that the partners know, with their bearer tokens, before the first request.

    Raises
    ------
    DocumentError
        A document or mock has faults.
    UsageError
        Nothing came.
    """
    systems = load_systems(order.catalog, order.errands)
    wanted = {
        (step.contract.name, step.operation.operation_id): step.operation
        for errand in order.errands
        for _, step in errand.steps()
        if step.contract is not None and step.operation is not None
    }
    hidden = order.credentials.hidden
    account = Account(order, Ledger(order.catalog, hidden), Recording(hidden, order.keeps_exchanges))
    judge = Judge(account.ledger, order.checks)
    with opened(order, systems) as partners:
        on_ready([(one, partners.enrol(one)) for one in _people(order)])
        traces, strays, account.bound = _heard(order, partners, set(wanted))
        account.hear(partners)
    if not account.received:
        raise UsageError(f"{order.system} sent no request: {account.bound}", "enter the addresses in it, and walk")
    for trace in traces:
        account.recording.add(trace)
        judge.exchange(trace)
        judge.add("reached", Found("pass", trace=trace))
    for stray in strays:
        judge.stray(stray, "", 0)
    _judge_calls(order, judge, traces)
    _tell_uncalled(judge, list(wanted.values()))
    return account.trial()


def _people(order: Order) -> list[Citizen]:
    if order.people:
        return [one.citizen for one in order.people]
    return list(islice(citizens(order.seed, "conform", offices=PROVINCES), order.citizens))


def _heard(order: Order, partners: Partners, wanted: set[tuple[str, str]]) -> tuple[list[Trace], list[str], str]:
    """Return what came, what nobody takes, and which limit ended it."""
    budget = Budget(order.requests, order.seconds)
    traces: list[Trace] = []
    strays: list[str] = []
    last = time.monotonic()
    while wanted and len(traces) < order.requests:
        try:
            budget.wait(PAUSE)
        except SpentError:
            return traces, strays, f"--time-limit {order.seconds:g} s was reached"
        came = [one for one in partners.heard() if one.caller is None]
        for exchange in came:
            operation = exchange.operation
            if operation is None:
                strays.append(f"{exchange.request.method} {exchange.request.path} of {exchange.system}"[:300])
                continue
            traces.append(partners.trace(exchange, operation))
            wanted.discard((exchange.system, operation.operation_id))
        last = time.monotonic() if came else last
        if traces and time.monotonic() - last > order.limits.silence_seconds:
            return traces, strays, ""
    return traces, strays, ""


def _judge_calls(order: Order, judge: Judge, traces: list[Trace]) -> None:
    journey = order.errands[0].journey
    walk = Walk(journey, None, 0, {}, tuple(traces), None, None)
    for check in walk_checks():
        if check.name in OF_CALLS and judge.asks(check.name):
            for found in check.judge(walk):
                judge.add(check.name, found)


def _tell_uncalled(judge: Judge, operations: list[Operation]) -> None:
    for operation in operations:
        if not judge.ledger.has("reached", operation.operation_id):
            judge.about("reached", Found("skip", "the system did not call it"), operation)
