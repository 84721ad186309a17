"""Everybody but the system under test: a world of mocks, in process or served as well.

Takes the systems that journeys and the system under test call, gives their answers; promises that one world is touched
by one thread at a time, that what the system under test sent is kept apart from what the journeys sent, and that a
partner which asks the system under test reaches the real one.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from sim.conformance.http import SpentError
from sim.conformance.relay import Relay
from sim.conformance.relaying import RelayingService
from sim.conformance.trace import Trace
from sim.conformance.trial.prober import SpoiltError
from sim.contract import load_code_lists
from sim.contract.model import Answer
from sim.errors import DocumentError, EngineError, TargetError
from sim.mock import CHINA, Caller, Codec, RunningClock, SignatureError, authorise, base_url, verify_signature
from sim.mock.enforce import unenforced
from sim.mock.http import Destinations, Faults, House, Log, Serving, serving_beside
from sim.mock.live import open_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.conformance.relay import Reach
    from sim.conformance.trial.order import Order
    from sim.contract import Operation, Request
    from sim.journey import OutgoingCall
    from sim.mock import Citizen, Exchange, Notice, System, World

Value = TypeVar("Value")

CALLBACKS: Final = "/_callbacks/"
MAX_HEARD: Final = 10_000
PATIENCE: Final = 30.0
"""Seconds that the served world gets to take a message: it is ours, so more is a bug."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A callback as it came.

    Parameters
    ----------
    at : float
        Instant of ``time.monotonic``.
    refusal : str
        Why its signature does not hold; empty where it does.
    """

    request: Request
    base: str
    at: float
    refusal: str


class Partners:
    """The partners of a trial; ``opened`` makes them.

    Parameters
    ----------
    world : World
    service : _Service or None
        Of a served world.
    listening : tuple of (str, str)
        Systems with their addresses.
    callback_base : str or None
        Address below which callbacks are taken.
    relay : Relay or None
        Leads to the system under test; None for one that only calls.
    """

    def __init__(
        self,
        world: World,
        *,
        service: _Service | None = None,
        listening: tuple[tuple[str, str], ...] = (),
        callback_base: str | None = None,
        relay: Relay | None = None,
    ) -> None:
        self.world = world
        self.listening = listening
        self.callback_base = callback_base
        self._service = service
        self._relay = relay
        self._turn = relay.turn if relay is not None else service.turn if service is not None else threading.Lock()
        self._one = threading.Lock()
        self._tokens: dict[str, str] = {}

    def lead(self, reach: Reach | None) -> None:
        """Say who sends what a partner asks the system under test when that has called the partner itself."""
        if self._relay is not None:
            self._relay.reach = reach

    def enrol(self, citizen: Citizen) -> str:
        """Begin an errand of a citizen, who becomes known; return their token for partners.

        A second passes in the partners' world: journeys make idempotency keys of the time of an answer.
        """
        with self._turn:
            self.world.clock.advance(1.0)
            if citizen.number not in self._tokens:
                self.world.enrol(citizen)
                self._tokens[citizen.number] = self.world.keyring.grant(citizen.number)
        return self._tokens[citizen.number]

    def send(self, call: OutgoingCall, citizen: Citizen, reach: Reach) -> Answer:
        """Answer a journey's call to a partner.

        Parameters
        ----------
        reach : callable
            Sends what the partner asks the system under test.

        Raises
        ------
        Exception
            What ``reach`` raised to end the errand.
        """
        token = self._tokens[citizen.number] if call.operation.actor is None else None
        if self._relay is None:
            return self._answered(call, token)
        with self._one:
            before, self._relay.reach = self._relay.reach, reach
            try:
                answer = self._answered(call, token)
            finally:
                self._relay.reach = before
            self._relay.raise_failure()
            return answer

    def _answered(self, call: OutgoingCall, token: str | None) -> Answer:
        with self._turn:
            caller = Caller(self.world.keyring, token)
            request = authorise(call.request, call.contract, call.operation, caller, now=self.world.instant)
            if self._service is None:
                answer = self.world.send(call.contract.name, request)
                self.world.exchanges.clear()
                self.world.notices.clear()  # nobody listens
                return answer
        return self._service.answer_own(call.contract.name, request, base_url(call.contract))

    def heard(self) -> list[Exchange]:
        """Return what the system under test sent since the last time."""
        return _drained(self._service.heard) if self._service is not None else []

    def called_back(self) -> list[Heard]:
        """Return the callbacks that came since the last time."""
        return _drained(self._service.callbacks) if self._service is not None else []

    @property
    def asked(self) -> frozenset[str]:
        """Partners that the system under test has called."""
        return frozenset(self._service.asked) if self._service is not None else frozenset()

    @property
    def received(self) -> int:
        """Requests that the system under test has sent."""
        return self._service.count if self._service is not None else 0

    def trace(self, exchange: Exchange, operation: Operation) -> Trace:
        """Return what the system sent a partner, as the checks read it, of no step and no citizen yet."""
        return Trace(
            sender="system",
            contract=self.world.systems[exchange.system].consumer,
            operation=operation,
            journey="",
            step="",
            citizen=None,
            person=None,
            base=dict(self.listening).get(exchange.system, ""),
            bare=exchange.request,
            request=exchange.request,
            answer=exchange.answer,
            failure=None,
            seconds=0.0,
            limit=0.0,
        )


@contextmanager
def opened(order: Order, systems: Mapping[str, System], under_test: System | None = None) -> Iterator[Partners]:
    """Open the partners of a trial for as long as the context lasts.

    Parameters
    ----------
    systems : mapping of str to System
        All of them, without the system under test.
    under_test : System or None
        That one as tongban would mock it; None where tongban does not know it.

    Raises
    ------
    DocumentError
        A contract holds what a mock cannot enforce.
    UsageError
        The address to listen at cannot be bound.
    """
    faults = unenforced(systems)
    if faults:
        raise DocumentError(faults)
    clock = RunningClock(datetime.now(CHINA))
    relay = _relay(order, under_test) if order.place is not None and order.system not in systems else None
    standing = {order.system: relay.system()} if relay is not None else {}
    world = open_world(order.catalog, {**systems, **standing}, seed=order.seed, clock=clock)
    if order.partner_key is not None:
        world.keyring.secrets = {order.partner_key.key_id: order.partner_key.secret}
    if order.listen is None or not systems:
        yield Partners(world, relay=relay)
        return
    host, port = order.listen
    callback_base = order.callback_base.rstrip("/") if order.callback_base is not None else None
    service = _Service(
        House(world, clock, lambda _: None),
        Destinations(loopback=True),
        Log(order.tell),
        faults=Faults(order.seed, ()),
        turn=relay.turn if relay is not None else threading.Lock(),
    )
    names = tuple(systems)
    ports = _ports(order, names, port)
    serving = Serving(host, port, names, token=secrets.token_urlsafe(24), ports=ports, option="--listen")
    with serving_beside(serving, service) as site:
        listening = tuple((name, site.base_url(port)) for port, name in site.ports.items())
        service.callback_base = callback_base or site.origin(next(iter(site.ports)))
        order.on_listen(listening)
        yield Partners(
            world,
            service=service,
            listening=listening,
            callback_base=service.callback_base + CALLBACKS,
            relay=relay,
        )


def _relay(order: Order, under_test: System | None) -> Relay:
    contract = next(
        one for errand in order.errands for one in errand.journey.contracts.values() if one.name == order.system
    )
    enrol = under_test.mock.enrol if under_test is not None else None
    codec = Codec(load_code_lists(order.catalog))
    return Relay(contract, codec, enrol=enrol, endings=(SpentError, SpoiltError, TargetError))


def _ports(order: Order, names: tuple[str, ...], first: int) -> tuple[int, ...]:
    """Return the port of each partner, the same whatever the journeys are: by its place among the contracts."""
    known = (*order.catalog.names("contract"), *names)
    return tuple(first + known.index(name) if first else 0 for name in names)


class _Service(RelayingService):
    """A service that keeps what others sent, and takes callbacks."""

    heard: deque[Exchange]
    callbacks: deque[Heard]
    asked: set[str]
    count = 0
    callback_base = ""
    _loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what runs beside the requests."""
        self.heard = deque(maxlen=MAX_HEARD)
        self.callbacks = deque(maxlen=MAX_HEARD)
        self.asked = set()
        self._loop = loop
        super().start(loop)

    async def answer(self, system: str, request: Request, base: str) -> Answer:
        """Answer a request of the system under test."""
        self.count += 1
        if request.path.startswith(CALLBACKS):
            self.callbacks.append(Heard(request, self.callback_base, time.monotonic(), self._refusal(request)))
            return Answer(204, (), b"")
        act = partial(self._taken, system, request, base)  # a mock may wait for the system that waits for it
        self.asked.add(system)
        answer, exchanges, notices = await self.in_thread(act)
        self.heard.extend(exchanges)
        self.deliveries.take(notices)
        return answer

    def _taken(self, system: str, request: Request, base: str) -> tuple[Answer, list[Exchange], list[Notice]]:
        """Answer a request; return also what happened in the world, and what it has to tell."""
        world, began = self.house.world, time.perf_counter()
        with self.turn:
            answer = self._exchange(system, request, base)
            exchanges, notices = list(world.exchanges), list(world.notices)
            world.exchanges.clear()
            world.notices.clear()
        for exchange in exchanges:
            self.log.answered(exchange, time.perf_counter() - began)
        return answer, exchanges, notices

    def _refusal(self, request: Request) -> str:
        """Return why the signature of a callback does not hold."""
        secrets_by_id = self.house.world.keyring.secrets
        try:
            verify_signature(request, self.callback_base, secrets=secrets_by_id, now=int(time.time()))
        except SignatureError as error:
            return str(error)
        return ""

    def answer_own(self, system: str, request: Request, base: str) -> Answer:
        """Answer a request of a journey, from another thread."""
        answer, _, notices = self._taken(system, request, base)
        if notices:

            async def deliver() -> None:
                self.deliveries.take(notices)

            asyncio.run_coroutine_threadsafe(deliver(), self._running).result(PATIENCE)
        return answer

    @property
    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            raise EngineError("the partners are not served yet")
        return self._loop


def _drained(queue: deque[Value]) -> list[Value]:
    found = []
    while queue:
        found.append(queue.popleft())
    return found
