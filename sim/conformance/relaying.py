"""Serving a world some of whose partners are real systems.

Takes requests as any service does, gives answers; promises that one thread at a time touches the world, and that a call
which waits for a real partner keeps nobody else waiting: the partner may call back before it answers.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

from sim.conformance.relay import Relay
from sim.conformance.transport import NoAnswer
from sim.contract import match_operation
from sim.errors import TargetError, UsageError
from sim.mock.http import Service
from sim.mock.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from sim.conformance.credential import Credentials
    from sim.conformance.http import HttpTransport
    from sim.contract import Answer, Contract, Operation, Request
    from sim.mock import Codec, System

Value = TypeVar("Value")

MAX_AT_ONCE: Final = 128
"""Requests that are answered at once; most of them wait for their turn."""


class RelayingService(Service):
    """A service whose world may wait for real systems.

    Parameters
    ----------
    turn : Lock
        That of the world's relays.
    """

    turn: Lock

    def __init__(self, *given: Any, turn: Lock, **named: Any) -> None:  # those of Service
        super().__init__(*given, **named)
        self.turn = turn
        self._busy: dict[str, Lock] = {}

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what runs beside the requests."""
        self._threads = ThreadPoolExecutor(MAX_AT_ONCE)
        super().start(loop)

    def stop(self) -> None:
        """End what runs beside the requests."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        super().stop()

    @property
    def is_prompt(self) -> bool:
        """Whether calls are answered as they come: never, as any may wait for a real system."""
        return False

    async def _answer_in_world(self, system: str, request: Request, base: str, began: float) -> Answer:
        try:
            answer = await self.in_thread(partial(self._in_turn, system, request, base))
        except Problem as problem:
            answer = self._refused(system, request, problem)
        with self.turn:
            self._settle(began)
        return answer

    async def in_thread(self, act: Callable[[], Value]) -> Value:
        """Return what is done in another thread, while requests are taken."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, act)

    def _in_turn(self, system: str, request: Request, base: str) -> Answer:
        """Answer in the world; of one operation one call at a time, as a mock that waits has not written yet."""
        matched = match_operation(self.house.world.systems[system].provider, request.method, request.path)
        name = f"{system} {matched[0].operation_id}" if matched is not None else system
        with self._busy.setdefault(name, Lock()), self.turn:
            return self._exchange(system, request, base)


def relayed(
    systems: Mapping[str, System],
    places: Mapping[str, HttpTransport],
    credentials: Callable[[], Credentials],
    codec: Codec,
) -> tuple[dict[str, System], Lock]:
    """Return systems some of which stand for real ones, and the lock of their world.

    Parameters
    ----------
    places : mapping of str to HttpTransport
        Where the real ones are, by name.
    credentials : callable
        Gives those of the calls to them: a system's.
    """
    turn = Lock()

    def reach(contract: Contract, operation: Operation, request: Request) -> Answer | None:
        transport = places[contract.name]
        given = credentials().give(request, contract, operation, base=transport.base, citizen=None)
        try:
            return transport.send(given)
        except (NoAnswer, TargetError, UsageError):
            return None

    found = dict(systems)
    for name in places.keys() & systems.keys():
        system = systems[name]
        found[name] = Relay(system.consumer, codec, reach, turn, system.mock.enrol).system()
    return found, turn
