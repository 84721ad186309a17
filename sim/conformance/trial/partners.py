"""Everybody but the system under test: a world of mocks, in process or served as well.

Takes the systems that journeys and the system under test call, gives their answers; promises that one world is touched
by one thread at a time, and that what the system under test sent is kept apart from what the journeys sent.
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
from typing import TYPE_CHECKING, Final, TypeVar

from sim.contract.model import Answer
from sim.errors import DocumentError, EngineError
from sim.mock import CHINA, Caller, RunningClock, SignatureError, authorise, base_url, verify_signature
from sim.mock.enforce import unenforced
from sim.mock.http import Destinations, Faults, House, Log, Service, Serving, serving_beside
from sim.mock.live import open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sim.conformance.trial.order import Order
    from sim.contract import Request
    from sim.journey import OutgoingCall
    from sim.mock import Citizen, Exchange, System, World

Value = TypeVar("Value")

CALLBACKS: Final = "/_callbacks/"
MAX_HEARD: Final = 10_000
PATIENCE: Final = 30.0
"""Seconds that a mock gets to answer a journey's call: it is ours, so more is a bug."""


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
    """

    def __init__(
        self, world: World, service: _Service | None, listening: tuple[tuple[str, str], ...], callback_base: str | None
    ) -> None:
        self.world = world
        self.listening = listening
        self.callback_base = callback_base
        self._service = service
        self._lock = threading.Lock()
        self._tokens: dict[str, str] = {}

    def enrol(self, citizen: Citizen) -> str:
        """Begin an errand of a citizen, who becomes known; return their token for partners.

        A second passes in the partners' world: journeys make idempotency keys of the time of an answer.
        """

        def act() -> None:
            self.world.clock.advance(1.0)
            if citizen.number not in self._tokens:
                self.world.enrol(citizen)
                self._tokens[citizen.number] = self.world.keyring.grant(citizen.number)

        if self._service is None:
            with self._lock:
                act()
        else:
            self._service.run(act)
        return self._tokens[citizen.number]

    def send(self, call: OutgoingCall, citizen: Citizen) -> Answer:
        """Answer a journey's call to a partner."""
        token = self._tokens[citizen.number] if call.operation.actor is None else None

        def act() -> Request:
            caller = Caller(self.world.keyring, token)
            return authorise(call.request, call.contract, call.operation, caller, now=self.world.instant)

        if self._service is None:
            with self._lock:
                answer = self.world.send(call.contract.name, act())
                self.world.exchanges.clear()
                self.world.notices.clear()  # nobody listens
                return answer
        return self._service.answer_own(call.contract.name, self._service.run(act), base_url(call.contract))

    def heard(self) -> list[Exchange]:
        """Return what the system under test sent since the last time."""
        return _drained(self._service.heard) if self._service is not None else []

    def called_back(self) -> list[Heard]:
        """Return the callbacks that came since the last time."""
        return _drained(self._service.callbacks) if self._service is not None else []

    @property
    def received(self) -> int:
        """Requests that the system under test has sent."""
        return self._service.count if self._service is not None else 0


@contextmanager
def opened(order: Order, systems: Mapping[str, System]) -> Iterator[Partners]:
    """Open the partners of a trial for as long as the context lasts.

    Parameters
    ----------
    systems : mapping of str to System
        All of them, without the system under test.

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
    world = open_world(order.catalog, dict(systems), seed=order.seed, clock=clock)
    if order.partner_key is not None:
        world.keyring.secrets = {order.partner_key.key_id: order.partner_key.secret}
    if order.listen is None or not systems:
        yield Partners(world, None, (), None)
        return
    host, port = order.listen
    callback_base = order.callback_base.rstrip("/") if order.callback_base is not None else None
    service = _Service(
        House(world, clock, lambda _: None), Destinations(loopback=True), Log(order.tell), faults=Faults(order.seed, ())
    )
    serving = Serving(host, port, tuple(systems), token=secrets.token_urlsafe(24))
    with serving_beside(serving, service) as site:
        listening = tuple((name, site.base_url(port)) for port, name in site.ports.items())
        service.callback_base = callback_base or site.origin(next(iter(site.ports)))
        order.on_listen(listening)
        yield Partners(world, service, listening, service.callback_base + CALLBACKS)


class _Service(Service):
    """A service that keeps what others sent, and takes callbacks."""

    heard: deque[Exchange]
    callbacks: deque[Heard]
    count = 0
    callback_base = ""
    _loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what runs beside the requests."""
        self.heard = deque(maxlen=MAX_HEARD)
        self.callbacks = deque(maxlen=MAX_HEARD)
        self._loop = loop
        super().start(loop)

    async def answer(self, system: str, request: Request, base: str) -> Answer:
        """Answer a request of the system under test."""
        self.count += 1
        if request.path.startswith(CALLBACKS):
            self.callbacks.append(Heard(request, self.callback_base, time.monotonic(), self._refusal(request)))
            return Answer(204, (), b"")
        answer = await super().answer(system, request, base)
        self.heard.extend(self.seen)
        self.seen.clear()
        return answer

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

        async def act() -> Answer:
            answer = await Service.answer(self, system, request, base)
            self.seen.clear()
            return answer

        return asyncio.run_coroutine_threadsafe(act(), self._running).result(PATIENCE)

    def run(self, act: Callable[[], Value]) -> Value:
        """Do something with the world, from another thread."""

        async def doing() -> Value:
            return act()

        return asyncio.run_coroutine_threadsafe(doing(), self._running).result(PATIENCE)

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
