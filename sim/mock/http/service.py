"""What answers for the systems of a world: the world, and around it what the user asked for.

Takes requests, gives answers; promises that no answer leaves that breaks its contract: it becomes a problem with status
500 that names the rule.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sim.contract import match_operation, violations_of_answer
from sim.contract.json_text import JsonBoundError, JsonTextError, parse_json
from sim.errors import TongbanError
from sim.mock.http.delivery import Deliveries
from sim.mock.http.oauth import OAuth
from sim.mock.http.traffic import NoAnswer
from sim.mock.message import problem_answer
from sim.mock.problem import Problem
from sim.mock.redact import SECRET_HEADERS, Redactor, personal_values
from sim.mock.world import Exchange

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import Any

    from sim.contract.model import Answer, Request
    from sim.document import JsonValue
    from sim.mock.http.fault import Faults
    from sim.mock.http.house import House
    from sim.mock.http.log import Log
    from sim.mock.http.outgoing import Destinations
    from sim.mock.http.traffic import Timing

SEEN: Final = 500
"""Exchanges that are kept for the control endpoints."""
SEEN_BYTES: Final = 16 * 1024
"""Bytes of a body that are kept of it; a longer one is kept as nothing."""


MAX_DELAYED: Final = 10_000
"""Calls that wait at once: a client that leaves does not end what it began."""


class Dropped(Exception):  # noqa: N818  # an outcome
    """The connection is to be closed without an answer."""


class Service:
    """Answers requests.

    Parameters
    ----------
    house : House
        The world and what belongs to its serving.
    destinations : Destinations
        Where callbacks and redirects may go.
    faults : Faults
        At the beginning.
    client_secret : str
        Of OAuth clients.
    """

    def __init__(
        self, house: House, destinations: Destinations, log: Log, *, faults: Faults, client_secret: str = ""
    ) -> None:
        self.house = house
        self.log = log
        self.turn: AbstractContextManager[Any] = nullcontext()  # who is in it may touch the world
        self.faults = faults
        self.seen: deque[Exchange] = deque(maxlen=SEEN)
        self.deliveries = Deliveries(house.world, house.agenda, destinations, log)
        self.oauth = OAuth(house.world, client_secret or house.world.keyring.derive("client"), destinations)
        self._delayed = 0
        self._first_faults = tuple(faults.active)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what runs beside the requests."""
        self.house.agenda.start(loop)

    def stop(self) -> None:
        """End it."""
        self.house.agenda.stop()
        self.deliveries.forget()

    def reset(self) -> None:
        """Go back to the beginning: state, clock, faults, queues; nothing that was seen or sent is kept."""
        self.deliveries.forget()
        self.seen.clear()
        self.faults.restart(self._first_faults)
        self.house.reset()
        self.house.world.exchanges.clear()

    async def answer(self, system: str, request: Request, base: str) -> Answer:
        """Answer a request to a system.

        Parameters
        ----------
        base : str
            Address of the system as the client knows it.

        Raises
        ------
        Dropped
            There is no answer.
        """
        if self.is_prompt:
            return self.answer_at_once(system, request, base)
        began, timing = time.perf_counter(), None
        try:
            if self._has_delays:
                timing = await self._bounded_delay(system, request)
        except Problem as problem:
            with self.turn:
                answer = self._refused(system, request, problem)
                self._settle(began)
            return answer
        answer = await self._answer_in_world(system, request, base, began)
        if timing is not None:
            return replace(answer, headers=(*answer.headers, ("Server-Timing", timing.header)))
        return answer

    @property
    def is_prompt(self) -> bool:
        """Whether calls are answered as they come."""
        return not self._has_delays

    @property
    def _has_delays(self) -> bool:
        """Whether a fault is in force or a scenario lets calls wait."""
        return bool(self.faults.active) or self.house.traffic is not None

    async def _answer_in_world(self, system: str, request: Request, base: str, began: float) -> Answer:
        """Answer a request that was delayed already; ``began`` is when it came."""
        return self.answer_at_once(system, request, base, began=began)

    def answer_at_once(self, system: str, request: Request, base: str, *, began: float | None = None) -> Answer:
        """Answer a request that waits for nothing; parameters are those of ``answer``.

        Parameters
        ----------
        began : float, optional
            When the request came, by ``time.perf_counter``; now when not given.
        """
        began = time.perf_counter() if began is None else began
        try:
            answer = self._exchange(system, request, base)
        except Problem as problem:
            answer = self._refused(system, request, problem)
        self._settle(began)
        return answer

    async def _bounded_delay(self, system: str, request: Request) -> Timing | None:
        """Delay a call, unless so many are delayed that their clients must have left."""
        if self._delayed >= MAX_DELAYED:
            raise Problem(503, f"{MAX_DELAYED} calls wait", "out-of-service", headers={"Retry-After": 1})
        self._delayed += 1
        try:
            return await self._delay(system, request)
        finally:
            self._delayed -= 1

    async def _delay(self, system: str, request: Request) -> Timing | None:
        """Let a call meet the user's faults and the scenario's queue and service."""
        matched = match_operation(self.house.world.systems[system].provider, request.method, request.path)
        name = matched[0].operation_id if matched is not None else None
        met = self.faults.meet(system, name)
        if met is not None:
            await asyncio.sleep(met.seconds)
            if met.is_dropped:
                raise Dropped
            if met.status:
                retry = {"Retry-After": 1} if met.status in (429, 503) else {}
                raise Problem(met.status, "a fault that the user of the mock asked for", "chaos", headers=retry)
        if self.house.traffic is None or name is None:
            return None
        try:
            return await self.house.traffic.pass_through(name, request)
        except NoAnswer as error:
            raise Dropped from error

    def _refused(self, system: str, request: Request, problem: Problem) -> Answer:
        """Answer in place of the world."""
        matched = match_operation(self.house.world.systems[system].provider, request.method, request.path)
        answer = problem_answer(problem, request)
        operation = matched[0] if matched is not None else None
        self.house.world.exchanges.append(Exchange(system, operation, request, answer, None))
        return answer

    def _exchange(self, system: str, request: Request, base: str) -> Answer:
        try:
            exchange = self.house.world.exchange(system, request, base=base)
        except TongbanError as error:  # the mock's own code
            self.log.note(f"{system}: {_redactor(request).scrub(str(error))}")
            answer = problem_answer(Problem(500, "the mock failed; its log says where", "mock-failed"), request)
            self.house.world.exchanges.append(Exchange(system, None, request, answer, None))
            return answer
        operation, answer = exchange.operation, exchange.answer
        if operation is None or exchange.is_kept:
            return answer
        contract = self.house.world.systems[system].provider
        broken = violations_of_answer(contract, operation, answer)
        if not broken or (not exchange.reached and broken[0].part == "status"):
            return answer  # a gap of the contract: it names no status for what its own rules refuse
        first = broken[0]
        told = f"the mock's answer breaks {first.rule} at /{first.part}{first.pointer} ({first.contract_pointer})"
        detail = _redactor(request, answer).scrub(told)
        self.log.note(f"{system} {operation.operation_id}: {detail}")
        exchange.answer = problem_answer(Problem(500, detail, "contract-breach"), request)
        return exchange.answer

    def _settle(self, began: float) -> None:
        """Keep and tell what the world did; send what it has to tell."""
        world, seconds = self.house.world, time.perf_counter() - began
        for exchange in world.exchanges:
            self.log.answered(exchange, seconds)
            is_large = len(exchange.request.body) > SEEN_BYTES or len(exchange.answer.body) > SEEN_BYTES
            self.seen.append(_bounded(exchange) if is_large else exchange)
        world.exchanges.clear()
        if world.notices:
            self.deliveries.take(world.notices)
            world.notices.clear()
        world.store.commit()


def _redactor(request: Request, answer: Answer | None = None) -> Redactor:
    """Return what takes everything personal of an exchange out of a text: an error of a mock may quote it."""
    bodies = (request.body, answer.body if answer is not None else b"")
    personal = [value for body in bodies for value in personal_values(_parsed(body))]
    query: JsonValue = dict(request.query)
    secrets = (value for name, value in request.headers if name.lower() in SECRET_HEADERS)
    return Redactor((*personal, *personal_values(query), *secrets))


def _parsed(body: bytes) -> JsonValue:
    try:
        return parse_json(body) if body else None
    except (JsonTextError, JsonBoundError):
        return None


def _bounded(exchange: Exchange) -> Exchange:
    """Return an exchange without bodies that are too large to be kept."""
    request, answer = exchange.request, exchange.answer
    if len(request.body) > SEEN_BYTES:
        exchange.request = replace(request, body=b"")
    if len(answer.body) > SEEN_BYTES:
        exchange.answer = replace(answer, body=b"")
    return exchange
