"""Callbacks on their way: each after its delay, signed, and again until it is taken.

Takes notices, sends them where the user allowed it; promises that each attempt has a signature of its own, that all
carry the same idempotency key, and that the number of attempts is bounded.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.errors import TargetError
from sim.mock.http.outgoing import post
from sim.mock.security import kind_of
from sim.mock.signature import SigningKey, signature_headers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.contract.model import Request
    from sim.mock.http.agenda import Agenda
    from sim.mock.http.log import Log
    from sim.mock.http.outgoing import Destinations
    from sim.mock.notice import Notice
    from sim.mock.world import World

ATTEMPTS: Final = 6
FIRST_WAIT: Final = 1.0
"""Seconds of the world before the second attempt; each further wait is twice as long."""
MAX_UNDER_WAY: Final = 1000
KEPT: Final = 500


@dataclass(slots=True)
class Delivery:
    """One callback and how it went.

    Parameters
    ----------
    state : str
        ``waiting``, ``taken``, ``refused`` (an answer that a repeat would not change), ``given up`` or ``not allowed``.
    statuses : list of (int or str)
        What each attempt met: a status, or why there was none.
    """

    notice: Notice
    state: str
    statuses: list[int | str]


class Deliveries:
    """Sends callbacks.

    Parameters
    ----------
    world : World
        Whose keys sign.
    agenda : Agenda
        Knows when.
    destinations : Destinations
        Says where.
    """

    def __init__(self, world: World, agenda: Agenda, destinations: Destinations, log: Log) -> None:
        self.recent: deque[Delivery] = deque(maxlen=KEPT)
        self._world = world
        self._agenda = agenda
        self._destinations = destinations
        self._log = log
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0

    def take(self, notices: Iterable[Notice]) -> None:
        """Begin to deliver notices."""
        for notice in notices:
            delivery = Delivery(notice, "waiting", [])
            self.recent.append(delivery)
            if self._waiting >= MAX_UNDER_WAY:
                self._end(delivery, "given up", f"{MAX_UNDER_WAY} others wait")
                continue
            self._waiting += 1
            self._agenda.at(self._agenda.now + notice.after, partial(self._begin, delivery))

    def forget(self) -> None:
        """Stop all that is under way."""
        for task in self._tasks:
            task.cancel()
        self.recent.clear()
        self._waiting = 0

    def _begin(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._attempt(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, delivery: Delivery) -> None:
        """Send once; plan the next attempt where a repeat may help."""
        notice = delivery.notice
        try:
            self._destinations.find(notice.base)
        except TargetError as error:
            self._finish(delivery, "not allowed", str(error))
            return
        try:
            status = await post(self._destinations, notice.base, self._signed(notice))
        except TargetError as error:
            delivery.statuses.append(str(error))
            self._again(delivery)
            return
        delivery.statuses.append(status)
        if notice.operation.response(status) is not None and 200 <= status < 300:
            self._finish(delivery, "taken", "")
        elif 400 <= status < 500 and status not in (408, 425, 429):
            self._finish(delivery, "refused", f"answered {status}")
        else:
            self._again(delivery)

    def _again(self, delivery: Delivery) -> None:
        tried = len(delivery.statuses)
        if tried >= ATTEMPTS:
            self._finish(delivery, "given up", f"not taken in {tried} attempts; the last met {delivery.statuses[-1]}")
        else:
            self._agenda.at(self._agenda.now + FIRST_WAIT * 2.0 ** (tried - 1), partial(self._begin, delivery))

    def _finish(self, delivery: Delivery, state: str, why: str) -> None:
        self._waiting = max(0, self._waiting - 1)
        self._end(delivery, state, why)

    def _end(self, delivery: Delivery, state: str, why: str) -> None:
        delivery.state = state
        notice = delivery.notice
        self._log.note(f"{notice.system} callback {notice.operation.operation_id} {state}{f': {why}' if why else ''}")

    def _signed(self, notice: Notice) -> Request:
        """Return the request of an attempt, signed where the callback's contract asks for that."""
        schemes = self._world.systems[notice.system].provider.security_schemes
        names = [name for alternative in notice.operation.security for name in alternative]
        if not any(kind_of(schemes.get(name)) == "signature" for name in names):
            return notice.request
        keyring = self._world.keyring
        key = SigningKey(*next(iter(keyring.secrets.items())))
        now, nonce = self._world.instant, keyring.next("nonce")
        headers = signature_headers(notice.request, notice.base, key, created=now, nonce=nonce)
        return replace(notice.request, headers=notice.request.headers + headers)
