"""A queueing station in running time: the scenario's servers and queue in front of a mock.

The rules are the engine's (``sim.engine.queue``): a freed server is given at once to the first in turn, whose service
begins at the very instant at which the one before ended; turn is (class, entry number); a shift that takes servers away
lets busy ones finish; an outage drains, suspends or fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, Literal

from sim.plan import op

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.mock.http.agenda import Agenda, Entry

Ending = Literal["served", "outage", "left", "late"]
"""Served; thrown out by an outage; gone because patience ended; given up by its caller."""

QUEUE_FULL: Final = 429
OUT_OF_SERVICE: Final = 503


@dataclass(eq=False, slots=True)
class Job:
    """One visit.

    Parameters
    ----------
    service : callable
        Seconds of service, asked for once, when it begins.
    on_end : callable or None
        Told how the visit ended, once.
    priority_class : int
        0 is served first, where the station goes by class.
    keeps : bool
        Whether the server is kept after the service until ``Station.release``.
    patience : float or None
        Longest wait in the queue, in seconds.
    """

    service: Callable[[], float]
    on_end: Callable[[Ending], None] | None = None
    priority_class: int = 0
    keeps: bool = False
    patience: float | None = None
    ending: Ending | None = None
    waited: float = 0.0
    served: float = 0.0
    turn: tuple[int, int] = (0, 0)
    came: float = 0.0
    granted: float = 0.0
    left: float | None = None
    finish: Entry | None = None
    limit: Entry | None = None


class Station:
    """Servers and the queue before them.

    Parameters
    ----------
    agenda : Agenda
    servers, slots, places : int
        Servers at the start, jobs admitted at once, waiting places; ``sim.plan.op.UNLIMITED`` is no limit.
    by_class, newest_first : bool
        As the discipline says.
    """

    def __init__(
        self,
        agenda: Agenda,
        servers: int,
        slots: int,
        places: int,
        *,
        by_class: bool = False,
        newest_first: bool = False,
    ) -> None:
        self.servers = servers
        self.busy = 0
        self._agenda = agenda
        self._slots = slots
        self._places = places
        self._by_class = by_class
        self._newest_first = newest_first
        self._entries = 0
        self._down = 0
        self._failed = 0
        self._waiting: list[tuple[tuple[int, int], Job]] = []
        self._queue: set[Job] = set()
        self._in_service: dict[Job, None] = {}

    @property
    def queue_length(self) -> int:
        """Jobs that wait."""
        return len(self._queue)

    @property
    def is_failed(self) -> bool:
        """Whether an outage turns every job away."""
        return self._failed > 0

    def enter(self, job: Job) -> int:
        """Take a job in; return 0, or the status with which it is turned away."""
        if self._failed:
            return OUT_OF_SERVICE
        free = self._is_free()
        if not free and len(self._queue) >= self._places:
            return QUEUE_FULL
        self._entries += 1
        number = -self._entries if self._newest_first else self._entries
        job.turn = (job.priority_class if self._by_class else 0, number)
        job.came = self._agenda.now
        if free:
            self._grant(job, job.came)
            return 0
        self._wait(job)
        if job.patience is not None:
            job.limit = self._agenda.at(job.came + job.patience, lambda: self._give_up(job, "left"))
        return 0

    def release(self) -> None:
        """Take back a server that was kept."""
        self.busy -= 1
        self._dispatch()

    def withdraw(self, job: Job) -> None:
        """Abort a job whose caller gave it up; one that is over is left alone."""
        self._give_up(job, "late")

    def change(self, kind: int, value: int) -> None:
        """Apply a shift, or the begin or end of an outage, as ``sim.plan.op`` numbers them."""
        if kind == op.SHIFT:
            self.servers = value
        elif kind in (op.UNDRAIN, op.UNSUSPEND, op.UNFAIL):
            self._down -= 1
            self._failed -= kind == op.UNFAIL
        else:
            self._down += 1
            if kind == op.SUSPEND:
                self._suspend()
            elif kind == op.FAIL:
                self._failed += 1
                self._fail()
        self._dispatch()

    def _is_free(self) -> bool:
        return not self._down and self.busy < self.servers and self.busy < self._slots

    def _wait(self, job: Job) -> None:
        self._queue.add(job)
        heappush(self._waiting, (job.turn, job))

    def _grant(self, job: Job, now: float) -> None:
        """Give a server; a service that was suspended goes on with what is left of it."""
        self.busy += 1
        if job.limit is not None:
            job.limit.cancel()
        if job.left is None:
            job.waited = now - job.came
            job.served = job.left = job.service()
        self._in_service[job] = None
        job.granted = now
        job.finish = self._agenda.at(now + job.left, lambda: self._finish(job))

    def _finish(self, job: Job) -> None:
        del self._in_service[job]
        if not job.keeps:
            self.busy -= 1
            self._dispatch()
        _end(job, "served")

    def _dispatch(self) -> None:
        now = self._agenda.now
        while self._queue and self._is_free():
            _, job = heappop(self._waiting)
            if job in self._queue:
                self._queue.discard(job)
                self._grant(job, now)

    def _give_up(self, job: Job, ending: Ending) -> None:
        if job in self._queue:
            self._queue.discard(job)
            if not self._queue:
                self._waiting.clear()
        elif job in self._in_service:
            self._stop(job)
        else:
            return
        _end(job, ending)
        self._dispatch()

    def _stop(self, job: Job) -> None:
        del self._in_service[job]
        self.busy -= 1
        if job.finish is not None:
            job.finish.cancel()

    def _suspend(self) -> None:
        for job in list(self._in_service):
            self._stop(job)
            job.left = (job.left or 0.0) - (self._agenda.now - job.granted)
            self._wait(job)

    def _fail(self) -> None:
        """Throw out served jobs in the order they were granted, then those waiting, by turn."""
        for job in [*self._in_service, *sorted(self._queue, key=lambda one: one.turn)]:
            self._give_up(job, "outage")


def _end(job: Job, ending: Ending) -> None:
    if job.limit is not None:
        job.limit.cancel()
    job.ending = ending
    if job.on_end is not None:
        job.on_end(ending)
