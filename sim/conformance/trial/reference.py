"""The same errand against tongban's own mock of the system: where it ends, what it calls, which callbacks are due."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sim.conformance.mutation import body_of
from sim.conformance.system import load_systems
from sim.journey import execute
from sim.mock import CHINA, Caller, World, authorise
from sim.mock.message import encode_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.conformance.caller import Errand
    from sim.conformance.cohort import Participant
    from sim.conformance.trial.order import Order
    from sim.contract import Answer, Operation, Request
    from sim.journey import Execution, OutgoingCall
    from sim.mock import Codec, Exchange, Notice

CALLBACKS = "https://callbacks.tongban.example/"


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """How an errand goes.

    Parameters
    ----------
    operations : frozenset of str
        Of the system under test, that it comes to.
    due : tuple of Notice
        Callbacks of the system, in order.
    leans : mapping of str to frozenset of str
        By step path: partners that the mock of the system asks there and that the errand has dealt with before, or the
        other way round.
    """

    execution: Execution
    operations: frozenset[str]
    due: tuple[Notice, ...]
    leans: Mapping[str, frozenset[str]]

    @property
    def refused(self) -> frozenset[str]:
        """Step paths whose last request is not accepted."""
        statuses = {run.path: run.answer.status for run in self.execution.steps if run.answer is not None}
        return frozenset(path for path, status in statuses.items() if status >= 300)


class Reference:
    """Walks errands in process.

    Parameters
    ----------
    codec : Codec
    with_callbacks : bool
        Whether the journey's caller asks for callbacks where the contract offers them.
    """

    def __init__(self, order: Order, codec: Codec, *, with_callbacks: bool) -> None:
        self._order = order
        self._codec = codec
        self._with_callbacks = with_callbacks
        self._systems = load_systems(order.catalog, order.errands)
        self.under_test = self._systems.get(order.system)
        self.is_known = self.under_test is not None and self.under_test.mock.path is not None
        self.partners = {name: system for name, system in self._systems.items() if name != order.system}

    def walk(self, errand: Errand, participant: Participant) -> Expectation | None:
        """Return how an errand goes; None where there is no trusted mock of the system."""
        if not self.is_known:
            return None
        world = World(self._systems, self._codec, seed=self._order.seed, start=datetime.now(CHINA))
        world.enrol(participant.citizen)
        own = frozenset(self._systems[self._order.system].consumer.operations)
        caller = _Walker(world, world.keyring.grant(participant.citizen.number), self._with_callbacks, own)
        execution = execute(errand.journey, errand.workflow, participant.inputs, caller)
        called = frozenset(
            exchange.operation.operation_id
            for exchange in world.exchanges
            if exchange.system == self._order.system and exchange.operation is not None and exchange.caller not in own
        )
        due = tuple(notice for notice in world.notices if notice.system == self._order.system)
        return Expectation(execution, called, due, caller.leans)


@dataclass(slots=True)
class _Walker:
    """Sends an errand's calls into a world.

    Parameters
    ----------
    own : frozenset of str
        Operations of the system under test.
    """

    world: World
    token: str
    with_callbacks: bool
    own: frozenset[str]
    leans: dict[str, frozenset[str]] = field(default_factory=dict)
    _met: set[str] = field(default_factory=set)
    _asked: set[str] = field(default_factory=set)

    def send(self, call: OutgoingCall) -> Answer:
        """Return the answer to a call."""
        caller = Caller(self.world.keyring, self.token if call.operation.actor is None else None)
        request = subscribed(call.request, call.operation, CALLBACKS) if self.with_callbacks else call.request
        request = authorise(request, call.contract, call.operation, caller, now=self.world.instant)
        first = len(self.world.exchanges)
        answer = self.world.send(call.contract.name, request)
        self._note(call.path, self.world.exchanges[first:])
        return answer

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.advance(seconds)

    def _note(self, path: str, exchanges: Sequence[Exchange]) -> None:
        """Note whom the system under test asked, and with whom others dealt."""
        asked = {one.system for one in exchanges if one.caller in self.own}
        met = {one.system for one in exchanges if one.caller not in self.own}
        self.leans[path] = self.leans.get(path, frozenset()) | (asked & self._met) | (met & self._asked)
        self._asked |= asked
        self._met |= met


def subscribed(request: Request, operation: Operation, address: str) -> Request:
    """Return a request that asks for the operation's callbacks, where it does not yet.

    Only an address in the request's body, at its top, is filled in (``{$request.body#/name}``).
    """
    body = body_of(request)
    if not operation.callbacks or not isinstance(body, dict):
        return request
    for callback in operation.callbacks:
        name = callback.path.removeprefix("{$request.body#/").removesuffix("}")
        if callback.path == f"{{$request.body#/{name}}}" and "/" not in name and name not in body:
            body[name] = address
    return replace(request, body=encode_body(body))
