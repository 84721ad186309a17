"""One citizen's errand: its calls go to the system under test over HTTP, or to a partner."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from sim.conformance.trace import Arrival, Trace
from sim.conformance.transport import NoAnswer
from sim.conformance.trial.reference import subscribed
from sim.conformance.verdict import RELAYED
from sim.contract import violations_of_request
from sim.contract.model import Answer
from sim.errors import TargetError
from sim.journey import OutgoingCall
from sim.mock import Problem
from sim.mock.message import problem_answer
from sim.mock.security import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.conformance.caller import Errand
    from sim.conformance.cohort import Participant
    from sim.conformance.credential import Flaw
    from sim.conformance.http import Budget, HttpTransport
    from sim.conformance.trial.order import Order
    from sim.conformance.trial.partners import Heard, Partners
    from sim.conformance.trial.recording import Recording
    from sim.contract import Contract, Operation, Request
    from sim.mock import Codec, Exchange


GRACE: Final = 0.3
"""Seconds that callbacks which are too many have to come."""


@dataclass(slots=True, eq=False)
class Ground:
    """What all walks of a trial share.

    Parameters
    ----------
    answers : int
        Answers that the system under test has given.
    """

    order: Order
    transport: HttpTransport
    partners: Partners
    budget: Budget
    codec: Codec
    recording: Recording
    answers: int = 0


@dataclass(slots=True, eq=False)
class Walker:
    """Sends the calls of one errand; a ``Caller`` of ``sim.journey``.

    Parameters
    ----------
    number : int
        Of the citizen in the trial, from 1.
    step : callable or None
        Takes the calls to the system under test in place of ``plain``.
    subscriptions : dict of str to (str, OutgoingCall)
        By the last part of a callback's address.
    strays : list of str
        Requests of the system that no operation of its partners takes.
    refused : frozenset of str
        Step paths at which a refusal is expected: there is nothing to be probed.
    hurried : set of str
        Step paths after which it waited less than the journey says.
    probing : str
        Check whose requests are being sent; empty for the journey's own.
    """

    ground: Ground
    errand: Errand
    participant: Participant
    number: int
    step: Callable[[Walker, OutgoingCall], Answer | None] | None = None
    refused: frozenset[str] = frozenset()
    traces: list[Trace] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    subscriptions: dict[str, OutgoingCall] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)
    probing: str = ""
    hurried: set[str] = field(default_factory=set)
    _at: str = ""

    def send(self, call: OutgoingCall) -> Answer | None:
        """Return the answer to a call of the journey."""
        self._at = call.path
        if call.contract.name != self.ground.order.system:
            return self.ground.partners.send(call, self.participant.citizen, self._passed_on)
        return self._sent(call)

    def relay(self, contract: Contract, operation: Operation, request: Request) -> Answer | None:
        """Send what a partner asks the system under test, while that waits for the partner: it is not probed."""
        return self.plain(self._of_partner(contract, operation, request)).answer

    def is_citizen(self, call: OutgoingCall) -> bool:
        """Tell whether it is the citizen who calls, and not an officer or a partner's mock."""
        return call.operation.actor is None and RELAYED not in call.path

    def _sent(self, call: OutgoingCall) -> Answer | None:
        return self.step(self, call) if self.step is not None else self.plain(call).answer

    def _passed_on(self, contract: Contract, operation: Operation, request: Request) -> Answer | None:
        return self._sent(self._of_partner(contract, operation, request))

    def _of_partner(self, contract: Contract, operation: Operation, request: Request) -> OutgoingCall:
        """Return the call of a partner's mock; it stands below the step that called the partner."""
        path = f"{self._at}{RELAYED}{operation.operation_id}"
        return OutgoingCall(contract, operation, request, path, 1, None, "none")

    def wait(self, seconds: float) -> None:
        """Wait before a retry, as long as the user lets it."""
        if seconds > self.ground.order.longest_wait:
            self.hurried.add(self._at)
        self.ground.budget.wait(min(seconds, self.ground.order.longest_wait))

    def plain(self, call: OutgoingCall) -> Trace:
        """Send a call of the journey as it is and keep its trace, with what the system sent meanwhile."""
        trace = self.deliver(call, self.bare(call))
        self.traces.append(trace)
        self.listen(call.path)
        return trace

    def bare(self, call: OutgoingCall) -> Request:
        """Return the request of a call; it asks for callbacks where the contract offers them and somebody listens."""
        base = self.ground.partners.callback_base
        if base is None or not call.operation.callbacks or RELAYED in call.path:
            return call.request
        mark = secrets.token_urlsafe(12)
        request = subscribed(call.request, call.operation, base + mark)
        if violations_of_request(call.contract, call.operation, request):
            return call.request  # the contract wants another address: --callback-base gives it
        self.subscriptions[mark] = call
        return request

    def deliver(self, call: OutgoingCall, bare: Request, flaw: Flaw | None = None, *, as_it_is: bool = False) -> Trace:
        """Send a request with credentials, or as it is; return what came of it.

        Raises
        ------
        TargetError
            The system cannot be reached, and never could.
        SpentError
            The trial has no requests or no time left.
        """
        order = self.ground.order
        citizen = self.participant.citizen if self.is_citizen(call) else None
        base = self.ground.transport.base
        request = bare
        if not as_it_is:
            request = order.credentials.give(bare, call.contract, call.operation, base=base, citizen=citizen, flaw=flaw)
        self.ground.budget.take()
        limit = min(order.limits.total_seconds, call.timeout or order.limits.total_seconds)
        began = time.monotonic()
        answer, failure = None, None
        try:
            answer = self.ground.transport.send(request, limit=min(limit, max(self.ground.budget.left, 0.001)))
            self.ground.answers += 1
        except NoAnswer as error:
            if error.kind == "unreachable" and not self.ground.answers:
                raise TargetError(error.detail, "start the system, and check --target") from error
            failure = error
        trace = Trace(
            sender="tongban",
            contract=call.contract,
            operation=call.operation,
            journey=self.errand.journey.name,
            step=call.path,
            citizen=self.number,
            person=self.participant.citizen,
            base=base,
            bare=bare,
            request=request,
            answer=answer,
            failure=failure,
            seconds=time.monotonic() - began,
            limit=limit,
        )
        self.ground.recording.add(trace, probe=self.probing)
        return trace

    def listen(self, step: str) -> None:
        """Keep what the system has sent since the last time; at several errands at once nobody can tell for which."""
        is_alone = self.ground.order.parallel == 1
        for exchange in self.ground.partners.heard():
            if exchange.caller is not None:
                continue
            if exchange.operation is None:
                self.strays.append(f"{exchange.request.method} {exchange.request.path} of {exchange.system}"[:300])
            else:
                self.traces.append(self._heard(exchange, exchange.operation, step if is_alone else ""))
        for one in self.ground.partners.called_back():
            self._take_callback(one)

    def overhear(self) -> None:
        """Forget what the system has sent since the last time: what it was asked was not as it should be."""
        self.ground.partners.heard()

    def await_callbacks(self, many: int) -> None:
        """Wait until so many callbacks have come, or their time is over; then a little for those that are too many."""
        end = time.monotonic() + self.ground.order.callback_wait
        while len(self.arrivals) < many and time.monotonic() < end:
            self.ground.budget.wait(0.02)
            self.listen("")
        self.ground.budget.wait(min(GRACE, self.ground.order.callback_wait))
        self.listen("")

    def _heard(self, exchange: Exchange, operation: Operation, step: str) -> Trace:
        trace = replace(
            self.ground.partners.trace(exchange, operation),
            journey=self.errand.journey.name if step else "",
            step=step,
            citizen=self.number if step else None,
            person=self.participant.citizen,
        )
        self.ground.recording.add(trace)
        return trace

    def _take_callback(self, heard: Heard) -> None:
        call = self.subscriptions.get(heard.request.path.rpartition("/")[2])
        if call is None:
            return
        operation = replace(call.operation.callbacks[0], path=heard.request.path)  # its expression named that
        schemes = call.contract.security_schemes
        wants = any(kind_of(schemes.get(name)) == "signature" for one in operation.security for name in one)
        refusal = heard.refusal if wants else ""
        problem = problem_answer(Problem(401, refusal), heard.request) if refusal else Answer(204, (), b"")
        trace = Trace(
            sender="system",
            contract=call.contract,
            operation=operation,
            journey=self.errand.journey.name,
            step=call.path,
            citizen=self.number,
            person=self.participant.citizen,
            base=heard.base,
            bare=heard.request,
            request=heard.request,
            answer=problem,
            failure=None,
            seconds=0.0,
            limit=0.0,
        )
        self.ground.recording.add(trace)
        self.arrivals.append(Arrival(call.path, operation, trace, heard.at))
