"""Probing: beside the requests of an errand, those of the checks that send their own.

At a step, requests that must be refused go first: a system that refuses them is as it was, and the errand goes on. One
that accepts such a request may have changed, so its errand is broken off and the rest is probed in another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sim.conformance.bench import Bench
from sim.conformance.check import probes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sim.conformance.check import Probe
    from sim.conformance.check.base import Phase
    from sim.conformance.credential import Flaw
    from sim.conformance.trace import Found, Trace
    from sim.conformance.trial.judging import Judge
    from sim.conformance.trial.walker import Walker
    from sim.contract import Answer, Operation, Request
    from sim.journey import OutgoingCall

READS: Final = frozenset(("GET", "HEAD", "OPTIONS"))
PATIENCE: Final = 3


class SpoiltError(Exception):
    """The system accepted what it must refuse, or changed otherwise than the journey knows: the errand is over."""


@dataclass(slots=True, eq=False)
class Plan:
    """What is still to be probed at an operation.

    Parameters
    ----------
    second : Trace or None
        The same request again with another key, once it was accepted.
    refusals : int
        How often the step's own request was not accepted.
    """

    operation: Operation
    before: list[Probe]
    after: list[Probe]
    instead: list[Probe]
    second: Trace | None = None
    refusals: int = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is left, or the operation does not take what it should."""
        return not (self.before or self.after or self.instead) or self.refusals >= PATIENCE

    def left(self) -> list[Probe]:
        """Return what is left."""
        return [*self.before, *self.after, *self.instead]


@dataclass(slots=True, eq=False)
class Prober:
    """Probes the operations of a system, each once.

    Parameters
    ----------
    plans : dict of str to Plan
        By operationId; what is not there is not probed.
    """

    judge: Judge
    plans: dict[str, Plan] = field(default_factory=dict)
    further: set[str] = field(default_factory=set)

    def add(self, operations: Iterable[Operation]) -> None:
        """Plan to probe operations, those that are planned already apart."""
        for operation in operations:
            if operation.operation_id not in self.plans:
                self.plans[operation.operation_id] = Plan(
                    operation, self._asked("before"), self._asked("after"), self._asked("instead")
                )

    @property
    def waiting(self) -> frozenset[str]:
        """Operations that are not done."""
        return frozenset(name for name, plan in self.plans.items() if not plan.is_done)

    def wants(self, operation: Operation) -> bool:
        """Tell whether an operation that no journey comes to is still to be probed."""
        plan = self.plans.get(operation.operation_id)
        is_known = self.judge.ledger.has("reached", operation.operation_id)
        return not is_known if plan is None else (not plan.is_done and operation.operation_id in self.further)

    def step(self, walker: Walker, call: OutgoingCall) -> Answer | None:
        """Take one call of a journey to the system under test.

        Raises
        ------
        SpoiltError
            The errand cannot go on.
        """
        plan = self.plans.get(call.operation.operation_id)
        if plan is None or plan.is_done or call.attempt > 1 or call.path in walker.refused:
            return walker.plain(call).answer
        if not (plan.before or plan.after):
            trace = self._instead(plan, walker, call)
            return trace.answer if trace is not None else walker.plain(call).answer
        self._before(plan, walker, call)
        walker.overhear()
        first = walker.plain(call)
        if first.is_success:
            self._after(plan, walker, call, first)
        else:
            plan.refusals += 1
        return first.answer

    def _before(self, plan: Plan, walker: Walker, call: OutgoingCall) -> None:
        while plan.before:
            probe = plan.before.pop(0)
            if self._act(probe, walker, _bench(walker, call, plan)):
                raise SpoiltError

    def _after(self, plan: Plan, walker: Walker, call: OutgoingCall, first: Trace) -> None:
        bench = _bench(walker, call, plan, first)
        if call.operation.method not in READS and plan.second is None:
            plan.second = bench.send()
            self.judge.exchange(plan.second, is_probe=True)
        while plan.after:
            self._act(plan.after.pop(0), walker, bench)
        walker.overhear()

    def _instead(self, plan: Plan, walker: Walker, call: OutgoingCall) -> Trace | None:
        """Return the exchange that stands for the step's own; None where there is none."""
        while plan.instead:
            probe = plan.instead.pop(0)
            bench = _bench(walker, call, plan)
            founds = list(_acted(probe, walker, bench))
            for found in founds:
                self._keep(probe, found, bench)
            trace = next((found.trace for found in founds if found.trace is not None), None)
            if trace is not None:
                if trace.is_success and founds[0].outcome == "pass":
                    walker.traces.append(trace)
                    return trace
                raise SpoiltError
        return None

    def _act(self, probe: Probe, walker: Walker, bench: Bench) -> bool:
        """Do a probe; return whether the system accepted what it must refuse."""
        is_spoilt = False
        for found in _acted(probe, walker, bench):
            self._keep(probe, found, bench)
            trace = found.trace
            is_spoilt = is_spoilt or (found.outcome == "fail" and trace is not None and trace.is_success)
        return is_spoilt

    def _keep(self, probe: Probe, found: Found, bench: Bench) -> None:
        trace = found.trace
        if trace is not None:
            if not (found.outcome == "fail" and trace.is_success):  # what follows from a breach is not told again
                self.judge.exchange(trace, is_probe=True)
            self.judge.add(probe.name, found)
        else:
            self.judge.about(probe.name, found, bench.operation)

    def _asked(self, phase: Phase) -> list[Probe]:
        return [probe for probe in probes(phase) if self.judge.asks(probe.name)]


def _acted(probe: Probe, walker: Walker, bench: Bench) -> Iterator[Found]:
    """Yield what a probe finds; what it sends is recorded under its name."""
    walker.probing = probe.name
    try:
        yield from probe.act(bench)
    finally:
        walker.probing = ""


def _bench(walker: Walker, call: OutgoingCall, plan: Plan, first: Trace | None = None) -> Bench:
    def deliver(request: Request, flaw: Flaw | None, as_it_is: bool) -> Trace:  # noqa: FBT001 - a callable's argument
        return walker.deliver(call, request, flaw, as_it_is=as_it_is)

    credentials = walker.ground.order.credentials
    return Bench(
        contract=call.contract,
        operation=call.operation,
        bare=walker.bare(call) if first is None else first.bare,
        first=first,
        second=plan.second,
        deliver=deliver,
        credentials=credentials,
        scheme=credentials.scheme(call.contract, call.operation, is_citizen=walker.is_citizen(call)),
        codec=walker.ground.codec,
    )
