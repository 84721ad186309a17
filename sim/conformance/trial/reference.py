"""The same errand against tongban's own mock of the system: where it ends, what it calls, which callbacks are due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sim.conformance.mutation import body_of
from sim.conformance.system import load_systems
from sim.journey import execute
from sim.mock import CHINA, Caller, World, authorise
from sim.mock.message import encode_body

if TYPE_CHECKING:
    from sim.conformance.caller import Errand
    from sim.conformance.cohort import Participant
    from sim.conformance.trial.order import Order
    from sim.contract import Answer, Operation, Request
    from sim.journey import Execution, OutgoingCall
    from sim.mock import Codec, Notice

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
    """

    execution: Execution
    operations: frozenset[str]
    due: tuple[Notice, ...]


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
        under_test = self._systems.get(order.system)
        self.is_known = under_test is not None and under_test.mock.path is not None
        self.partners = {name: system for name, system in self._systems.items() if name != order.system}

    def walk(self, errand: Errand, participant: Participant) -> Expectation | None:
        """Return how an errand goes; None where there is no trusted mock of the system."""
        if not self.is_known:
            return None
        world = World(self._systems, self._codec, seed=self._order.seed, start=datetime.now(CHINA))
        world.enrol(participant.citizen)
        caller = _Walker(world, world.keyring.grant(participant.citizen.number), self._with_callbacks)
        execution = execute(errand.journey, errand.workflow, participant.inputs, caller)
        called = frozenset(
            exchange.operation.operation_id
            for exchange in world.exchanges
            if exchange.system == self._order.system and exchange.operation is not None and exchange.caller is None
        )
        due = tuple(notice for notice in world.notices if notice.system == self._order.system)
        return Expectation(execution, called, due)


@dataclass(slots=True)
class _Walker:
    """Sends an errand's calls into a world."""

    world: World
    token: str
    with_callbacks: bool

    def send(self, call: OutgoingCall) -> Answer:
        """Return the answer to a call."""
        caller = Caller(self.world.keyring, self.token if call.operation.actor is None else None)
        request = subscribed(call.request, call.operation, CALLBACKS) if self.with_callbacks else call.request
        request = authorise(request, call.contract, call.operation, caller, now=self.world.instant)
        return self.world.send(call.contract.name, request)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.advance(seconds)


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
